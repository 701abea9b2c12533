// The journal of a core as events of the stream.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

void report(Engine&, int head, const ha::Report&);

}  // namespace hasim::sim
