// Arguments are read first, then all files, then the world is asked about every sentence.
#include "cli/run_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <thread>

#include "cli/diagnostics.h"
#include "explore/catalogue.h"
#include "explore/scenario_files.h"
#include "netns/limits.h"
#include "netns/netns.h"
#include "netns/sandbox.h"
#include "report/numbers.h"
#include "sim/simulator.h"

namespace hasim {
namespace {

/// Runs in namespaces that one processor carries side by side without their observers being late: measured.
constexpr int kStoriesOnACore = 4;

/// A refusal: what is wrong and what to do; nothing has run.
struct Refusal {
  std::string message;
  Exit exit = Exit::usage;
  std::string diagnostics = "";  ///< of files, printed before the message
};

/// An argument: a file or folder, or one run.
struct Target {
  std::string path;
  std::optional<RunName> run;
};

Target target_of(const std::string& argument, const std::string& root) {
  const std::string path = existing_path(argument, root);
  if (!path.empty()) return {path, std::nullopt};
  const auto name = parse_run_name(argument);
  if (!name) throw Refusal{fmt::format("no such file or folder: {}", argument)};
  const std::string file = existing_path(name->file, root);
  if (file.empty()) throw Refusal{fmt::format("no such file: {} (of the run name {})", name->file, argument)};
  return {file, name};
}

void read_words(const RunOptionTexts& texts, RunRequest& request) {
  const auto color = parse_color(texts.color);
  if (!color) throw Refusal{fmt::format("--color {}: expected auto, always or never", texts.color)};
  const auto json = parse_json_output(texts.json);
  if (!json) throw Refusal{fmt::format("--json={}: expected --json or --json=events", texts.json)};
  request.style = stdout_style(*color);
  request.json = *json;
  if (!texts.for_duration.empty()) {
    request.time_limit = parse_duration(texts.for_duration);
    if (!request.time_limit)
      throw Refusal{fmt::format("--for {}: expected a time like 30s, 5min or 8h", texts.for_duration)};
  }
  if (texts.on == "uml") {
    throw Refusal{"--on uml: not in this version yet; without it the simulator runs", Exit::cannot_run};
  }
  if (texts.on != "sim" && texts.on != "netns") throw Refusal{fmt::format("--on {}: expected sim or netns", texts.on)};
  request.real = texts.on == "netns";
  if (request.real) {
    for (const std::string& why : {netns::no_sandbox_here(), netns::missing_program()})
      if (!why.empty()) throw Refusal{fmt::format("--on netns: {}", why), Exit::cannot_run};
  }
  if (texts.workers < 0) throw Refusal{fmt::format("-j {}: expected a number of workers from 1 on", texts.workers)};
  if (texts.stop_after < 0)
    throw Refusal{fmt::format("--stop-after {}: expected a number from 1 on", texts.stop_after)};
  const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const int workers = request.real ? cores * kStoriesOnACore : cores;
  request.workers = texts.workers == 0 ? workers : std::min(texts.workers, 256);
  request.stop_after = texts.stop_after;
  request.detail = texts.detail;
  request.keep_going = texts.keep_going;
  request.quiet = texts.quiet;
  request.all = texts.all;
  request.junit = texts.junit;
}

Selection selection_of(const RunOptionTexts& texts) {
  Selection selection;
  if (!texts.seeds.empty()) {
    const auto seeds = parse_seeds(texts.seeds);
    if (!seeds) throw Refusal{fmt::format("--seeds {}: expected a range like 1..1000, or one seed", texts.seeds)};
    selection.first_seed = seeds->first;
    selection.last_seed = seeds->second;
  }
  const auto pattern = parse_case_pattern(texts.case_pattern);
  if (!pattern) throw Refusal{fmt::format("--case {}: expected values like victim=head1,step=7", texts.case_pattern)};
  selection.cases = *pattern;
  selection.tags = texts.tags;
  for (const std::string& row : texts.rows) {
    const CatalogueRow* known = find_row(row);
    if (known == nullptr) throw Refusal{fmt::format("--row {}: no such row; `hasim list --by row` shows all", row)};
    selection.rows.emplace_back(known->id);
  }
  return selection;
}

Selection selection_of(const RunName& name, const std::string& argument) {
  const auto pattern = parse_case_pattern(name.case_name);
  if (!pattern) throw Refusal{fmt::format("{}: \"{}\" names no case", argument, name.case_name)};
  Selection selection;
  selection.first_seed = selection.last_seed = name.seed;
  selection.tops_up = false;
  selection.cases = *pattern;
  return selection;
}

std::string cases_list(const Scenario& scenario) {
  constexpr std::size_t kMax = 12;
  std::string list;
  for (std::size_t i = 0; i < std::min(scenario.cases.size(), kMax); ++i) {
    const std::string name = case_name_of(scenario.cases[i], 0);
    list += fmt::format("\n  {}", name.empty() ? "(it has no cases: leave the case out)" : name);
  }
  if (scenario.cases.size() > kMax) list += fmt::format("\n  ... {} more", scenario.cases.size() - kMax);
  return list;
}

/// All files of a command, each loaded once.
class Files {
 public:
  Files(const RunOptionTexts& texts, const std::string& root) : overrides_{texts.set, texts.world}, root_(root) {
    for (const std::string& argument : texts.paths) targets_.push_back(target_of(argument, root_));
  }

