// What a world must offer to carry out a scenario, asked before anything starts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/ast.h"
#include "lang/parse.h"

namespace hasim {

/// A world and the capabilities that it offers: the words of the third column of faults and the second of actions in
/// vocabulary.def. "-" stands for what only the simulator can do.
struct Capabilities {
  std::string world;
  std::vector<std::string> offered;
};

/// What the namespace harness can do at best, on a machine where nothing is missing.
Capabilities netns_capabilities();

/// The first line of the scenario that such a world cannot do; nothing if it can do all of it.
std::optional<Diagnostic> cannot_on(const Scenario&, const Capabilities&);

}  // namespace hasim
