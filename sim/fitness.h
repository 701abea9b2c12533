// What a host checks about its own head: storage, networks, disk. The core hears the sum.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// Something changed that the checks may find: they run, again and again, until everything is well and was told.
void checks_needed(Engine&);
void check_fitness(Engine&, const Due&);

}  // namespace hasim::sim
