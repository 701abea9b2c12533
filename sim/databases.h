// Replicated databases. One side takes commits, the other follows: it receives them, applies them, and has all of them
// when it takes over, or some are lost. An owner acknowledges a commit when its replica has it; parted from the replica
// it waits `failover_max` for the cores to settle who owns, and then goes on alone, as long as it still can write its
// volume: by then any takeover is over. What it acknowledges alone, the replica lacks.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// A replicated database takes writes on that head from now on. Says what is lost if that copy lacked something.
void database_opens(Engine&, int head, int part);
/// It takes none any more; `in_order`: somebody stopped it, so what it still accepted late is in its log.
void database_closes(Engine&, int head, int part, bool in_order);
/// The head applies what it has received and must not open before it has done so.
bool database_applies(Engine&, int head, int part);
/// Why a database must not be opened on that head: its data are not the newest, as far as its host knows. Nothing if
/// somebody forced it.
ha::Reason database_stale(Engine&, int head, int part);
/// What the host finds wrong with the copies of that head, as long as it does not own them.
ha::Reason database_trouble(Engine&, int head);

/// The owner has commits that it will never send.
void miss_commits(Engine&, int part, std::int64_t commits);
/// Its copy is being overwritten, and is no copy until that is done.
void begin_copying_databases(Engine&, int head);
/// The copy of that head is made anew from its peer (`recover database onto`, `clone onto`).
void copy_databases(Engine&, int head);
/// Can it be copied now? The reason if not.
ha::Reason cannot_copy(Engine&, int head);
/// An old disk was put in: that head has what it had at the beginning of the run.
void age_databases(Engine&, int head);

/// Something changed: who follows whom now.
void look_at_databases(Engine&);
/// The row that the owner writes every second was read on the replica.
void replication_measured(Engine&, const Due&);

}  // namespace hasim::sim
