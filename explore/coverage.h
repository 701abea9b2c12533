// The page that says which rows of the catalogue are simulated, by which scenarios, and what is left out.
#pragma once

#include <string>
#include <vector>

#include "explore/load.h"

namespace hasim {

/// Catalogue rows that a scenario shows: those of its `source`, unless another system than the core decides in it,
/// whose failure covers nothing.
std::vector<std::string> rows_shown_by(const Scenario&);

/// Number of catalogue rows that at least one of the scenarios shows.
std::size_t rows_shown(const std::vector<Loaded>&);

/// docs/coverage.md as it should be: one line for each row of the catalogue, links relative to docs/. The scenarios are
/// those that come with hasim, called by their names below its root ("bmc/x.scn").
std::string coverage_markdown(const std::vector<Loaded>&);

}  // namespace hasim
