// Faults in force: where they are kept, how they are found, and what beginning and ending one does at once.
#pragma once

#include "lang/world.h"
#include "sim/engine.h"

namespace hasim::sim {

/// The newest fault in force for which `match` is true, or nullptr: within a stage the later replaces the earlier, and
/// healing it brings the earlier back.
template <class Match>
Fault* newest(Engine& e, const Match& match) {
  for (std::size_t i = e.s.faults.size(); i-- > 0;) {
    if (match(e.s.faults[i])) return &e.s.faults[i];
  }
  return nullptr;
}

/// The newest fault with that sentence whose first thing is `thing`.
Fault* fault_on(Engine&, SentenceId, ThingId thing);

void inject(Engine&, const Deed&);
void heal(Engine&, std::uint32_t number);
/// A power-off or reboot of a head ends its soft faults.
void end_soft_faults(Engine&, int head);
/// The time of a fault that ends by itself has come (`restarts taking DUR`).
void fault_ends(Engine&, const Due&);

/// Makes machines, links, storage and clients as the faults in force say.
void apply_faults(Engine&);

}  // namespace hasim::sim
