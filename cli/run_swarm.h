// Runs a swarm, shows how far it has come, and says what it found.
#pragma once

#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "cli/terminal.h"
#include "explore/swarm.h"

namespace hasim {

struct SwarmRequest {
  SwarmOptions options;
  std::uint64_t first_seed = 1, runs = 1;
  std::optional<std::chrono::nanoseconds> time_limit;
  int workers = 1, stop_after = 0;
  Style style;
  std::string folder;  ///< for stories that break
  bool quiet = false, json = false, require_places = false, print_only = false;
};

/// Why no story can be drawn from these worlds; empty if all is well.
std::string cannot_swarm(const SwarmOptions&);

Exit run_swarm(const SwarmRequest&);

}  // namespace hasim
