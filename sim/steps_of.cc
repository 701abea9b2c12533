// Which operation a step belongs to.
#include "sim/steps_of.h"

namespace hasim::sim {

bool say_step(Engine& e, int head, StepKind kind, ThingId with, std::uint64_t number) {
  if (!e.interest.has(EventKind::step) || e.booting) return false;
  const unsigned under_way = e.core(head).under_way() | e.core(e.head(head).peer).under_way();
  for (unsigned operation = 0; under_way >> operation != 0; ++operation) {
    if ((under_way >> operation & 1U) == 0) continue;
    e.emit(EventKind::step, e.id_of(head),
           {.with = with,
            .x = static_cast<int>(operation),
            .y = static_cast<int>(kind),
            .value = ++e.s.tables.steps[static_cast<std::size_t>(operation)],
            .since = static_cast<std::int64_t>(number)});
  }
  return under_way != 0;
}

}  // namespace hasim::sim
