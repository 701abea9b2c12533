// A second machine with the identity of a head: somebody booted a copy of its disk. It runs a core of its own on other
// hardware, which is heard under the name of the head; what is sent to that name reaches the original.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

void boot_twin(Engine&, int head);
void twin_booted(Engine&, const Due&);
void twin_ticks(Engine&, const Due&);

}  // namespace hasim::sim
