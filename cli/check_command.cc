// `hasim check`: errors in scenarios and worlds, and what this version cannot do yet.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/diagnostics.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "explore/load.h"
#include "explore/scenario_files.h"
#include "sim/simulator.h"

namespace hasim {
namespace {

struct CheckTexts {
  std::vector<std::string> paths, set;
  std::string world;
};

std::vector<Diagnostic> check_file(const std::string& file, const CheckTexts& texts, const World& world) {
  const std::string root = scenarios_root();
  if (file.ends_with(".world")) {
    const ParsedWorld parsed = parse_world_file(file, search_path_of(file, root));
    if (const auto* wrong = std::get_if<Diagnostic>(&parsed)) return {*wrong};
    return {};
  }
  const LoadedFiles loaded = load_scenarios({file}, Overrides{texts.set, texts.world}, root);
  if (!loaded.diagnostics.empty()) return loaded.diagnostics;
  const Scenario& scenario = loaded.scenarios.front().scenario;
  const bool simulated = std::none_of(scenario.cases.begin(), scenario.cases.end(), [&world](const Script& script) {
    return world.cannot_run(*script.world).has_value();
  });
  return simulated ? unsupported(scenario, world) : std::vector<Diagnostic>{};  // else its world knows, where it runs
}

Exit check(const CheckTexts& texts) {
  const FoundFiles found = find_files(texts.paths, {".scn", ".world"}, scenarios_root());
  for (const std::string& error : found.errors) complain(fmt::format("hasim check: {}\n", error));
  const std::unique_ptr<World> world = make_simulator();
  std::size_t errors = 0;
  for (const std::string& file : found.files) {
    const std::vector<Diagnostic> wrong = check_file(file, texts, *world);
    errors += wrong.size();
    print(show_all(wrong));
  }
  print(checked_sentence(found.files.size(), errors) + "\n");
  return errors == 0 && found.errors.empty() ? Exit::holds : Exit::usage;
}

}  // namespace

void add_check(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "check", kCheckHelp);
  auto texts = std::make_shared<CheckTexts>();
  command->add_option("paths", texts->paths)->required();
  command->add_option("--set", texts->set)->expected(1)->take_all();
  command->add_option("--world", texts->world);
  command->callback([texts, &exit] { exit = check(*texts); });
}

}  // namespace hasim
