// The replay of a black box as JSON Lines.
#pragma once

#include <string>

#include "core/journal.h"

namespace hasim {

/// One report of the core: what it was, in numbers and in words; `late`: how long after its time the step came.
std::string json_line(ha::Instant at, const ha::Report& report, ha::Duration late);

/// The last line. `latest`: of all ticks the one that came longest after its time.
std::string json_line(const ha::Replay& replay, ha::Duration latest);

}  // namespace hasim
