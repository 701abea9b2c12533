// The simulator: a World that is single-threaded, deterministic and jumps from event to event.
#pragma once

#include <memory>

#include "lang/world.h"

namespace hasim {

/// Same Setup, same stimuli: the same events, bit for bit, with every compiler and on every machine.
std::unique_ptr<World> make_simulator();

}  // namespace hasim
