// Reading and checking all scenarios of a command before the first one runs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lang/parse.h"
#include "lang/world.h"

namespace hasim {

/// A checked scenario and what it is called.
struct Loaded {
  Scenario scenario;
  std::string name;        ///< FILE of its run names
  std::string class_name;  ///< the folder it lies in
};

struct LoadedFiles {
  std::vector<Loaded> scenarios;        ///< those that are right, in the order of the files
  std::vector<Diagnostic> diagnostics;  ///< one for each file that is wrong
};

/// Parses and checks the files. `root` is the folder of the scenarios that come with hasim.
LoadedFiles load_scenarios(const std::vector<std::string>& files, const Overrides&, const std::string& root);

/// Shows `look` every sentence of the script, in file order: what triggers, happens, is claimed and is measured.
void each_sentence(const Script&, const std::function<void(const Sentence&)>& look);

/// What this world cannot do of the scenario, each sentence once, in file order. To be asked before anything starts.
std::vector<Diagnostic> unsupported(const Scenario&, const World&);

}  // namespace hasim
