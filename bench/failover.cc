// Reads the benchmark's scenario; a mistake in it stops the program with the parser's message.
#include "bench/failover.h"

#include <cstdio>
#include <cstdlib>
#include <variant>

#include "lang/parse.h"

namespace hasim::bench {

Scenario sixty_second_failover() {
  Parsed parsed = parse_scenario_file(HASIM_BENCH "/sixty-seconds.scn", {.world_dirs = {HASIM_BENCH}});
  if (const auto* wrong = std::get_if<Diagnostic>(&parsed)) {
    std::fputs(wrong->show().c_str(), stderr);
    std::exit(2);
  }
  return std::get<Scenario>(std::move(parsed));
}

}  // namespace hasim::bench
