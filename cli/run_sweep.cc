// Following a sweep: tally, progress, JSON, JUnit, and the reasons to stop.
#include "cli/run_sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/interrupt.h"
#include "cli/junit_file.h"
#include "cli/progress.h"
#include "cli/real_sweep.h"
#include "cli/run_json.h"
#include "cli/run_one.h"
#include "cli/sweep_view.h"
#include "explore/sweep.h"
#include "report/json.h"
#include "report/numbers.h"

namespace hasim {
namespace {

/// More groups than anybody reads mean that something is wrong at large.
constexpr std::size_t kGroupsMax = 100;
constexpr std::size_t kDetailsMax = 10;

class Follower : public SweepListener {
 public:
  explicit Follower(const RunRequest& request)
      : request_(request),
        tally_(request.loaded.size()),
        // The status line would be torn by JSON that goes to the same terminal.
        progress_(request.plan.size(), request.json != JsonOutput::none && stdout_is_terminal(), request.style) {}

  bool on_run(const Outcome& outcome) override {
    tally_.add(outcome);
    if (!outcome.written.empty()) print(outcome.written);
    if (!request_.junit.empty()) add_to_junit(junit_, request_, outcome.key, outcome);
    if (!outcome.holds) note_broken(outcome.key);
    return !enough();
  }

  void on_progress(std::uint64_t told) override { progress_.show(told, tally_.broken(), first_); }

  bool on_real_run(const RealRun& run) {
    if (!run.failure.empty()) {
      ++failures_;
      progress_.clear();
      complain(fmt::format("hasim: its own failure, not the scenario's: {}: {}\n",
                           run_name(request_.loaded, run.outcome.key), run.failure));
      return true;
    }
    if (!run.explained.empty()) explained_.emplace_back(run.outcome.key, run.explained);
    return on_run(run.outcome);
  }

  void on_note(const std::string& line) {
    progress_.clear();
    complain(fmt::format("hasim: {}\n", line));
  }

  void end() { progress_.clear(); }
  const Tally& tally() const { return tally_; }
  const JunitReport& junit() const { return junit_; }
  const std::vector<RunKey>& broken() const { return broken_; }
  /// Runs that hasim itself failed in.
  std::uint64_t failures() const { return failures_; }
  /// Of a broken real run.
  std::string explanation(const RunKey& key) const {
    const auto known =
        std::find_if(explained_.begin(), explained_.end(), [&](const auto& e) { return e.first == key; });
    return known == explained_.end() ? "" : known->second;
  }

 private:
  void note_broken(const RunKey& key) {
    if (first_.empty()) first_ = run_name(request_.loaded, key);
    if (request_.all) broken_.push_back(key);
  }
  bool enough() const {
    const bool runs = request_.stop_after > 0 && tally_.broken() >= static_cast<std::uint64_t>(request_.stop_after);
    return runs || tally_.group_count() >= kGroupsMax;
  }

  const RunRequest& request_;
  Tally tally_;
  JunitReport junit_;
  Progress progress_;
  std::string first_;
  std::vector<RunKey> broken_;  ///< with --all
  std::vector<std::pair<RunKey, std::string>> explained_;
  std::uint64_t failures_ = 0;
};

/// Writes the JSON of a run in the worker that made it.
Scribe scribe_of(const RunRequest& request) {
  if (request.json == JsonOutput::none) return nullptr;
  return [&request](const RunKey& key, const Script& script, const RunResult& result, const World& world) {
    RunView view;
    view.name = run_name(request.loaded, key);
    view.scenario = &request.loaded[key.scenario].scenario;
    view.script = &script;
    view.result = &result;
    view.events = &world.recorded();
    view.world = world.name();
    view.core_digest = world.core_digest();
    return json_of_run(view, request.json);
  };
}

SweepOptions options_of(const RunRequest& request) {
  SweepOptions options;
  options.workers = request.workers;
  options.run.keep_going = request.keep_going;
  options.run.recording = request.json == JsonOutput::events ? Recording::everything : Recording::none;
  options.time_limit = request.time_limit;
  options.interrupted = InterruptNoted::seen;
  options.scribe = scribe_of(request);
  options.make_world = [&request] { return request.make_world(); };
  return options;
}

std::string cut_short_text(SweepEnd end, const RunRequest& request) {
  switch (end) {
    case SweepEnd::complete: return "";
    case SweepEnd::enough:
      return request.stop_after > 0 ? fmt::format("--stop-after {}", request.stop_after)
                                    : fmt::format("{} groups", kGroupsMax);
    case SweepEnd::out_of_time: return "the time of --for is over";
    case SweepEnd::interrupted: return "interrupted";
  }
  return "";
}

SweepEnd make_runs(const RunRequest& request, Follower& follower) {
  if (!request.real) return sweep(request.plan, request.loaded, options_of(request), follower);
  return sweep_for_real(request, false,
                        {[&](const RealRun& run) { return follower.on_real_run(run); },
                         [&](const std::string& line) { follower.on_note(line); },
                         [&](std::uint64_t over) { follower.on_progress(over); }});
}

Exit exit_of(SweepEnd end, const SweepView& view, const Follower& follower) {
  if (end == SweepEnd::interrupted) return Exit::interrupted;
  if (follower.failures() > 0) return Exit::failed;
  if (!view.holds()) return Exit::broken;
  return end == SweepEnd::out_of_time ? Exit::cut_short : Exit::holds;
}

/// Explanations of one run of each group (with --all: of every broken run).
void print_details(const RunRequest& request, const Follower& follower) {
  std::vector<RunKey> keys = follower.broken();
  if (!request.all) {
    const std::size_t most = request.files_named == 1 ? 1 : kDetailsMax;
    for (const Group& group : follower.tally().groups()) {
      if (keys.size() < most) keys.push_back(group.shortest);
    }
  }
  RunOne one(request);
  for (const RunKey& key : keys)
    print("\n" + (request.real ? follower.explanation(key) : one.explain_broken(key, one.run(key))));
  const std::size_t groups = follower.tally().group_count();
  if (keys.size() < groups)
    print(fmt::format("\n{} of {} explained; --all explains every broken run\n", keys.size(), plural(groups, "group")));
}

void print_summary(const RunRequest& request, const SweepView& view) {
  const bool one = request.files_named == 1;
  print(one ? sweep_summary(view, request.style)
            : folder_summary(view, request.files_checked, request.check_took, request.style));
}

}  // namespace

Exit run_sweep(const RunRequest& request) {
  const InterruptNoted noted;
  Follower follower(request);
  const auto begin = std::chrono::steady_clock::now();
  const SweepEnd end = make_runs(request, follower);
  follower.end();
  SweepView view = view_of(request, follower.tally());
  view.took = std::chrono::steady_clock::now() - begin;
  view.planned = request.plan.size();
  view.cut_short = cut_short_text(end, request);
  const std::unique_ptr<World> world = request.make_world();
  view.world = world->name();
  view.core_digest = world->core_digest();
  const Exit exit = exit_of(end, view, follower);
  if (request.json != JsonOutput::none) {
    print(json_summary(view, static_cast<int>(exit)));
  } else if (!request.quiet || !view.holds()) {
    print_summary(request, view);
    if (view.broken != 0 && end != SweepEnd::interrupted) print_details(request, follower);
  }
  if (request.junit.empty()) return exit;
  return gravest(exit, write_junit(follower.junit(), request.junit));
}

}  // namespace hasim
