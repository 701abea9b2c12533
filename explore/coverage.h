// The page that says which rows of the catalogue are simulated, by which scenarios, and what is left out.
#pragma once

#include <string>
#include <vector>

#include "explore/load.h"

namespace hasim {

/// Number of catalogue rows that at least one of the scenarios names in its `source`.
std::size_t rows_shown(const std::vector<Loaded>&);

/// docs/coverage.md as it should be: one line for each row of the catalogue, links relative to docs/. The scenarios are
/// those that come with hasim, called by their names below its root ("bmc/x.scn").
std::string coverage_markdown(const std::vector<Loaded>&);

}  // namespace hasim
