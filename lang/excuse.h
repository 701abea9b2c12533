// What a stimulus excuses: while a fault is in force, or after somebody acted behind a core's back, the invariants that
// need a sound world (I4, I7) are not held against the core.
#pragma once

#include "lang/ast.h"

namespace hasim {

struct Excuse {
  enum class Lasts : std::uint8_t { not_at_all, until_healed, until_power_or_healed, for_good };
  /// What is wrong with the thing, where the invariants ask for more than that something is.
  enum class What : std::uint8_t { anything, isolation, watchdog };
  Lasts lasts = Lasts::not_at_all;
  What what = What::anything;
  ThingId thing = kNoThing;  ///< what is not sound; kNoThing: who knows
};

Excuse excuse_of_fault(const Sentence&, const WorldSpec&);
Excuse excuse_of_action(const Sentence&);

}  // namespace hasim
