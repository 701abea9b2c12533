// How events leave the simulated world.
#include "sim/engine.h"

namespace hasim::sim {

std::uint32_t Engine::emit(EventKind kind, ThingId who, const Said& said) {
  Event event;
  event.kind = kind;
  event.who = who;
  event.t = s.now - zero;
  event.with = said.with;
  event.x = static_cast<std::uint8_t>(said.x);
  event.y = static_cast<std::uint8_t>(said.y);
  event.value = said.value;
  event.since = said.since;
  event.cause = said.cause;
  event.reason = said.reason;
  event.line = said.line;
  event.because = {because, said.also_because};
  if (booting) {
    event.id = static_cast<std::uint32_t>(early.size() + 1);
    early.push_back(event);
    return event.id;
  }
  if (recorder.add(event, *observer)) stop = true;
  return event.id;
}

}  // namespace hasim::sim
