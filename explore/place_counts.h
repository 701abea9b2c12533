// How many runs came to each rare place of lang/landmarks.h.
#pragma once

#include <array>
#include <cstdint>

#include "explore/sweep.h"

namespace hasim {

class PlaceCounts {
 public:
  /// Adds a run whose landmarks were watched.
  void add(const Outcome&);
  std::uint64_t runs(Landmark at) const { return counts_[static_cast<std::size_t>(at)].runs; }
  /// The first run that came there.
  const RunKey& first(Landmark at) const { return counts_[static_cast<std::size_t>(at)].first; }
  /// Places that no run came to.
  std::size_t missed() const;

 private:
  struct Count {
    std::uint64_t runs = 0;
    RunKey first;
  };
  std::array<Count, kLandmarks> counts_;
};

}  // namespace hasim
