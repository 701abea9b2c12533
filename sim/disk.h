// The local disk of a head: the slots in which its core keeps what must survive, and everything else that lies there.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// The pre-allocated slots can be read and written. A full disk takes nothing away from them (ST09).
bool slots_usable(Engine&, int head);
/// Files grow there: logs, dumps, databases.
bool takes_files(Engine&, int head);

/// The core waits in the kernel for its record to be on the disk. False: it need not, or it has waited already.
bool waits_for_slot(Engine&, int head);
/// The disk has done its part: the record is performed next.
void slot_written(Engine&, const Due&);
/// Faults of the disk came or went.
void apply_disk_faults(Engine&, int head);
/// The head stops while a record is on its way to the disk: the old one is there then, or the new one.
void settle_slot(Engine&, int head);

}  // namespace hasim::sim
