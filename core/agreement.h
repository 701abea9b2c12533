// What a host believes of its own checks: the rule by which many looks become one word for the core, the same on a real
// head and in the simulator. The core itself does not use it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/event.h"

namespace ha {

/// A host looks at its head, and at its paths with frames of full size, this often.
inline constexpr Duration kChecksEvery = std::chrono::seconds{3};
/// So many looks in a row find the same before it is believed.
inline constexpr int kChecksAgree = 2;
/// An owner looks once more before it says that it is not fit: trouble that both heads have is known at the peer before
/// the owner asks for relief [ST01, NW07].
inline constexpr int kOwnersChecksAgree = 3;

/// The graver of two findings; of equally grave ones the first.
constexpr Fitness graver(const Fitness& first, const Fitness& second) {
  return second.fit > first.fit ? second : first;
}

/// How many looks in a row must have found it before the core is told.
constexpr int looks_for(const Fitness& found, bool owner) {
  return owner && found != Fitness{} ? kOwnersChecksAgree : kChecksAgree;
}

/// One thing that is looked at again and again, `Found{}` before the first look.
template <class Found>
class Agreement {
 public:
  /// Takes what one look found. True: `looks` in a row agree on it, and something else was believed before.
  constexpr bool take(const Found& found, int looks) {
    in_a_row_ = found == found_ ? static_cast<std::uint8_t>(std::min(in_a_row_ + 1, kOwnersChecksAgree)) : 1;
    found_ = found;
    if (in_a_row_ < looks || believed_ == found) return false;
    believed_ = found;
    return true;
  }
  constexpr const Found& believed() const { return believed_; }
  /// Nothing but `Found{}` is believed, and nothing else was found in the last `looks` looks.
  constexpr bool quiet(int looks) const { return believed_ == Found{} && found_ == Found{} && in_a_row_ >= looks; }
  /// Forgets what was found in a row so far.
  constexpr void interrupt() { in_a_row_ = 0; }

 private:
  Found found_{};
  Found believed_{};
  std::uint8_t in_a_row_ = kChecksAgree;
};

}  // namespace ha
