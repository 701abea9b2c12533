// What people and tools do (`do`).
#pragma once

#include "lang/world.h"
#include "sim/engine.h"

namespace hasim::sim {

inline constexpr int kAllServices = -1;

void act(Engine&, const Deed&);

/// The n-th thing that a sentence names.
ThingId thing_at(const Sentence&, std::size_t n);
/// Something is done by hand: the event, without an order to a core.
void by_hand(Engine&, ThingId who, std::uint16_t line);
/// An operator wants the service at that head. The scripts that must run before a move run first; what a tool of the
/// service itself asks for (scontrol, snmove) takes the same way, so that one authority decides [SL08].
void order_move(Engine&, int head, bool force, std::uint16_t line, int service = kAllServices);
/// A script that must run before a move to that head does not end.
bool script_hangs(Engine&, int head, int service);

}  // namespace hasim::sim
