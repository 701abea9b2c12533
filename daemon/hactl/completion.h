// Shell completion of hactl: a script for the shell, which asks hactl itself for candidates.
#pragma once

#include <string>
#include <vector>

namespace hactl {

/// `hactl completion bash|zsh` prints the script; `hactl completion words -- WORDS` prints candidates.
int complete(const std::string& shell, const std::vector<std::string>& words);

/// Candidates for the last of these words, which may be empty. Asks nobody: no daemon need run.
std::vector<std::string> completions(const std::vector<std::string>& words);

}  // namespace hactl
