// Which sentences this simulator can do.
#pragma once

#include <optional>
#include <string>

#include "lang/ast.h"

namespace hasim::sim {

/// Why not; nothing if it can. Observations are never refused: what is not simulated is never seen.
std::optional<std::string> cannot(const Sentence&);

}  // namespace hasim::sim
