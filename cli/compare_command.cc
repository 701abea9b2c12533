// `hasim compare`: the same stories in the simulator and in namespaces, beside one another.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/progress.h"
#include "cli/real_sweep.h"
#include "cli/terminal.h"
#include "report/comparison_text.h"
#include "report/verdict.h"
#include "sim/simulator.h"

namespace hasim {
namespace {

/// Seeds of the simulator: enough for what chance does to a story, and done in a moment.
constexpr std::uint64_t kSimulated = 200;

struct CompareTexts {
  RunOptionTexts run;
  std::uint64_t runs = 3;
  bool markdown = false;
};

std::string broken_by(bool holds, const std::vector<Broken>& broken) {
  if (holds) return "";
  const Broken* worst = gravest(broken);
  return worst == nullptr ? "start" : property_name(*worst);
}

std::vector<ComparedRun> simulate(const Script& script) {
  const std::unique_ptr<World> world = make_simulator();
  Runner runner(*world);
  RunOptions options;
  options.recording = Recording::everything;
  std::vector<ComparedRun> runs;
  for (std::uint64_t seed = 1; seed <= kSimulated; ++seed) {
    const RunResult& result = runner.run(script, seed, options);
    runs.push_back({broken_by(result.holds, result.broken), world->recorded()});
  }
  return runs;
}

/// Times of a machine that has much else to do say less.
std::string circumstances() {
  double load = 0;
  (void)::getloadavg(&load, 1);
  return fmt::format("on {} cores with a load of {:.0f}", ::sysconf(_SC_NPROCESSORS_ONLN), load);
}

/// Runs for real, and compares each story as soon as its last run was told.
class Comparing {
 public:
  explicit Comparing(const RunRequest& request, const CompareTexts& texts)
      : request_(request), texts_(texts), progress_(request.plan.size(), false, request.style) {
    tolerance_ = request.make_world()->tolerance();
  }

  SweepEnd run() {
    const SweepEnd end = sweep_for_real(request_, true,
                                        {[this](const RealRun& one) { return add(one); },
                                         [this](const std::string& line) {
                                           progress_.clear();
                                           complain(fmt::format("hasim: {}\n", line));
                                         },
                                         [this](std::uint64_t over) { progress_.show(over, 0, ""); }});
    progress_.clear();
    return end;
  }

  void print_end() const {
    if (texts_.markdown) return print(fidelity_page(compared_, tolerance_, circumstances()));
    if (compared_.size() > 1) print(comparison_summary(compared_, request_.style));
  }

  Exit exit() const {
    if (failed_) return Exit::failed;
    const bool same = std::all_of(compared_.begin(), compared_.end(),
                                  [](const NamedComparison& one) { return one.comparison.same(); });
    return same ? Exit::holds : Exit::broken;
  }

 private:
  bool add(const RealRun& run) {
    const RunKey& key = run.outcome.key;
    const std::string name = run_name(request_.loaded, key);
    if (run.failure.empty()) {
      real_.push_back({broken_by(run.outcome.holds, run.outcome.broken), run.events});
    } else {
      failed_ = true;
      progress_.clear();
      complain(fmt::format("hasim: its own failure, not the scenario's: {}: {}\n", name, run.failure));
    }
    if (key.seed == texts_.runs) end_of_story(key, name.substr(0, name.rfind(':')));
    return true;
  }

  void end_of_story(const RunKey& key, const std::string& name) {
    const Script& script = request_.loaded[key.scenario].scenario.cases[key.case_index];
    compared_.push_back({name, compare(simulate(script), std::exchange(real_, {}), script, tolerance_)});
    if (texts_.markdown) return;
    progress_.clear();
    print(comparison_text(name, compared_.back().comparison, tolerance_, request_.style) + "\n");
  }

  const RunRequest& request_;
  const CompareTexts& texts_;
  Progress progress_;
  Duration tolerance_{};
  std::vector<ComparedRun> real_;  ///< of the story whose runs are being told
  std::vector<NamedComparison> compared_;
  bool failed_ = false;
};

/// There is nothing to compare a system with that runs in namespaces only.
void leave_out_unsimulated(RunRequest& request) {
  const std::unique_ptr<World> world = make_simulator();
  std::erase_if(request.plan.cases, [&](const PlannedCase& one) {
    const Loaded& file = request.loaded[one.scenario];
    const auto why = world->cannot_run(*file.scenario.cases[one.case_index].world);
    if (why) complain(fmt::format("hasim compare: {} is left out: {}\n", file.name, *why));
    return why.has_value();
  });
}

Exit compare_worlds(const CompareTexts& texts) {
  auto prepared = prepare(texts.run);
  if (const Exit* refused = std::get_if<Exit>(&prepared)) return *refused;
  RunRequest& request = std::get<RunRequest>(prepared);
  for (PlannedCase& one : request.plan.cases) {
    one.first_seed = 1;
    one.last_seed = texts.runs;
  }
  leave_out_unsimulated(request);
  complain(skipped_text(request));
  if (request.plan.cases.empty()) return Exit::cannot_run;
  Comparing comparing(request, texts);
  if (comparing.run() == SweepEnd::interrupted) return Exit::interrupted;
  comparing.print_end();
  return comparing.exit();
}

}  // namespace

void add_compare(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "compare", kCompareHelp);
  auto texts = std::make_shared<CompareTexts>();
  texts->run.command = "compare";
  texts->run.on = "netns";
  command->add_option("paths", texts->run.paths)->required();
  command->add_option("--runs", texts->runs)->check(CLI::Range(1, 1000));
  command->add_option("-j", texts->run.workers);
  command->add_option("--color", texts->run.color);
  command->add_flag("--markdown", texts->markdown);
  command->callback([texts, &exit] { exit = compare_worlds(*texts); });
}

}  // namespace hasim
