// The run beside a broken one that holds, and where the two part: what chance had to do with it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lang/run.h"

namespace hasim {

struct Neighbour {
  std::uint64_t tried = 0;                ///< seeds that were run
  std::optional<std::uint64_t> seed;      ///< the nearest that holds; nothing if all of them break as well
  std::optional<Event> first_difference;  ///< of the neighbour's events: the first the broken run does not have
};

/// Looks for the nearest seed that holds, `reach` seeds to either side, the lower one first. `events` are all events of
/// the broken run.
Neighbour nearest_that_holds(World&, const Script&, std::uint64_t seed, const RunOptions&,
                             const std::vector<Event>& events, std::uint64_t reach);

}  // namespace hasim
