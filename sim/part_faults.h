// What faults and storage mean for a part of a service on one head.
#pragma once

#include "sim/storage.h"

namespace hasim::sim {

/// The newest fault of that kind on a part, everywhere or on that head.
const Fault* part_fault(Engine&, SentenceId, int part, int head);
/// … of a sentence with `(start / stop)`.
const Fault* turn_fault(Engine&, SentenceId, int part, int head, bool stop);
/// The branch of a fault of the volume that a part mounts on that head: `(fails / hangs / empty)`; -1: none.
int mount_fault(Engine&, SentenceId, int part, int head);

/// Databases, daemons and scripts are programs; an address or a mount only asks the kernel.
bool is_program(ThingKind);
/// Its scripts need a process, and that head makes none.
bool cannot_be_called(Engine&, int head, int part);

/// What keeps a part from starting or stopping now: the worst of the volumes it uses on that head.
Reach storage_of(Engine&, int part, int head);
/// What lies under the mount point is not the volume: nothing was mounted there, or another file system (ST05, ST07).
bool wrong_identity(Engine&, int part, int head);
/// Its handles were good once. The monitor of a mount looks for that.
bool stale_mount(Engine&, int part, int head);
/// A mount of that service has NFSv4 locks at that store.
bool keeps_locks(const Engine&, int service, ThingId store);

ha::Reason reason_of(Reach);
ha::Reason failed_start(ThingKind);

}  // namespace hasim::sim
