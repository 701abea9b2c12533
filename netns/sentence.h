// What the faults and orders of a story say, with all choices drawn.
#pragma once

#include "core/time.h"
#include "lang/ast.h"

namespace hasim::netns {

/// The duration of a sentence; `otherwise`: it has none.
inline ha::Duration duration_in(const Sentence& sentence, ha::Duration otherwise = {}) {
  for (const Value& value : sentence.values)
    if (value.slot == Slot::DUR) return ha::Duration{value.number.lo};
  return otherwise;
}

}  // namespace hasim::netns
