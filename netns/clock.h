// The clock of real worlds: CLOCK_BOOTTIME, which is the clock of the cores too.
#pragma once

#include "lang/trace.h"

namespace hasim::netns {

/// Since this machine booted.
Time boottime();

}  // namespace hasim::netns
