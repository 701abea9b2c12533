// The invariants that a run broke, as the judges of the single invariants find them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/event.h"
#include "lang/trace.h"

namespace hasim {

inline constexpr int kInvariants = 9;

/// The first time that an invariant was broken in a run.
struct Breach {
  int invariant = 0;
  Time from{}, to{};  ///< equal, or while it lasted (I1)
  std::array<std::uint32_t, 2> facts{};
  std::string message;  ///< "head1 wrote home (epoch 7) after head2 (epoch 8)"
};

/// An epoch as people read it: its counter. It is encoded counter * 2 + head.
constexpr std::uint64_t shown_epoch(std::uint64_t epoch) { return ha::counter_of(ha::Epoch{epoch}); }

class Breaches {
 public:
  void reset() {
    known_.fill(false);
    list_.clear();
  }
  /// Only the first breach of an invariant counts. Returns whether it is this one.
  bool add(int invariant, Time t, std::array<std::uint32_t, 2> facts, std::string message) {
    bool& known = known_[static_cast<std::size_t>(invariant)];
    if (known) return false;
    known = true;
    list_.push_back({invariant, t, t, facts, std::move(message)});
    return true;
  }
  bool broken(int invariant) const { return known_[static_cast<std::size_t>(invariant)]; }
  /// In the order in which they broke.
  const std::vector<Breach>& list() const { return list_; }
  std::vector<Breach>& list() { return list_; }

 private:
  std::array<bool, kInvariants + 1> known_{};
  std::vector<Breach> list_;
};

}  // namespace hasim
