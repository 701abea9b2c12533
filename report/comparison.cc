// Finding the same thing again in every run, and counting.
#include "report/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "report/run_view.h"

namespace hasim {
namespace {

using Kind = std::tuple<EventKind, ThingId, ThingId, int, int, ha::Reason, ha::Cause, int>;

/// The same thing in two runs, and which time it is that it happens in its run.
using Key = std::pair<Kind, int>;

struct Happening {
  Key key;
  Time at{}, since{};  ///< instant 0, and the newest fault or action
  bool decision = false;
  ThingId decider = kNoThing;
  Told told;
};

/// A client knows that nobody answers only after it has waited for an answer (docs/netns.md).
constexpr Duration kClientsNotice = std::chrono::milliseconds{60};

bool worth_a_row(const Event& event, const WorldSpec& spec) {
  if (event.t < Time{0} || layer_of(event.kind) == Layer::judge) return false;
  switch (event.kind) {
    case EventKind::up:
    case EventKind::mounted:
    case EventKind::address_up: return true;
    case EventKind::part_runs: {  // of addresses and mounts the kernel tells
      const ThingKind part = spec.kind_of(event.who);
      return part != ThingKind::address && part != ThingKind::mount;
    }
    case EventKind::noted: return false;
    default: return detail_of(event) == 0;
  }
}

std::vector<Happening> happenings(const ComparedRun& run, const Script& script) {
  std::vector<Happening> found;
  std::map<Kind, int> times;
  Time stimulus{0};
  for (const Event& event : run.events) {
    if (!worth_a_row(event, *script.world)) continue;
    const bool fence = event.kind == EventKind::fence;
    const Kind kind{event.kind, event.who, event.with, event.x, event.y, event.reason, event.cause, event.line};
    Happening one{{kind, ++times[kind]}, event.t, event.t - stimulus, false, fence ? event.with : event.who, {}};
    one.decision = layer_of(event.kind) == Layer::core;
    one.told = tell(event, *script.world);
    if (layer_of(event.kind) == Layer::fault) {
      const bool by_itself = event.kind == EventKind::healed && event.x == 1;
      if (!by_itself) stimulus = event.t;
      if (const std::string said = line_text(script, event.line); !said.empty()) one.told.what = without_verb(said);
    }
    found.push_back(std::move(one));
  }
  return found;
}

Duration median(std::vector<Duration> values) {
  if (values.empty()) return Duration{0};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// All that is known of one thing.
struct Gathered {
  const Happening* first = nullptr;
  std::vector<Duration> at[2], since[2];  ///< simulated, real
};

using Runs = std::vector<std::vector<Happening>>;

void gather(const Runs& runs, std::size_t world, std::map<Key, Gathered>& all) {
  for (const std::vector<Happening>& run : runs) {
    for (const Happening& one : run) {
      Gathered& gathered = all[one.key];
      if (gathered.first == nullptr) gathered.first = &one;
      gathered.at[world].push_back(one.at);
      gathered.since[world].push_back(one.since);
    }
  }
}

/// What nearly every run has cannot be missing by chance.
bool nearly_always(std::size_t count, std::size_t runs) { return count * 10 >= runs * 9; }

/// Nothing is lost by leaving out what only some simulated runs have.
bool worth_showing(const ComparedRow& row) { return row.real > 0 || row.only_simulated; }

ComparedRow row_of(const Key& key, const Gathered& gathered, std::size_t simulated_runs, Duration tolerance) {
  ComparedRow row;
  row.told = gathered.first->told;
  row.line = std::get<7>(key.first);
  row.simulated = gathered.at[0].size();
  row.real = gathered.at[1].size();
  row.simulated_at = median(gathered.at[0]);
  row.real_at = median(gathered.at[1]);
  row.only_real = row.simulated == 0;
  row.only_simulated = row.real == 0 && nearly_always(row.simulated, simulated_runs);
  if (row.simulated == 0 || row.real == 0) return row;
  const std::vector<Duration>& since = gathered.since[0];
  const Duration real = median(gathered.since[1]);
  row.later = real - median(since);
  const Duration allowed = tolerance + median(since) / 20;
  const auto [least, most] = std::minmax_element(since.begin(), since.end());
  const bool unanswered = std::get<0>(key.first) == EventKind::served && std::get<3>(key.first) == 0;
  row.in_time = real >= *least - allowed && real <= *most + allowed + (unanswered ? kClientsNotice : Duration{0});
  return row;
}

/// What comes as late as that which came before it is not late itself.
void forgive_what_follows(std::vector<ComparedRow>& rows, Duration tolerance) {
  const ComparedRow* before = nullptr;
  for (ComparedRow& row : rows) {
    if (row.simulated == 0 || row.real == 0) continue;
    if (before != nullptr) {
      const Duration step = row.simulated_at - before->simulated_at;
      const Duration differs = row.real_at - before->real_at - step;
      row.in_time = row.in_time || std::chrono::abs(differs) <= tolerance + std::chrono::abs(step) / 20;
    }
    before = &row;
  }
}

using Pairs = std::map<std::pair<Key, Key>, bool>;  ///< the first came before the second, or nearly so

/// Of decisions of one head, in one run.
template <class See>
void each_pair(const std::vector<Happening>& run, const See& see) {
  for (const Happening& a : run)
    for (const Happening& b : run)
      if (a.decision && b.decision && a.decider == b.decider && a.key != b.key) see(a, b);
}

/// Decisions that a real core took in an order in which no simulated one does.
std::vector<std::string> strange_order(const Runs& simulated, const Runs& real, Duration tolerance) {
  Pairs known;
  for (const auto& run : simulated) {
    each_pair(run, [&](const Happening& a, const Happening& b) { known[{a.key, b.key}] |= a.at <= b.at + tolerance; });
  }
  std::vector<std::string> strange;
  for (const auto& run : real) {
    each_pair(run, [&](const Happening& a, const Happening& b) {
      const auto pair = known.find({a.key, b.key});
      if (b.at - a.at <= tolerance || pair == known.end() || pair->second) return;
      std::string text = fmt::format("{} {}, then {}", a.told.who, a.told.what, b.told.what);
      if (std::find(strange.begin(), strange.end(), text) == strange.end()) strange.push_back(std::move(text));
    });
  }
  return strange;
}

void count_verdicts(const std::vector<ComparedRun>& runs, std::size_t& all, std::size_t& broken, std::string& by) {
  all = runs.size();
  for (const ComparedRun& run : runs) {
    if (run.broken.empty()) continue;
    if (++broken == 1) by = run.broken;
  }
}

}  // namespace

std::size_t Comparison::agreeing() const {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](const ComparedRow& row) { return row.agrees(); }));
}

