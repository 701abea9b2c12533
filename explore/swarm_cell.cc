// Draws the world of a story: which one, what it goes without, and settings with which its cores start.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "explore/scenario_files.h"
#include "explore/swarm_story.h"
#include "lang/draw.h"

namespace hasim {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kCellStream = 0x63656c6c;

template <std::size_t n>
const char* one_of(Draws& draws, const std::array<const char*, n>& words) {
  return words[draws.below(n)];
}

std::int64_t one_of(Draws& draws, std::initializer_list<std::int64_t> numbers) {
  return *(numbers.begin() + draws.below(numbers.size()));
}

/// What a world may be without: its witnesses, its voters, its PDUs, its watchdogs.
std::vector<std::string> left_out(Draws& draws, const WorldSpec& world) {
  constexpr double kOften = 0.3;
  std::vector<std::string> out;
  const auto leave_out = [&](const auto& things) {
    if (things.empty() || !draws.chance(kOften)) return;
    for (const auto& thing : things) out.push_back(world.name_of(thing.id));
  };
  leave_out(world.witnesses);
  leave_out(world.voters);
  leave_out(world.pdus);
  const bool guarded =
      std::any_of(world.heads.begin(), world.heads.end(), [](auto& head) { return head.watchdog > Duration{0}; });
  if (guarded && draws.chance(kOften)) out.emplace_back("watchdogs");
  return out;
}

/// Settings in milliseconds, in the proportions that a core accepts (ha::unsafe) and the protocol needs.
std::string drawn_settings(Draws& draws) {
  const std::int64_t beat = one_of(draws, {250, 500, 500, 1000, 1000, 1000, 1000, 1000, 1000, 2000});
  const std::int64_t warn = beat * draws.uniform(3, 6);
  const std::int64_t dead = warn + beat * draws.uniform(1, 8);
  std::string text;
  const auto set = [&](std::string_view name, std::int64_t ms) { text += fmt::format("set {} = {}ms\n", name, ms); };
  set("keep_alive", beat);
  set("warn_after", warn);
  set("dead_after", dead);
  set("init_dead", dead + draws.uniform(0, 30) * 1000);
  set("right_to_run", std::max(6 * beat, draws.uniform(dead / 2, dead - 1)));
  set("watchdog_after", std::max<std::int64_t>(3 * beat, draws.uniform(5, 6) * 1000));
  // The head start must be longer than a power device takes and the views of the heads differ (F6).
  set("fence_delay", 2 * beat + draws.uniform(5, 9) * 1000);
  set("quorum_wait", one_of(draws, {5, 20, 60}) * 1000);
  set("fence_max", one_of(draws, {15, 25, 40}) * 1000);
  set("mount_retry", one_of(draws, {20, 60}) * 1000);
  set("margin", one_of(draws, {2, 3}) * 1000);
  set("damping_window", one_of(draws, {120, 600}) * 1000);
  set("bmc_check_every", one_of(draws, {15, 60}) * 1000);
  text += fmt::format("set failovers_max = {}\n", one_of(draws, {1, 1, 2, 5}));
  text += fmt::format("set fences_max = {}\n", one_of(draws, {2, 2, 3}));
  text += fmt::format("set restarts_max = {}\n", one_of(draws, {0, 1, 3}));
  text += fmt::format("set drift_max = {}ppm\n", one_of(draws, {200, 500}));
  text += fmt::format("set without_votes = {}\n", one_of<2>(draws, {"fence", "hold"}));
  text += fmt::format("set on_poweroff = {}\n", one_of<3>(draws, {"handover", "handover", "stay"}));
  return text;
}

/// The world that the header lines describe.
std::shared_ptr<const WorldSpec> world_of(const std::string& header, const std::string& root) {
  const std::string path = root + "/swarm.scn";
  const std::string text =
      "scenario \"a swarm\"\nsource   \"hasim swarm\"\n" + header + "\n  start\n  end  never  two heads off\n";
  Parsed parsed = parse_scenario(text, path, search_path_of(path, root));
  if (const auto* wrong = std::get_if<Diagnostic>(&parsed)) throw std::runtime_error(wrong->show());
  return std::get<Scenario>(parsed).cases.front().world;
}

bool starts(const WorldSpec& world) {
  return std::all_of(world.heads.begin(), world.heads.end(), [&](const HeadSpec& head) {
    return head.cell == kNoThing || !ha::unsafe(core_config(world, head.id), surroundings(world, head.id));
  });
}

}  // namespace

std::vector<std::string> swarm_worlds() {
  return {"pair",    "pair",       "bcm", "bcm", "bull-nfs", "bull-nfs", "bcm-slim", "bull-management",
          "bull-io", "bull-lustre"};
}

SwarmCell draw_cell(const SwarmOptions& options, std::uint64_t number) {
  constexpr int kTries = 20;
  Draws draws(number, kCellStream);
  const std::string& name = options.worlds[draws.below(options.worlds.size())];
  const std::string world = fmt::format("world    {}\n", name);
  const std::vector<std::string> without = left_out(draws, *world_of(world, options.root));
  const std::string lacks = without.empty() ? "" : fmt::format("without {}\n", fmt::join(without, ", "));
  SwarmCell cell;
  for (int i = 0; i < kTries; ++i) {
    // Some cells have the settings that they were delivered with.
    cell.header = world + lacks + (i == 0 && draws.chance(0.2) ? "" : drawn_settings(draws));
    cell.world = world_of(cell.header, options.root);
    if (starts(*cell.world)) break;
  }
  if (!starts(*cell.world)) throw std::runtime_error(fmt::format("no settings for world {} are safe", name));
  cell.reader = std::make_unique<StoryReader>(cell.world);
  return cell;
}

}  // namespace hasim
