// A world of real namespaces, networks, processes and BMCs, in which the real hacored runs (docs/netns.md).
#pragma once

#include <memory>

#include "lang/world.h"

namespace hasim {

/// To be used inside `netns::in_sandbox`. Throws `netns::Failure` where the machine refuses.
std::unique_ptr<World> make_netns();

}  // namespace hasim