double Comparison::fidelity() const {
  return rows.empty() ? 1 : static_cast<double>(agreeing()) / static_cast<double>(rows.size());
}

Comparison compare(const std::vector<ComparedRun>& simulated, const std::vector<ComparedRun>& real,
                   const Script& script, Duration tolerance) {
  Comparison comparison;
  count_verdicts(simulated, comparison.simulated, comparison.simulated_broken, comparison.simulated_by);
  count_verdicts(real, comparison.real, comparison.real_broken, comparison.real_by);
  Runs of_simulated, of_real;
  for (const ComparedRun& run : simulated) of_simulated.push_back(happenings(run, script));
  for (const ComparedRun& run : real) of_real.push_back(happenings(run, script));
  std::map<Key, Gathered> all;
  gather(of_simulated, 0, all);
  gather(of_real, 1, all);
  for (const auto& [key, gathered] : all) {
    ComparedRow row = row_of(key, gathered, simulated.size(), tolerance);
    if (worth_showing(row)) comparison.rows.push_back(std::move(row));
  }
  const auto at = [](const ComparedRow& row) { return row.simulated > 0 ? row.simulated_at : row.real_at; };
  std::stable_sort(comparison.rows.begin(), comparison.rows.end(), [&](const ComparedRow& a, const ComparedRow& b) {
    return at(a) != at(b) ? at(a) < at(b) : a.line != 0 && b.line == 0;
  });
  forgive_what_follows(comparison.rows, tolerance);
  comparison.order = strange_order(of_simulated, of_real, tolerance);
  return comparison;
}

}  // namespace hasim
