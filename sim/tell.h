// The host's inward side: brings what happened to a core, in order, or keeps it until the core runs again.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// The core's process is there and gets time.
bool core_runs(Engine&, int head);
/// The order in a due of kind `command` or `scripts_run`. The number of its service stands in the third byte of `b`,
/// counted from 1; 0: all of them.
ha::Command command_in(const Due&);
/// Something of kind `reaches_a_core` is due.
void tell(Engine&, Due);
/// What needs user space or the core of a sleeping head waits until `wake`.
void wait_for(Engine&, const Due&);
/// Something may run again on that head: what waits comes now, datagrams first, then answers, then the tick.
void wake(Engine&, int head);
/// Everything that waits for that head is gone (power, reset); with `core_only`, only what waits for its core.
void forget_waiting(Engine&, int head, bool core_only);
/// All outputs of the last step were performed: says what changed about the head and plans its next tick.
void step_is_over(Engine&);

}  // namespace hasim::sim
