// Another program, run to its end.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace hacored::agents {

/// Runs `words[0]` with these arguments and, beside the environment of this program, these variables; its standard
/// output becomes part of the log, so that it says nothing to the core. Its exit code; 128 and the signal that killed
/// it; -1 if it cannot be run. There is no time limit: whoever called this program has one, and kills all of it.
int run_command(const std::vector<std::string>& words, const std::map<std::string, std::string>& variables = {});

}  // namespace hacored::agents
