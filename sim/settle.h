// Powering the world up until it is settled: an owner at its preferred head, an armed passive one, all served.
#pragma once

#include <string>

#include "sim/engine.h"

namespace hasim::sim {

/// Everything off, nothing ever happened but that the preferred heads owned their services once.
void begin_world(Engine&);
/// What the disk of that head has when a world begins that had run before.
ha::Durable first_disk(const Engine&, int head);
/// Why the world is not settled yet; empty if it is.
std::string unsettled(Engine&);

}  // namespace hasim::sim
