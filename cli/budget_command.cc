// `hasim budget`: how long a configuration takes at worst, whether it is safe, and what it has no answer to.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/diagnostics.h"
#include "cli/help.h"
#include "cli/run_options.h"
#include "cli/terminal.h"
#include "explore/cell_config.h"
#include "explore/survey.h"
#include "report/budget.h"
#include "sim/simulator.h"

namespace hasim {
namespace {

struct BudgetTexts {
  std::string config;
  std::vector<std::string> set;
  std::string color = "auto";
  bool all = false;
  bool json = false;
};

/// How long a survey waits after the last failure: long enough for the slowest way to an owner, which is a head that
/// boots, listens twice as long as it must, asks silent voters, and then waits for every proof there is.
Duration patience_of(const WorldSpec& world, const CellSpec& cell, const ha::Budget& budget) {
  const ha::Config config = core_config(world, cell.heads[0]);
  Duration boot{0};
  for (const ThingId head : cell.heads) boot = std::max(boot, world.heads[world.things[head].index].boot);
  return boot + 2 * config.init_dead + config.quorum_wait + config.mount_retry +
         std::max(budget.by_power(), budget.by_watchdog());
}

FailureRow row_of(const Survey& survey, const FailureAnswer& answer) {
  FailureRow row;
  row.automatic = answer.automatic;
  row.served = answer.served;
  row.outage = answer.outage;
  row.state = answer.state;
  row.remedy = answer.remedy;
  row.violated = answer.violated;
  for (const std::size_t i : answer.failures) {
    const Failure& failure = survey.failures[i];
    row.failures.push_back(failure.name);
    for (const std::string& id : failure.rows) {
      if (std::find(row.rows.begin(), row.rows.end(), id) == row.rows.end()) row.rows.push_back(id);
    }
  }
  return row;
}

BudgetView view_of(const CellConfig& config, const CellSpec& cell) {
  const WorldSpec& world = *config.world;
  const ThingId owner = owner_of(world, cell);
  const ThingId peer = world.peer_of(owner);
  // The peer is the one that takes over: its settings and its way to the owner's power count; the watchdog is the
  // owner's.
  ha::Surroundings known = surroundings(world, peer);
  known.watchdog = surroundings(world, owner).watchdog;
  BudgetView view;
  view.config = config.name;
  view.cell = world.name_of(cell.id);
  view.title = world.title;
  view.owner = world.name_of(owner);
  view.budget = ha::budget_of(core_config(world, peer), known);
  for (const ThingId head : cell.heads) {
    if (const auto why = ha::unsafe(core_config(world, head), surroundings(world, head))) view.unsafe = *why;
  }
  if (!view.unsafe.empty()) return view;
  const std::unique_ptr<World> simulator = make_simulator();
  const Survey found = survey(*simulator, config.world, cell, patience_of(world, cell, view.budget));
  for (const FailureAnswer& answer : found.singles) view.singles.push_back(row_of(found, answer));
  for (const FailureAnswer& answer : found.doubles) view.doubles.push_back(row_of(found, answer));
  view.runs = found.runs;
  view.typical = found.typical;
  return view;
}

Exit show(const BudgetTexts& texts, const CellConfig& config, const Style& style) {
  Exit exit = Exit::holds;
  for (const CellSpec& cell : config.world->cells) {
    const BudgetView view = view_of(config, cell);
    const Exit one = view.safe() ? Exit::holds : Exit::broken;
    print(texts.json ? json_budget(view, static_cast<int>(one)) : budget_screen(view, texts.all, style));
    exit = gravest(exit, one);
  }
  return exit;
}

Exit refuse(const std::string& message) {
  complain(fmt::format("hasim budget: {}\n", message));
  return Exit::usage;
}

Exit budget(const BudgetTexts& texts) {
  const auto color = parse_color(texts.color);
  if (!color) return refuse(fmt::format("--color {}: expected auto, always or never", texts.color));
  const auto config = read_cell_config(texts.config, Overrides{texts.set, ""}, scenarios_root());
  if (const auto* wrong = std::get_if<Diagnostic>(&config)) {
    complain(show_all({*wrong}));
    return Exit::usage;
  }
  if (const auto* missing = std::get_if<std::string>(&config)) return refuse(*missing);
  const CellConfig& read = std::get<CellConfig>(config);
  if (read.world->system != "hacore")
    return refuse(fmt::format("{} runs {}; only hacore has a budget", read.name, read.world->system));
  return show(texts, read, stdout_style(*color));
}

}  // namespace

void add_budget(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "budget", kBudgetHelp);
  auto texts = std::make_shared<BudgetTexts>();
  command->add_option("config", texts->config)->required();
  command->add_option("--set", texts->set)->expected(1)->take_all();
  command->add_option("--color", texts->color);
  command->add_flag("-v,--verbose", texts->all);
  command->add_flag("--json", texts->json);
  command->callback([texts, &exit] { exit = budget(*texts); });
}

}  // namespace hasim
