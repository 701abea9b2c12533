// What is due, brought to the part of the simulator that does it.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// One piece of work: the next output of a core, or the next thing that is due. Nothing of it can be interrupted.
/// Returns false if nothing is due before `until`.
bool work(Engine&, Time until);

}  // namespace hasim::sim
