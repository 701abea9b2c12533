// Reads the header lines of a scenario: what is told, in which world, in which cases.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lang/ast.h"
#include "lang/declarations.h"
#include "lang/lexer.h"
#include "lang/world_file.h"

namespace hasim {

/// The lines of a scenario file, parted.
struct ScenarioLines {
  std::vector<SourceLine> head;
  std::vector<SourceLine> body;
};

/// Parts header and body; refuses unknown, repeated, missing and misplaced header lines.
ScenarioLines part_lines(std::vector<SourceLine>);

/// Values of the `for` variables of one case, in order.
using CaseValues = std::vector<std::pair<std::string, std::string>>;

/// All cases of the `for` lines; one without values if there is no such line. Refuses variables that nobody uses, and
/// `{x}` that no `for` gives a value. `text` is the whole file.
std::vector<CaseValues> read_cases(const std::vector<SourceLine>& head, const std::vector<std::string>& text);

/// The text with the values of a case in the place of `{name}`.
std::vector<std::string> put_in(const CaseValues&, std::vector<std::string> text);

/// The string or words behind a header word; empty if the line is not there.
std::string header_text(const std::vector<SourceLine>& head, std::string_view word);
std::vector<std::string> header_tags(const std::vector<SourceLine>& head);
std::vector<Relaxed> header_relaxed(const std::vector<SourceLine>& head);

/// The world of one case: as its file declares it, after `running`, `without` and `set`, then the overrides.
WorldSpec header_world(const std::vector<SourceLine>& head, WorldLibrary&, const Overrides&);

}  // namespace hasim
