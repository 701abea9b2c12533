// The host of a core: its process, and its outputs, performed one by one.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// Performs the next output of the step under way. Power may be cut before the one after it.
void perform_next(Engine&);

/// A head that woke goes on with the outputs it had not performed.
void outputs_go_on(Engine&, const Due&);

/// A new process of the core: the same boot, the next start.
void start_core(Engine&, int head);
/// The process is gone, at once; what it asked for and was sent goes on.
void end_core(Engine&, int head);
/// As `end_core`, and the supervisor starts it again.
void crash_core(Engine&, int head);
/// The supervisor's turn.
void core_starts(Engine&, const Due&);
/// A core that decides nothing any more: its sender repeats the last beat.
void stuck_core_beats(Engine&, const Due&);

}  // namespace hasim::sim
