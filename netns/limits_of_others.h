// What cannot be told of other systems than our own: they take no orders of hactl, and say to nobody what they decide.
#pragma once

#include <optional>
#include <string>

#include "netns/system.h"

namespace hasim::netns {

/// Why the sentence makes no sense with that system, whatever this machine offers; nothing if it does.
std::optional<std::string> cannot_of_other(const Sentence&, const System&, const WorldSpec&);

}  // namespace hasim::netns
