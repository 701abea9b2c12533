// What clients do of their own accord: they write files, reconnect all at once, are moved to another head, have
// addresses written into their caches.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// Files of all clients of the service that mounts the volume: acknowledged one by one as soon as it serves them; soft
/// mounts give up, hard ones wait.
void write_files(Engine&, int volume, std::int64_t files);
/// So many at once keep the heads that serve them busy. The cores have their CPU to themselves.
void reconnect(Engine&, int clients, std::int64_t many);
/// From now on those clients ask that head itself, under its own address, and no other.
void move_clients(Engine&, int clients, int head);
/// The addresses that those clients use stay at the head that has them now, whatever is announced.
void pin_addresses(Engine&, int clients);

bool busy(Engine&, int head);
void look_at_users(Engine&);

}  // namespace hasim::sim