  void load(RunRequest& request) {
    for (const Target& target : targets_) add_files_of(target);
    const auto begin = std::chrono::steady_clock::now();
    LoadedFiles loaded = load_scenarios(files_, overrides_, root_);
    request.check_took = std::chrono::steady_clock::now() - begin;
    request.files_checked = files_.size();
    if (!loaded.diagnostics.empty()) {
      throw Refusal{checked_sentence(files_.size(), loaded.diagnostics.size()) + "; nothing ran", Exit::usage,
                    show_all(loaded.diagnostics)};
    }
    request.loaded = std::move(loaded.scenarios);
    request.files_named = files_.size();
    for (std::uint32_t i = 0; i < files_.size(); ++i) index_of_[files_[i]] = i;
  }

  void plan(const RunOptionTexts& texts, RunRequest& request) const {
    const Selection common = selection_of(texts);
    const bool filtered = !common.tags.empty() || !common.rows.empty() || !texts.case_pattern.empty();
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (targets_[i].run) {
        if (!texts.seeds.empty())
          throw Refusal{fmt::format("{} names a seed already: leave out --seeds", texts.paths[i])};
        plan_run(texts.paths[i], targets_[i], request);
        continue;
      }
      for (const std::string& file : found_[i]) {
        const std::uint32_t index = index_of_.at(file);
        if (selected(request.loaded[index].scenario, common)) add_to_plan(request.plan, request.loaded, index, common);
      }
    }
    if (!request.plan.cases.empty()) return;
    if (filtered && request.loaded.size() == 1 && !texts.case_pattern.empty()) {
      throw Refusal{fmt::format("--case {} matches none of the cases of {}:{}", texts.case_pattern,
                                request.loaded[0].name, cases_list(request.loaded[0].scenario))};
    }
    throw Refusal{
        fmt::format("none of the {} scenarios has what --tag, --row and --case ask for", request.loaded.size())};
  }

 private:
  void add_files_of(const Target& target) {
    FoundFiles found = find_files({target.path}, {".scn"}, root_);
    if (!found.errors.empty()) throw Refusal{found.errors.front()};
    for (const std::string& file : found.files) {
      if (std::find(files_.begin(), files_.end(), file) == files_.end()) files_.push_back(file);
    }
    found_.push_back(std::move(found.files));
  }

  void plan_run(const std::string& argument, const Target& target, RunRequest& request) const {
    const std::uint32_t index = index_of_.at(target.path);
    const Loaded& file = request.loaded[index];
    if (!add_to_plan(request.plan, request.loaded, index, selection_of(*target.run, argument))) {
      throw Refusal{fmt::format("{}: {} has no case \"{}\"; it has:{}", argument, file.name, target.run->case_name,
                                cases_list(file.scenario))};
    }
  }

