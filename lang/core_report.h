// What a core reports, as events of the stream: the same for every world in which the core runs.
#pragma once

#include <array>
#include <optional>

#include "core/event.h"
#include "lang/trace.h"

namespace hasim {

/// The things that the reports of the core of one head are about.
struct CoreNames {
  ThingId head = kNoThing;
  ThingId peer = kNoThing;
  std::array<ThingId, ha::kPathsMax> network{};  ///< of each path
  ha::PerService<ThingId> service{};             ///< kNoThing where an event names none: a cell has but one
};
CoreNames core_names(const WorldSpec&, ThingId head);

/// The event that says what the report says; its instant and its causes are the world's to add.
Event event_of(const CoreNames&, const ha::Report&);

/// Notify scripts of a service run when a head becomes its owner and when it is that no more, also when it learns that
/// only after a restart: the event of a report of a role, nothing if no script runs. `from`: the role that was reported
/// before.
std::optional<Event> notice_of(const CoreNames&, const ha::Report&, ha::Role from);

}  // namespace hasim
