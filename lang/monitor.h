// Judges one claim in one window, instant by instant. A claim's state at an instant is its value after
// everything of that instant; two events of one instant still have an order, that of their ids.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lang/formula.h"

namespace hasim {

/// What is claimed, with its formulas compiled: a place in the vector of formulas of the script.
struct Property {
  ClaimVerb verb{};
  Order order = Order::none;
  std::size_t first = 0, second = 0;  ///< `second` only with an order
};

class Monitor {
 public:
  enum class State : std::uint8_t { open, holds, broken };

  /// Opens the window [from, to] of a property at `from`. Events of that instant count, also those that came before.
  Monitor(const Property&, const std::vector<Formula>&, Time from, Time to);

  /// Judges the instant t, which is over, if anything changed in it.
  State settle(Time t, const std::vector<Formula>&);
  /// Judges the window, the last instant of which is over.
  State close(const std::vector<Formula>&);

  State state() const { return state_; }
  const Property& property() const { return property_; }
  Time from() const { return from_; }
  Time to() const { return to_; }
  void to(Time t) { to_ = t; }
  /// When it was decided; of a broken property, when it broke.
  Time decided() const { return decided_; }
  /// Ids of events that decided it; 0: none.
  const std::array<std::uint32_t, 2>& facts() const { return facts_; }
  /// Times that something was counted in the window.
  std::int64_t counted(std::size_t i, const std::vector<Formula>&) const;
  /// Of an order: did the first, the second happen, and when.
  bool happened(int side) const { return sides_[static_cast<std::size_t>(side)].happened; }
  Time happened_at(int side) const { return sides_[static_cast<std::size_t>(side)].at; }

 private:
  struct Side {
    bool happened = false;
    Time at{};
    std::uint32_t id = 0;   ///< 0: it held already when the window opened
    std::int64_t base = 0;  ///< hits before the window
  };
  State decide(State, Time, std::uint32_t fact = 0, std::uint32_t other_fact = 0);
  State settle_plain(Time t, const Formula&);
  State settle_order(Time t, const Formula& first, const Formula& second);
  State judge_never_after(Time t, const Formula& first);
  void look(Side&, Time t, const Formula&) const;
  bool counts_right(const Formula&, bool only_final) const;

  Property property_;
  Time from_, to_, decided_{};
  State state_ = State::open;
  bool fresh_ = true;  ///< no instant was judged yet
  std::array<Side, 2> sides_;
  std::array<std::int64_t, Formula::kCountsMax> counted_before_{};
  std::array<std::uint32_t, 2> facts_{};
};

}  // namespace hasim
