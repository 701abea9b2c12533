// The verdict of one run: what a person reads first, and what they need to understand it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "report/style.h"
#include "report/timeline.h"

namespace hasim {

/// What the seeds around a broken run did.
struct Surroundings {
  std::uint64_t tried = 0;                ///< how many were run; 0: none
  std::optional<std::uint64_t> holds;     ///< the nearest seed that holds
  std::optional<Event> first_difference;  ///< the first event of that run that the broken one does not have
};

/// "HOLDS  5 lines, 9 invariants   160.733 s in 3.1 ms   trace 77e0b91c", then remarks. `took` is wall-clock time.
std::string verdict_holds(const RunView&, Duration took, const Style&);

/// The whole explanation of a broken run: headline, source, facts, causes, evidence, what else broke, how to go on.
std::string verdict_broken(const RunView&, const Surroundings&, const Style&);

/// "I1: at most one head may write shared state" or "line 13: head2 holds because contradiction".
std::string property_text(const Broken&, const Script&);

/// "I1" or "line 13"; "start" when it did not start.
std::string property_name(const Broken&);

}  // namespace hasim
