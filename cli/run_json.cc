// A run as JSON, and the summary of a single one.
#include "cli/run_json.h"

#include "cli/sweep_view.h"
#include "report/json.h"

namespace hasim {

std::string json_of_run(const RunView& view, JsonOutput output) {
  std::string text = json_run(view);
  if (output == JsonOutput::events) {
    for (const Event& event : *view.events) text += json_event(event, *view.script->world);
  }
  return text + json_broken(view) + json_verdict(view);
}

SweepView view_of_one(const RunRequest& request, const RunView& run, Duration took) {
  Tally tally(request.loaded.size());
  const PlannedCase& planned = request.plan.cases.front();
  Outcome outcome;
  outcome.keep({planned.scenario, planned.case_index, planned.first_seed, planned.step}, *run.result);
  tally.add(outcome);
  SweepView view = view_of(request, tally);
  view.took = took;
  view.world = run.world;
  view.core_digest = run.core_digest;
  return view;
}

}  // namespace hasim
