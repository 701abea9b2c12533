// The configuration of a cell, from wherever it is written down: the one door for commands that judge configurations.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "lang/parse.h"

namespace hasim {

/// A configuration that was read: the machines, and the settings of each head.
struct CellConfig {
  std::string name;  ///< as people call it
  std::shared_ptr<const WorldSpec> world;
};

/// Reads a world file (by path, or by its name alone: `bcm`), or a scenario file: its world after its `without` and
/// `set` lines, of its first case. Returns why not: a diagnostic, or a sentence if there is no such file.
std::variant<CellConfig, Diagnostic, std::string> read_cell_config(const std::string& path, const Overrides&,
                                                                   const std::string& root);

}  // namespace hasim
