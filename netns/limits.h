// What is not real yet on this machine: such a scenario is not run, and its reason is shown.
#pragma once

#include <optional>
#include <string>

#include "lang/ast.h"

namespace hasim::netns {

/// Why the sentence cannot be carried out, or cannot be seen; nothing if it can.
std::optional<std::string> cannot(const Sentence&, const WorldSpec&);

/// Why that world cannot be built.
std::optional<std::string> cannot_build(const WorldSpec&);

/// Which program of a cell is missing on this machine, and what brings it; empty: none.
std::string missing_program();

}  // namespace hasim::netns
