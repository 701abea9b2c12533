// Recording a run, and telling it.
#include "cli/run_one.h"

#include <chrono>

#include "cli/junit_file.h"
#include "cli/run_json.h"
#include "explore/nearest.h"
#include "report/json.h"
#include "report/summary.h"

namespace hasim {
namespace {

/// Seeds tried to either side of a broken one: enough to see whether chance decides, and done in a moment.
constexpr std::uint64_t kReach = 8;

const Script& script_of(const RunRequest& request, const RunKey& key) {
  return request.loaded[key.scenario].scenario.cases[key.case_index];
}

RunKey only_run(const Plan& plan) {
  const PlannedCase& planned = plan.cases.front();
  return {planned.scenario, planned.case_index, planned.first_seed, planned.step};
}

}  // namespace

RunOne::RunOne(const RunRequest& request) : request_(request), world_(request.make_world()), runner_(*world_) {}
RunOne::~RunOne() = default;

RunView RunOne::run(const RunKey& key) {
  RunOptions options;
  options.keep_going = request_.keep_going;
  options.recording = Recording::everything;
  options.step = key.step;
  const Script& script = script_of(request_, key);
  const auto begin = std::chrono::steady_clock::now();
  result_ = runner_.run(script, key.seed, options);
  took_ = std::chrono::steady_clock::now() - begin;
  events_ = world_->recorded();
  RunView view;
  view.name = run_name(request_.loaded, key);
  view.scenario = &request_.loaded[key.scenario].scenario;
  view.script = &script;
  view.result = &result_;
  view.events = &events_;
  view.world = world_->name();
  view.core_digest = world_->core_digest();
  return view;
}

Surroundings RunOne::look_around(const RunKey& key, const RunView& view) {
  if (request_.real) return {};  // it has no seeds beside this one
  RunOptions options;
  options.step = key.step;
  const Neighbour found = nearest_that_holds(*world_, *view.script, key.seed, options, events_, kReach);
  return {found.tried, found.seed, found.first_difference};
}

std::string RunOne::explain_broken(const RunKey& key, const RunView& view) {
  return verdict_broken(view, look_around(key, view), request_.style);
}

Exit run_single(const RunRequest& request) {
  const RunKey key = only_run(request.plan);
  RunOne one(request);
  const RunView view = one.run(key);
  const SweepView summary = view_of_one(request, view, one.took());
  const bool run_holds = view.result->holds;
  const Exit exit = summary.holds() ? Exit::holds : Exit::broken;
  if (request.json != JsonOutput::none) {
    print(json_of_run(view, request.json) + json_summary(summary, static_cast<int>(exit)));
  } else if (exit != Exit::holds || !request.quiet) {
    if (!request.quiet) print(timeline(view, request.detail, request.style) + "\n");
    if (run_holds) print(verdict_holds(view, one.took(), request.style) + over_rows(summary, false, request.style));
  }
  if (run_holds && exit == Exit::broken && request.json == JsonOutput::none) {
    print(request.style.paint(Paint::broken, "BROKEN") + "  this run holds, a claim about all runs does not\n");
  }
  Exit written = Exit::holds;
  if (!request.junit.empty()) {
    JunitReport junit;
    add_to_junit(junit, request, key, *view.result);
    written = write_junit(junit, request.junit);
  }
  if (!run_holds && request.json == JsonOutput::none) print(one.explain_broken(key, view));
  return gravest(exit, written);
}

}  // namespace hasim
