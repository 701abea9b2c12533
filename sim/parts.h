// Parts of services on heads: addresses, mounts, databases, daemons and scripts come up and go down one by one.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

void start_part(Engine&, int head, int part, const ha::StartResource&, Time deadline);
void stop_part(Engine&, int head, int part, const ha::StopResource&, Time deadline);
/// Behind the core's back, by somebody at the head: with the newest token that the storage knows.
void start_by_hand(Engine&, int head, int part);
void stop_by_hand(Engine&, int head, int part);
/// The store forgot who holds which lock. With NFSv4 every program that held one gets errors until it is started again;
/// NFSv3 does not even tell them, and the disks of an array keep none of ours.
void lose_locks(Engine&, ThingId store);
/// The file handles that heads hold are of no use any more; whoever has that volume mounted sees it at its next check.
void make_stale(Engine&, int volume);
/// The kernel that ran them is gone.
void parts_die(Engine&, int head);
/// The programs by which the core started parts die with it.
void starts_die(Engine&, int head);
/// Faults came or went: running parts that crash do so.
void apply_part_faults(Engine&);

void part_done(Engine&, const Due&);
void part_deadline(Engine&, const Due&);
void part_crashes(Engine&, const Due&);
void part_checked(Engine&, const Due&);
/// A part that the core did not start is stopped where its service does not belong.
void intruder_checked(Engine&, const Due&);

/// All parts of a service run on that head.
bool runs_all(Engine&, int service, int head);
/// Each of those services runs on a head that this one reaches, or here: what waits for them may start.
bool all_served(Engine&, const std::vector<int>& services, int head);

}  // namespace hasim::sim
