// A kick only notes its instant; the one Due in the queue looks at it when it comes.
#include "sim/watchdog.h"

#include "sim/faults.h"
#include "sim/machine.h"

namespace hasim::sim {

namespace {

enum class Trouble : std::uint8_t { broken, busy, pausable, none };

Trouble trouble(Engine& e, int head) {
  const Fault* fault = fault_on(e, SentenceId::fault_watchdog_unusable, e.id_of(head));
  return fault == nullptr ? Trouble::none : static_cast<Trouble>(fault->pick[0]);
}

}  // namespace

bool watchdog_usable(Engine& e, int head) { return e.head(head).watchdog_usable && trouble(e, head) == Trouble::none; }

void arm_watchdog(Engine& e, int head) {
  if (e.head(head).watchdog == Duration{0} || trouble(e, head) == Trouble::busy) return;
  e.machine(head).watchdog.armed = true;
  kick_watchdog(e, head);
}

void kick_watchdog(Engine& e, int head) {
  Machine& m = e.machine(head);
  m.watchdog.kicked = e.now();
  if (!m.watchdog.armed || m.watchdog.waits) return;
  m.watchdog.waits = true;
  e.later(e.head(head).watchdog,
          {.kind = DueKind::watchdog_fires, .head = static_cast<std::uint8_t>(head), .life = m.life});
}

void disarm_watchdog(Engine& e, int head) { e.machine(head).watchdog.armed = false; }

void watchdog_fires(Engine& e, const Due& due) {
  const int head = due.head;
  Machine& m = e.machine(head);
  if (m.life != due.life) return;
  m.watchdog.waits = false;
  if (!m.watchdog.armed) return;
  const bool stands_still = m.paused && trouble(e, head) == Trouble::pausable;
  if (stands_still) m.watchdog.kicked = e.now();
  const Duration left = m.watchdog.kicked + e.head(head).watchdog - e.now();
  if (left > Duration{0}) {
    m.watchdog.waits = true;
    return e.later(left, due);
  }
  if (trouble(e, head) == Trouble::broken) return;
  e.because = m.last_event != 0 ? m.last_event : e.core(head).reported;
  reset_machine(e, head, ResetBy::watchdog);
}

}  // namespace hasim::sim
