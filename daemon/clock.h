// The clock of the core on a head: CLOCK_BOOTTIME, which goes on counting while the machine is suspended.
#pragma once

#include "core/time.h"

namespace hacored {

/// The present instant of CLOCK_BOOTTIME. Wall-clock steps do not move it.
ha::Instant now();

}  // namespace hacored