  Overrides overrides_;
  std::string root_;
  std::vector<Target> targets_;
  std::vector<std::vector<std::string>> found_;  ///< for each target
  std::vector<std::string> files_;
  std::map<std::string, std::uint32_t> index_of_;
};

std::string_view place_of(const RunRequest& request) { return request.real ? "namespaces" : "the simulator"; }

/// Its system runs in other worlds only.
bool runs_elsewhere(const Scenario& scenario, const World& world) {
  return std::any_of(scenario.cases.begin(), scenario.cases.end(),
                     [&world](const Script& script) { return world.cannot_run(*script.world).has_value(); });
}

/// What the namespaces lack is skipped by name, and in the simulator a system that is not simulated; what is left is
/// run.
void skip_unsupported(RunRequest& request) {
  const std::unique_ptr<World> world = request.make_world();
  std::vector<bool> skipped(request.loaded.size());
  for (const PlannedCase& one : request.plan.cases) {
    if (skipped[one.scenario]) continue;
    const Scenario& scenario = request.loaded[one.scenario].scenario;
    if (!request.real && !runs_elsewhere(scenario, *world)) continue;
    std::vector<Diagnostic> found = unsupported(scenario, *world);
    if (found.empty()) continue;
    skipped[one.scenario] = true;
    request.skipped.push_back(std::move(found.front()));
    request.skipped.back().path = request.loaded[one.scenario].name;
  }
  std::erase_if(request.plan.cases, [&](const PlannedCase& one) { return skipped[one.scenario]; });
  if (request.plan.cases.empty())
    throw Refusal{fmt::format("nothing of it can run in {}", place_of(request)), Exit::cannot_run,
                  skipped_text(request)};
}

/// What else the simulator lacks is refused by name, for every scenario of the plan, before the first one runs.
void refuse_unsupported(RunRequest& request) {
  skip_unsupported(request);
  if (request.real) return;
  const std::unique_ptr<World> world = request.make_world();
  std::vector<bool> planned(request.loaded.size());
  for (const PlannedCase& one : request.plan.cases) planned[one.scenario] = true;
  std::vector<Diagnostic> refused;
  std::size_t files = 0;
  for (std::size_t i = 0; i < request.loaded.size(); ++i) {
    if (!planned[i]) continue;
    const std::vector<Diagnostic> found = unsupported(request.loaded[i].scenario, *world);
    files += found.empty() ? 0 : 1;
    refused.insert(refused.end(), found.begin(), found.end());
  }
  if (refused.empty()) return;
  const auto planned_count = std::count(planned.begin(), planned.end(), true);
  throw Refusal{fmt::format("{} of {} cannot run in the simulator; nothing ran", files,
                            plural(static_cast<std::uint64_t>(planned_count), "scenario")),
                Exit::usage, show_all(refused)};
}

/// A path that cannot be written must not cost the runs that come before the writing.
void check_writable(const std::string& path) {
  if (path.empty()) return;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty() && !std::filesystem::is_directory(folder, error)) {
    throw Refusal{fmt::format("--junit {}: there is no folder {}", path, folder.string())};
  }
  if (std::filesystem::is_directory(path, error)) throw Refusal{fmt::format("--junit {}: this is a folder", path)};
}

}  // namespace

std::unique_ptr<World> RunRequest::make_world() const { return real ? make_netns() : make_simulator(); }

std::string skipped_text(const RunRequest& request) {
  std::string text;
  for (const Diagnostic& one : request.skipped)
    text += fmt::format("CANNOT RUN  {}:{} in {}: {}\n", one.path, one.place.line, place_of(request), one.message);
  return text;
}

std::variant<RunRequest, Exit> prepare(const RunOptionTexts& texts) {
  try {
    RunRequest request;
    read_words(texts, request);
    check_writable(texts.junit);
    Files files(texts, scenarios_root());
    files.load(request);
    files.plan(texts, request);
    refuse_unsupported(request);
    return request;
  } catch (const Refusal& refusal) {
    complain(fmt::format("{}hasim {}: {}\n", refusal.diagnostics, texts.command, refusal.message));
    return refusal.exit;
  }
}

}  // namespace hasim
