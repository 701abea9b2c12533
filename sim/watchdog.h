// The hardware watchdog of a head: W after the last kick it resets the machine, whatever the software does.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

bool watchdog_usable(Engine&, int head);
void arm_watchdog(Engine&, int head);
void kick_watchdog(Engine&, int head);
void disarm_watchdog(Engine&, int head);
void watchdog_fires(Engine&, const Due&);

}  // namespace hasim::sim
