// Carrier: of links, of networks whose switch is off, of a cable whose other end has no power.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

bool has_carrier(Engine&, int network, int head);
/// Carrier may have changed: tells the cores.
void links_changed(Engine&);
/// Tells the core of that head what its host sees of the path: carrier, and whether full frames pass.
void tell_link(Engine&, int head, int path);
/// A head boots: links that are late get carrier some time after its kernel is up.
void links_are_late(Engine&, int head, Duration boot);
void late_link_up(Engine&, const Due&);
/// A flapping network changes its carrier.
void flap(Engine&, const Due&);

}  // namespace hasim::sim
