// What people and tools do (`do`).
#pragma once

#include "lang/world.h"
#include "sim/engine.h"

namespace hasim::sim {

void act(Engine&, const Deed&);

}  // namespace hasim::sim
