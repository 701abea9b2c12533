// Each set of failures is written down as a story, run with several seeds in both orders, and looked at in the end.
#include "explore/survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include "core/event.h"
#include "lang/parse.h"
#include "lang/run.h"

namespace hasim {
namespace {

constexpr std::uint64_t kSeedsOfEach = 3;
constexpr std::array kSafety{1, 2, 3, 5};  ///< invariants whose breach is a disaster and not a delay

/// What is known of a head at the end of a run, from the events alone; roles and holds by the service that they name.
struct Seen {
  bool up = false;
  std::map<ThingId, ha::Role> role;
  std::map<ThingId, ha::Reason> hold;

  ha::Reason holds_because() const {
    for (const auto& [service, reason] : hold) {
      if (reason != ha::Reason::none) return reason;
    }
    return ha::Reason::none;
  }
  std::string roles() const {
    std::string text;
    for (const auto& [service, is] : role) text += (text.empty() ? "" : "/") + std::string(ha::to_string(is));
    return text.empty() ? std::string(ha::to_string(ha::Role::init)) : text;
  }
};

std::map<ThingId, Seen> last_seen(const std::vector<Event>& events, const CellSpec& cell) {
  std::map<ThingId, Seen> seen;
  for (const ThingId head : cell.heads) seen[head];
  for (const Event& e : events) {
    const auto found = seen.find(e.who);
    if (found == seen.end()) continue;
    Seen& head = found->second;
    if (e.kind == EventKind::up) head.up = e.x != 0;
    if (e.kind == EventKind::core_runs) head.role.clear(), head.hold.clear();
    if (e.kind == EventKind::role) head.role[e.with] = static_cast<ha::Role>(e.y);
    if (e.kind == EventKind::hold) head.hold[e.with] = e.x != 0 ? e.reason : ha::Reason::none;
  }
  return seen;
}

class Surveyor {
 public:
  Surveyor(World& world, std::shared_ptr<const WorldSpec> spec, const CellSpec& cell, Duration patience)
      : world_(world), runner_(world), spec_(std::move(spec)), cell_(cell), patience_(patience) {
    for (const ServiceSpec& service : spec_->services) {
      if (service.cell == cell.id) services_.push_back(spec_->name_of(service.id));
    }
  }

  Survey take() {
    survey_.failures = failures_of(*spec_, cell_);
    const std::size_t n = survey_.failures.size();
    for (std::size_t i = 0; i < n; ++i) survey_.singles.push_back(answer_to({i}));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i + 1; j < n; ++j) survey_.doubles.push_back(answer_to({i, j}));
    }
    survey_.typical = typical();
    return std::move(survey_);
  }

 private:
  using Set = std::vector<std::size_t>;

  const Failure& failure(std::size_t i) const { return survey_.failures[i]; }

  /// The failures in the order of `set`, the first after a quiet minute; then `after`, if a remedy is tried.
  std::string story_of(const Set& set, const std::string& after) const {
    std::string given, body;
    bool first = true;
    for (const std::size_t i : set) {
      const Failure& f = failure(i);
      for (std::size_t s = 0; s < f.sentences.size(); ++s) {
        const std::string when = s > 0 ? "+0s" : first ? "any +60s..+70s" : "any +0s..+2min";
        (f.latent ? given : body) += fmt::format("  {}  fault  {}\n", f.latent ? "given" : when, f.sentences[s]);
      }
      first = first && f.latent;
    }
    std::string story = given + "  start\n" + (body.empty() ? "  +60s  note  \"quiet\"\n" : body);
    const std::string wait = fmt::format("+{}ms", std::chrono::ceil<std::chrono::milliseconds>(patience_).count());
    if (!after.empty()) story += fmt::format("  {}  {}\n", wait, after);
    for (const std::string& service : services_) {
      story += fmt::format("  {}  expect  exactly one owner of {}\n", wait, service);
      if (has_clients(service)) story += fmt::format("  {}  expect  {} served\n", wait, service);
    }
    if (!services_.empty() && has_clients(services_[0]) && after.empty())
      story += fmt::format("  measure outage = longest time without {} served\n", services_[0]);
    return story;
  }

  bool has_clients(const std::string& service) const {
    return std::any_of(spec_->clients.begin(), spec_->clients.end(), [&](const ClientsSpec& clients) {
      const auto& used = clients.services;
      return std::find(used.begin(), used.end(), spec_->find(service)) != used.end();
    });
  }

  Script script_of(const Set& set, const std::string& after) const {
    const std::string story = story_of(set, after);
    auto parsed = parse_story(story, spec_);
    if (const auto* wrong = std::get_if<Diagnostic>(&parsed)) throw std::logic_error(wrong->show() + "\n" + story);
    return std::get<Script>(std::move(parsed));
  }

  /// Both orders; one is enough if nothing, or not everything, happens after the start.
  std::vector<Set> orders_of(const Set& set) const {
    const bool ordered = set.size() == 2 && !failure(set[0]).latent && !failure(set[1]).latent;
    return ordered ? std::vector<Set>{set, {set[1], set[0]}} : std::vector<Set>{set};
  }

