// Why something broke: the few events that matter, found by walking back over the links between events.
#pragma once

#include <cstdint>
#include <vector>

#include "lang/run.h"
#include "lang/trace.h"

namespace hasim {

/// Events by their id; recorded streams may have gaps.
class EventIndex {
 public:
  explicit EventIndex(const std::vector<Event>& events) : events_(events) {}
  /// nullptr if that event was not recorded.
  const Event* find(std::uint32_t id) const;
  const std::vector<Event>& all() const { return events_; }

 private:
  const std::vector<Event>& events_;
};

/// Whether the truth at that instant refutes what the event says: a power reading that is a lie.
bool refuted(const Event&);

/// At most five events, oldest first: faults, decisions and refuted evidence among what the facts of `broken` follow
/// from. Without facts (something never came) the last ones before it broke.
std::vector<Event> events_that_matter(const EventIndex&, const Broken&);

}  // namespace hasim
