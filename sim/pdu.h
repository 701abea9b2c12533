// PDUs: the feeds of a head, switched and read together as one fence level.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// Do all PDUs that feed the target answer the sender?
bool pdus_answer(Engine&, int sender, int target);
/// Switches off what answers; the chassis follows its mains.
void outlets_off(Engine&, int sender, int target);
/// Off only if all outlets read off; unknown if any of them does not answer.
ha::Reading read_outlets(Engine&, int sender, int target);

}  // namespace hasim::sim