  const RunResult& run(const Script& script, std::uint64_t seed) {
    ++survey_.runs;
    RunOptions options;
    options.keep_going = true;
    options.recording = Recording::decisions;
    const RunResult& result = runner_.run(script, seed, options);
    if (!result.failed_to_start.empty()) throw std::runtime_error(result.failed_to_start);
    return result;
  }

  static bool holds_at(const RunResult& result, int line) {
    return std::all_of(result.lines.begin(), result.lines.end(),
                       [line](const LineVerdict& verdict) { return verdict.line != line || verdict.holds; });
  }

  static bool all_owned(const Script& script, const RunResult& result) {
    bool owned = true;
    for (const Line& line : script.lines) {
      for (const Claim& claim : line.claims) {
        const bool about_owner = claim.text.find(" owner of ") != std::string::npos;
        owned = owned && (!about_owner || holds_at(result, claim.place.line));
      }
    }
    return owned;
  }

  static bool all_hold(const RunResult& result) {
    return std::all_of(result.lines.begin(), result.lines.end(), [](const LineVerdict& line) { return line.holds; });
  }

  FailureAnswer answer_to(const Set& set) {
    FailureAnswer answer;
    answer.failures = set;
    for (const Set& order : orders_of(set)) {
      const Script script = script_of(order, "");
      for (std::uint64_t seed = 1; seed <= kSeedsOfEach; ++seed) add(answer, script, run(script, seed));
    }
    if (!answer.automatic) answer.remedy = remedy_of(set);
    return answer;
  }

  void add(FailureAnswer& answer, const Script& script, const RunResult& result) {
    answer.served = answer.served && all_hold(result);
    for (const Broken& broken : result.broken) {
      const bool grave = std::find(kSafety.begin(), kSafety.end(), broken.invariant) != kSafety.end();
      const bool known =
          std::find(answer.violated.begin(), answer.violated.end(), broken.invariant) != answer.violated.end();
      if (grave && !known) answer.violated.push_back(broken.invariant);
    }
    for (const Measured& measured : result.measures) {
      answer.outage = std::max(answer.outage, Duration{measured.value});
      if (answer.failures == Set{0}) outages_.push_back(Duration{measured.value});
    }
    if (all_owned(script, result)) return;
    if (answer.automatic) answer.state = state_of(world_.recorded());
    answer.automatic = false;
  }

  std::string state_of(const std::vector<Event>& events) const {
    const auto seen = last_seen(events, cell_);
    std::string up;
    for (const auto& [head, last] : seen) {
      if (!last.up) continue;
      if (const ha::Reason why = last.holds_because(); why != ha::Reason::none)
        return fmt::format("{} holds ({})", spec_->name_of(head), ha::to_string(why));
      up += fmt::format("{}{} {}", up.empty() ? "" : ", ", spec_->name_of(head), last.roles());
    }
    return up.empty() ? "no head is up" : up;
  }

  /// The first thing that brings one owner back in every run: an operator's word, then a repair.
  std::string remedy_of(const Set& set) {
    const ThingId owner = owner_of(*spec_, cell_);
    const ThingId peer = spec_->peer_of(owner);
    std::vector<std::pair<std::string, std::string>> tries;
    for (const auto& [gone, here] : {std::pair{owner, peer}, std::pair{peer, owner}}) {
      tries.emplace_back(fmt::format("do acknowledge {} off on {}", spec_->name_of(gone), spec_->name_of(here)),
                         fmt::format("hactl ack-off {}", spec_->name_of(gone)));
    }
    for (const std::size_t i : set) tries.emplace_back(failure(i).repair, failure(i).repair_text);
    for (const auto& [stimulus, name] : tries) {
      if (helps(set, stimulus)) return name;
    }
    return "";
  }

  bool helps(const Set& set, const std::string& stimulus) {
    for (const Set& order : orders_of(set)) {
      const Script script = script_of(order, stimulus);
      for (std::uint64_t seed = 1; seed <= kSeedsOfEach; ++seed) {
        if (!all_owned(script, run(script, seed))) return false;
      }
    }
    return true;
  }

  Duration typical() {
    if (outages_.empty() || !survey_.singles.front().automatic) return Duration{0};
    const auto middle = outages_.begin() + static_cast<std::ptrdiff_t>(outages_.size() / 2);
    std::nth_element(outages_.begin(), middle, outages_.end());
    return *middle;
  }

  World& world_;
  Runner runner_;
  std::shared_ptr<const WorldSpec> spec_;
  const CellSpec& cell_;
  Duration patience_;
  std::vector<std::string> services_;
  std::vector<Duration> outages_;
  Survey survey_;
};

}  // namespace

Survey survey(World& world, std::shared_ptr<const WorldSpec> spec, const CellSpec& cell, Duration patience) {
  return Surveyor(world, std::move(spec), cell, patience).take();
}

}  // namespace hasim
