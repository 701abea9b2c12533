// `hasim swarm`.
#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <variant>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/run_options.h"
#include "cli/run_swarm.h"

namespace hasim {
namespace {

/// The words behind the options.
struct SwarmTexts {
  std::uint64_t runs = 1000, seed = 1;
  int minutes = 20, workers = 0, stop_after = 0;
  std::vector<std::string> worlds;
  std::string for_duration, color = "auto", folder = ".hasim";
  bool quiet = false, json = false, require_places = false, print_only = false;
};

/// The request, or what is wrong with the words.
std::variant<SwarmRequest, std::string> request_of(const SwarmTexts& texts) {
  constexpr int kMinutesMax = 24 * 60;
  SwarmRequest request;
  if (texts.runs == 0 || texts.runs - 1 > UINT64_MAX - texts.seed)
    return fmt::format("--runs {}: expected a number from 1 on", texts.runs);
  if (texts.minutes < 1 || texts.minutes > kMinutesMax)
    return fmt::format("--minutes {}: expected 1 to {}", texts.minutes, kMinutesMax);
  if (texts.workers < 0) return fmt::format("-j {}: expected a number of workers from 1 on", texts.workers);
  if (texts.stop_after < 0) return fmt::format("--stop-after {}: expected a number from 1 on", texts.stop_after);
  const auto color = parse_color(texts.color);
  if (!color) return fmt::format("--color {}: expected auto, always or never", texts.color);
  if (!texts.for_duration.empty()) {
    request.time_limit = parse_duration(texts.for_duration);
    if (!request.time_limit) return fmt::format("--for {}: expected a time like 30s, 5min or 8h", texts.for_duration);
  }
  request.runs = texts.runs;
  request.first_seed = texts.seed;
  request.options.longest = std::chrono::minutes{texts.minutes};
  request.options.root = scenarios_root();
  request.options.worlds = texts.worlds.empty() ? swarm_worlds() : texts.worlds;
  request.workers = texts.workers == 0 ? static_cast<int>(std::max(1u, std::thread::hardware_concurrency()))
                                       : std::min(texts.workers, 256);
  request.stop_after = texts.stop_after;
  request.style = stdout_style(*color);
  request.folder = texts.folder;
  request.quiet = texts.quiet;
  request.json = texts.json;
  request.require_places = texts.require_places;
  request.print_only = texts.print_only;
  return request;
}

Exit swarm(const SwarmTexts& texts) {
  const auto made = request_of(texts);
  std::string wrong;
  if (const auto* refusal = std::get_if<std::string>(&made)) wrong = *refusal;
  if (wrong.empty()) wrong = cannot_swarm(std::get<SwarmRequest>(made).options);
  if (wrong.empty()) return run_swarm(std::get<SwarmRequest>(made));
  complain(fmt::format("hasim swarm: {}\n", wrong));
  return Exit::usage;
}

}  // namespace

void add_swarm(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "swarm", kSwarmHelp);
  auto texts = std::make_shared<SwarmTexts>();
  command->add_option("--runs", texts->runs);
  command->add_option("--seed", texts->seed);
  command->add_option("--minutes", texts->minutes);
  command->add_option("--world", texts->worlds)->delimiter(',')->expected(1)->take_all();
  command->add_option("-j", texts->workers);
  command->add_option("--for", texts->for_duration);
  command->add_option("--stop-after", texts->stop_after);
  command->add_option("--folder", texts->folder);
  command->add_option("--color", texts->color);
  command->add_flag("--require-places", texts->require_places);
  command->add_flag("--quiet", texts->quiet);
  command->add_flag("--json", texts->json);
  command->add_flag("--print", texts->print_only);
  command->callback([texts, &exit] { exit = swarm(*texts); });
}

}  // namespace hasim
