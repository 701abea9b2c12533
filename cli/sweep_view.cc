// Naming and sorting of what a sweep found.
#include "cli/sweep_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "explore/over.h"
#include "report/numbers.h"
#include "report/verdict.h"

namespace hasim {
namespace {

/// The claim of a group: as the file has it where cases differ, for the group may hold several of them.
std::string claim_text(const Scenario& scenario, const Group& group) {
  std::string one = line_text(scenario.cases[group.first.case_index], group.line);
  if (scenario.cases.size() == 1 || group.line < 1) return one;
  const std::string& source = scenario.text[static_cast<std::size_t>(group.line) - 1];
  const std::size_t verb = source.find(one.substr(0, one.find(' ')));
  if (one.empty() || verb == std::string::npos) return one;
  std::string text;
  for (const char c : source.substr(verb)) {
    if (c == '#') break;
    if (c != ' ' || (!text.empty() && text.back() != ' ')) text += c;
  }
  return text;
}

GroupRow row_of(const Group& group, const std::vector<Loaded>& loaded) {
  const Loaded& file = loaded[group.scenario];
  Broken broken;
  broken.invariant = group.invariant;
  broken.line = group.line;
  GroupRow row;
  row.runs = group.runs;
  row.scenario = file.name;
  row.property = group.did_not_start ? "did not start" : property_name(broken);
  row.claim = group.did_not_start    ? group.message
              : group.invariant != 0 ? std::string(invariant_text(group.invariant))
                                     : claim_text(file.scenario, group);
  row.causes = group.causes;
  row.first = run_name(loaded, group.first);
  row.shortest = run_name(loaded, group.shortest);
  row.shortest_events = group.shortest_events;
  for (const RunKey& key : group.also) row.also.push_back(run_name(loaded, key));
  return row;
}

/// The words of a `measure` line behind its `=`.
std::string measure_text(const Scenario& scenario, const std::string& name) {
  for (const Line& line : scenario.cases.front().lines) {
    if (!line.measure || line.measure->name != name) continue;
    const std::string& source = scenario.text[static_cast<std::size_t>(line.measure->place.line) - 1];
    const std::size_t equals = source.find('=');
    if (equals == std::string::npos) return "";
    const std::size_t first = source.find_first_not_of(' ', equals + 1);
    return first == std::string::npos ? "" : source.substr(first);
  }
  return "";
}

/// The tightest upper bound that an `over` line puts on the measure.
std::optional<std::int64_t> bound_of(const Scenario& scenario, const std::string& name) {
  std::optional<std::int64_t> bound;
  for (const Line& line : scenario.cases.front().lines) {
    if (!line.over || line.over->sometimes || !line.over->at_most || line.over->measure != name) continue;
    bound = std::min(bound.value_or(line.over->bound), line.over->bound);
  }
  return bound;
}

TimingRow row_of(const Timing& timing, const std::vector<Loaded>& loaded) {
  const Loaded& file = loaded[timing.scenario];
  TimingRow row;
  row.scenario = file.name;
  row.name = timing.name;
  row.what = measure_text(file.scenario, timing.name);
  row.is_count = timing.is_count;
  row.p50 = percentile(timing.values, 0.5);
  row.p99 = percentile(timing.values, 0.99);
  row.max = timing.largest;
  row.slowest = run_name(loaded, timing.slowest);
  row.bound = bound_of(file.scenario, timing.name);
  return row;
}

std::string seen_text(const OverVerdict& over) {
  if (!over.judged) { return fmt::format("not judged: {} of {} runs", count_text(over.runs), count_text(over.wanted)); }
  if (over.sometimes)
    return over.seen == 0 ? fmt::format("in none of {}", plural(over.runs, "run")) : "in " + plural(over.seen, "run");
  if (!over.has_value) return "no run came to a value";
  const std::string value =
      over.is_count ? count_text(static_cast<std::uint64_t>(over.value)) : seconds(Time{over.value}) + " s";
  return fmt::format("{} over {}", value, plural(over.runs, "run"));
}

/// "p99 of gap <= 20s" of "over 100 seeds expect p99 of gap <= 20s".
std::string claim_of(const std::string& over) {
  for (const std::string_view before : {"seeds expect ", "seeds "}) {
    const std::size_t at = over.find(before);
    if (at != std::string::npos) return over.substr(at + before.size());
  }
  return over;
}

OverRow row_of(const OverVerdict& over, const std::vector<Loaded>& loaded) {
  OverRow row;
  row.scenario = loaded[over.scenario].name;
  row.line = over.line;
  row.text = claim_of(over.text);
  row.holds = over.holds;
  row.judged = over.judged;
  row.seen = seen_text(over);
  return row;
}

/// Every report says which invariants were relaxed and why; one that was never in danger need not be.
std::vector<std::string> relaxed_remarks(const RunRequest& request, const Tally& tally) {
  std::vector<std::string> remarks;
  for (std::size_t i = 0; i < request.loaded.size(); ++i) {
    const ScenarioCount& count = tally.scenarios()[i];
    if (count.runs == 0) continue;
    for (const Relaxed& relaxed : request.loaded[i].scenario.cases.front().relaxed) {
      const bool needed = count.in_danger[static_cast<std::size_t>(relaxed.invariant)];
      remarks.push_back(fmt::format("{} relaxes I{} because \"{}\"{}", request.loaded[i].name, relaxed.invariant,
                                    relaxed.reason, needed ? "" : "; it was never in danger: the line can go"));
    }
  }
  return remarks;
}

std::vector<ClassRow> classes_of(const RunRequest& request, const Tally& tally) {
  std::map<std::string, ClassRow> by_name;
  for (std::size_t i = 0; i < request.loaded.size(); ++i) {
    const ScenarioCount& count = tally.scenarios()[i];
    if (count.runs == 0) continue;
    ClassRow& row = by_name[request.loaded[i].class_name];
    row.name = request.loaded[i].class_name;
    row.runs += count.runs;
    (count.broken == 0 ? row.hold : row.broken) += 1;
  }
  std::vector<ClassRow> rows;
  rows.reserve(by_name.size());
  for (const auto& [name, row] : by_name) rows.push_back(row);
  return rows;
}

std::vector<SkippedRow> skipped_rows(const std::vector<Diagnostic>& skipped) {
  std::map<std::string, std::size_t> by_reason;
  for (const Diagnostic& one : skipped) ++by_reason[one.message];
  std::vector<SkippedRow> rows;
  for (const auto& [reason, scenarios] : by_reason) rows.push_back({reason, scenarios});
  std::stable_sort(rows.begin(), rows.end(),
                   [](const SkippedRow& a, const SkippedRow& b) { return a.scenarios > b.scenarios; });
  return rows;
}

/// Seeds are counted as such only where nothing else differs between the runs.
std::uint64_t seeds_only(const Plan& plan) {
  return plan.cases.size() == 1 && !plan.cases[0].each_step ? plan.cases[0].seeds() : 0;
}

}  // namespace

SweepView view_of(const RunRequest& request, const Tally& tally) {
  SweepView view;
  view.runs = tally.runs();
  view.broken = tally.broken();
  view.unit_seeds = seeds_only(request.plan);
  view.workers = request.workers;
  view.hash = tally.hash();
  for (const Group& group : tally.groups()) view.groups.push_back(row_of(group, request.loaded));
  for (const Timing& timing : tally.timings()) view.timings.push_back(row_of(timing, request.loaded));
  for (const OverVerdict& over : judge_over(request.loaded, tally)) view.overs.push_back(row_of(over, request.loaded));
  view.remarks = relaxed_remarks(request, tally);
  view.classes = classes_of(request, tally);
  view.skipped = skipped_rows(request.skipped);
  for (const ClassRow& row : view.classes) {
    view.scenarios += row.hold + row.broken;
    view.scenarios_broken += row.broken;
  }
  return view;
}

}  // namespace hasim
