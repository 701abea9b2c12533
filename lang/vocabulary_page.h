// docs/vocabulary.md, made from the tables that the parser reads with.
#pragma once

#include <string>

namespace hasim {

/// The whole page: every sentence with its kind, life, stage and capability, clauses of world files, settings with type
/// and default, reasons, proofs, commands, invariants, systems.
std::string vocabulary_markdown();

}  // namespace hasim
