// What can follow on a command line: for the completion of shells.
#pragma once

#include <string>
#include <vector>

namespace hasim {

/// Candidates for the last of `words` (which may be empty); the others stand before it, the name of the program left
/// out. Candidates that end in `/` or `:` are not complete words.
std::vector<std::string> completions(const std::vector<std::string>& words, const std::string& root);

}  // namespace hasim
