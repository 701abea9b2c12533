// Counting.
#include "explore/place_counts.h"

#include <algorithm>

namespace hasim {

void PlaceCounts::add(const Outcome& outcome) {
  for (std::size_t i = 0; i < kLandmarks; ++i) {
    if (!outcome.reached[i]) continue;
    if (counts_[i].runs++ == 0) counts_[i].first = outcome.key;
  }
}

std::size_t PlaceCounts::missed() const {
  return static_cast<std::size_t>(
      std::count_if(counts_.begin(), counts_.end(), [](const Count& count) { return count.runs == 0; }));
}

}  // namespace hasim
