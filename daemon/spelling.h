// "Did you mean": which of the known words a misspelt one is nearest to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hacored {

/// "did you mean: x" for the candidate with the fewest slips of the finger (a letter too many, too few, wrong, or two
/// swapped), at most one in three letters; of equals the first. Nothing if none is so near.
std::string meant(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace hacored
