// The CPUs of a head: how much of them its user space gets, and whether it can start programs.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// What `takes` that long on an idle head takes on that head now.
Duration stretched(Engine&, int head, Duration takes);
/// Nothing in user space gets a CPU at this instant.
bool starves(Engine&, int head);
/// A new process can be made there. Fence agents, mounts and addresses need none: the host of the core keeps a helper
/// of its own and asks the kernel (ND14).
bool can_fork(Engine&, int head);

/// A share of the CPU comes in slices: a fault `starved to PCT` begins.
void begin_slices(Engine&, const Fault&);
/// A slice begins or ends.
void slice_turns(Engine&, const Due&);

}  // namespace hasim::sim
