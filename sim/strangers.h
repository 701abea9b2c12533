// Machines that belong to nobody here: another cell on our network, a printer with our address.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// The cell number that the foreign cell uses with our key; with a key of its own it uses ours.
inline constexpr std::uint32_t kForeignCell = 0xf0f0;

/// A second on a network that carries a foreign cell: its beats arrive at every head there.
void foreign_beats(Engine&, const Due&);
/// A beat of that cell number is none of ours: nothing that it says concerns the sender's place in our cell.
bool is_foreign(const Engine&, int head, const ha::Beat&);

/// A machine that is none of ours answers for that address now.
bool foreign_owner(Engine&, int part);
/// An ARP probe of that head for the address is answered by a stranger (NW03). An answer of the peer counts for
/// nothing: what keeps two heads apart is a proof, and the simulator must not save a core that has none.
bool address_taken(Engine&, int head, int part);

}  // namespace hasim::sim
