// Steps of operations (`each step of`), said only if somebody asks for them.
#pragma once

#include "lang/steps.h"
#include "sim/engine.h"

namespace hasim::sim {

/// Says one step of that head, once for each operation under way on it or its peer. Returns true if anything was said.
bool say_step(Engine&, int head, StepKind, ThingId with = kNoThing, std::uint64_t number = 0);

}  // namespace hasim::sim
