// `hasim run`.
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/run_one.h"
#include "cli/run_sweep.h"
#include "netns/sandbox.h"

namespace hasim {
namespace {

void add_options(CLI::App& command, RunOptionTexts& texts) {
  command.add_option("paths", texts.paths)->required();
  command.add_option("--seeds", texts.seeds);
  command.add_option("--case", texts.case_pattern);
  command.add_option("--tag", texts.tags)->delimiter(',')->expected(1)->take_all();
  command.add_option("--row", texts.rows)->delimiter(',')->expected(1)->take_all();
  command.add_option("--set", texts.set)->expected(1)->take_all();
  command.add_option("--world", texts.world);
  command.add_option("--on", texts.on);
  command.add_option("-j", texts.workers);
  command.add_option("--for", texts.for_duration);
  command.add_option("--stop-after", texts.stop_after);
  command.add_option("--color", texts.color);
  command.add_option("--junit", texts.junit);
  command.add_flag("--json{verdicts}", texts.json);
  command.add_flag("-v", texts.detail);
  command.add_flag("--keep-going", texts.keep_going);
  command.add_flag("--quiet", texts.quiet);
  command.add_flag("--all", texts.all);
}

bool is_single(const Plan& plan) {
  const PlannedCase& first = plan.cases.front();
  return plan.size() == 1 && (!first.each_step || first.step != 0);
}

Exit run(const RunOptionTexts& texts) {
  const auto prepared = prepare(texts);
  if (const Exit* refused = std::get_if<Exit>(&prepared)) return *refused;
  const RunRequest& request = std::get<RunRequest>(prepared);
  const bool single = is_single(request.plan) && request.files_named == 1;
  if (!request.quiet && request.json == JsonOutput::none && request.detail > 0) print(skipped_text(request));
  if (!single) return run_sweep(request);
  if (!request.real) return run_single(request);
  return static_cast<Exit>(netns::in_sandbox([&request] { return static_cast<int>(run_single(request)); }));
}

}  // namespace

void add_run(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "run", kRunHelp);
  auto texts = std::make_shared<RunOptionTexts>();
  add_options(*command, *texts);
  command->callback([texts, &exit] { exit = run(*texts); });
}

}  // namespace hasim
