// How late the core was called after the instants that it had asked for: a histogram since the start.
#pragma once

#include <array>
#include <cstdint>

#include "core/time.h"

namespace hacored {

class Lateness {
 public:
  /// Upper bounds of the buckets in seconds; what is later is in the last one.
  static constexpr std::array kBounds{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5};

  void add(ha::Duration late) {
    const double seconds = std::chrono::duration<double>(late).count();
    std::size_t i = 0;
    while (i < kBounds.size() && seconds > kBounds[i]) ++i;
    ++counts_[i];
    sum_ += seconds;
  }

  /// How many were within each bound but not the one before; last those beyond all.
  const std::array<std::uint64_t, kBounds.size() + 1>& counts() const { return counts_; }
  double sum_seconds() const { return sum_; }

 private:
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  double sum_ = 0;
};

}  // namespace hacored
