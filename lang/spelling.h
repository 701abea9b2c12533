// "Did you mean": which of the known words a misspelt one is nearest to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hasim {

/// The candidate most like `word`, if it is at least 70 % alike (Ratcliff-Obershelp: twice the characters in common
/// blocks over all characters). Of equals the last in the alphabet.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace hasim
