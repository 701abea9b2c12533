// The witness as a store of leases and claims: linearizable, reached over its networks and its volume.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

void ask_store(Engine&, int head, const ha::StoreRead&);
void ask_store(Engine&, int head, const ha::StoreRenew&);
void ask_store(Engine&, int head, const ha::StoreClaim&);
/// The request reaches the store: what it asks happens now, whether or not the reply gets back.
void store_arrives(Engine&, const Due&);
/// The answer as the core hears it; gives back its place.
ha::StoreAnswer store_answer(Engine&, const Due&);
void forget_store_answer(Engine&, const Due&);
void lease_expires(Engine&, const Due&);
void restart_witness(Engine&, ThingId witness, Duration taking);
/// It is not restarting.
bool witness_serves(const Engine&, int witness);
/// The fault that keeps it from a place, also if it is down for all; nullptr: none does.
const Fault* witness_away(Engine&, ThingId witness, ThingId place);
/// It serves, is not down, and is not unreachable from that place; whether a network leads there is another matter.
bool witness_answers(Engine&, int witness, ThingId place);
/// Stale reads begin: what they will show is what the store holds now.
void freeze_reads(Engine&);

}  // namespace hasim::sim
