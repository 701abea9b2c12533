// What happens to a machine, and what it takes with it.
#include "sim/machine.h"

#include <algorithm>

#include "sim/carrier.h"
#include "sim/clients.h"
#include "sim/clock.h"
#include "sim/cpu.h"
#include "sim/disk.h"
#include "sim/faults.h"
#include "sim/host.h"
#include "sim/parts.h"
#include "sim/power.h"
#include "sim/tell.h"
#include "sim/watchdog.h"
#include "sim/ways.h"

namespace hasim::sim {

namespace {

using std::chrono::seconds;

constexpr Duration kPowersDownIn = seconds{2};  ///< from the core's `Left` to the end of a shutdown
constexpr Duration kLooksAgainIn = seconds{5};
constexpr Duration kDumpToldEvery = seconds{1};

Due due_of(Engine& e, int head, DueKind kind) {
  return {.kind = kind, .head = static_cast<std::uint8_t>(head), .life = e.machine(head).life};
}

void note_power(Engine& e, int head, bool on) {
  Machine& m = e.machine(head);
  m.power = on;
  m.change = static_cast<std::uint8_t>((m.change + 1) % m.changes.size());
  m.changes[m.change] = {e.now(), on};
  m.last_event = e.emit(EventKind::power, e.id_of(head), {.x = on ? 1 : 0});
  e.because = m.last_event;
}

/// The kernel and all that it ran are gone.
void kernel_ends(Engine& e, int head) {
  Machine& m = e.machine(head);
  const bool was_up = m.kernel == Kernel::up;
  ++m.life;
  m.kernel = Kernel::off;
  m.goal = Goal::none;
  m.watchdog.waits = false;
  if (m.dumping) e.emit(EventKind::dumping, e.id_of(head));
  m.dumping = false;
  if (was_up) e.emit(EventKind::up, e.id_of(head));
  settle_slot(e, head);
  e.s.old_boot[static_cast<std::size_t>(head)] = {e.now(), e.core(head).last_sent.beat};
  end_core(e, head);
  forget_waiting(e, head, false);
  e.core(head).durable.boot = {};
  parts_die(e, head);
  end_soft_faults(e, head);
}

/// There is something to boot from, and it boots.
bool boots_up(Engine& e, int head) {
  const ThingId who = e.id_of(head);
  return fault_on(e, SentenceId::fault_boot_fail, who) == nullptr &&
         fault_on(e, SentenceId::fault_disk_dead, who) == nullptr;
}

void boot(Engine& e, int head) {
  Machine& m = e.machine(head);
  const ThingId who = e.id_of(head);
  m.kernel = Kernel::booting;
  m.boot_id = ++e.s.tables.incarnations;
  m.core_wanted = true;
  m.watchdog = {};
  m.clock.base = e.now();
  m.clock.local = 0;
  m.clock.still = false;
  m.last_event = e.emit(EventKind::boots, who);
  const Fault* slow = fault_on(e, SentenceId::fault_boot_take, who);
  const Duration takes = slow != nullptr ? Duration{slow->amount[0]} : e.head(head).boot;
  links_are_late(e, head, takes);
  links_changed(e);
  if (boots_up(e, head)) e.later(takes, due_of(e, head, DueKind::booted));
}

bool feed_gives_power(Engine& e, int head, int feed) {
  const HeadLayout& me = e.head(head);
  const ThingId pdu = e.layout->spec->pdus[static_cast<std::size_t>(me.feed[static_cast<std::size_t>(feed)])].id;
  if (e.s.tables.outlet_off[static_cast<std::size_t>(head)][static_cast<std::size_t>(feed)]) return false;
  if (fault_on(e, SentenceId::fault_pdu_lose_power, pdu) != nullptr) return false;
  return newest(e, [&](const Fault& f) {
           return f.id == SentenceId::fault_head_unplugged && f.thing[0] == me.id && f.thing[1] == pdu;
         }) == nullptr;
}

bool mains_there(Engine& e, int head) {
  const HeadLayout& me = e.head(head);
  const Fault* unplugged = newest(e, [&](const Fault& f) {
    return f.id == SentenceId::fault_head_unplugged && f.thing[0] == me.id && f.pick[0] == 0;
  });
  if (unplugged != nullptr) return false;
  if (me.feeds == 0) return true;
  for (int f = 0; f < me.feeds; ++f) {
    if (feed_gives_power(e, head, f)) return true;
  }
  return false;
}

/// What the faults in force make of a machine; within one stage the newest counts.
Standing standing_of(Engine& e, int head) {
  const ThingId who = e.id_of(head);
  const auto newest_of = [&](auto... ids) {
    const Fault* fault = newest(e, [&](const Fault& f) { return f.thing[0] == who && ((f.id == ids) || ...); });
    return fault == nullptr ? SentenceId::count_ : fault->id;
  };
  const bool up = e.machine(head).kernel == Kernel::up;
  const SentenceId kernel =
      newest_of(SentenceId::fault_head_hang, SentenceId::fault_head_paused, SentenceId::fault_head_suspended);
  const SentenceId core =
      newest_of(SentenceId::fault_core_gone, SentenceId::fault_core_stopped, SentenceId::fault_core_stuck);
  return {.hung = up && kernel == SentenceId::fault_head_hang,
          .paused = up && kernel == SentenceId::fault_head_paused,
          .suspended = up && kernel == SentenceId::fault_head_suspended,
          .frozen = up && newest_of(SentenceId::fault_head_frozen) != SentenceId::count_,
          .starved = up && starves(e, head),
          .core_stopped = up && core == SentenceId::fault_core_stopped,
          .core_stuck = up && core == SentenceId::fault_core_stuck,
          .core_gone = core == SentenceId::fault_core_gone};
}

void apply_drift(Engine& e, int head) {
  Machine& m = e.machine(head);
  const Fault* drift = fault_on(e, SentenceId::fault_clock_drift_ppm, e.id_of(head));
  const std::int32_t ppm = drift == nullptr ? 0 : static_cast<std::int32_t>(drift->amount[0]);
  // A paused machine does not notice the pause: its clock stands still as well.
  if (m.clock.still != m.paused || m.clock.ppm != ppm) run_at(m.clock, e.now(), ppm, m.paused);
}

void core_comes_or_goes(Engine& e, int head, const Standing& before) {
  const Machine& m = e.machine(head);
  if (m.core_stuck && !before.core_stuck && e.core(head).runs()) {
    e.later(Duration{0},
            {.kind = DueKind::stuck_core_beats, .head = static_cast<std::uint8_t>(head), .life = e.core(head).life});
  }
  if (m.core_gone && !before.core_gone) end_core(e, head);
  if (!m.core_gone && before.core_gone && m.kernel == Kernel::up)
    e.later(Duration{0}, due_of(e, head, DueKind::core_starts));
}

}  // namespace

void power_on(Engine& e, int head) {
  Machine& m = e.machine(head);
  if (m.power || !m.mains) return;
  note_power(e, head, true);
  boot(e, head);
}

bool power_off(Engine& e, int head) {
  if (!e.machine(head).power) return false;
  note_power(e, head, false);
  kernel_ends(e, head);
  e.machine(head).watchdog = {};
  links_changed(e);
  e.clients_look = true;
  return true;
}

void reset_machine(Engine& e, int head, ResetBy by, ha::Cause cause) {
  Machine& m = e.machine(head);
  if (!m.power) return;
  if (by != ResetBy::somebody) {
    m.last_event = e.emit(EventKind::resets, e.id_of(head), {.x = static_cast<int>(by), .cause = cause});
    e.because = m.last_event;
  }
  kernel_ends(e, head);
  boot(e, head);
  e.clients_look = true;
}

void panic(Engine& e, int head, Duration dumping) {
  Machine& m = e.machine(head);
  if (m.kernel != Kernel::up) return;
  const Watchdog armed = m.watchdog;  // it goes on running: nobody kicks it any more
  m.last_event = e.emit(EventKind::panics, e.id_of(head));
  e.because = m.last_event;
  kernel_ends(e, head);
  m.kernel = Kernel::panicked;
  m.watchdog = armed;
  m.watchdog.waits = false;
  if (armed.armed) {
    m.watchdog.waits = true;
    e.later(std::max(Duration{0}, armed.kicked + e.head(head).watchdog - e.now()),
            due_of(e, head, DueKind::watchdog_fires));
  }
  if (dumping > Duration{0}) {
    m.dumping = true;
    e.emit(EventKind::dumping, e.id_of(head), {.x = 1});
    e.later(Duration{0}, due_of(e, head, DueKind::dump_told));
    e.later(dumping, due_of(e, head, DueKind::dump_ends));
  } else if (e.head(head).panic_reboot > Duration{0}) {
    e.later(e.head(head).panic_reboot, due_of(e, head, DueKind::boots_again));
  }
  e.clients_look = true;
}

void go_down(Engine& e, int head, Goal goal) {
  Machine& m = e.machine(head);
  if (m.kernel != Kernel::up || m.goal != Goal::none) return;
  m.goal = goal;
  m.last_event = e.s.tables.last_fault;
  const bool core_there = e.core(head).runs();
  if (core_there) {
    e.later(Duration{0}, {.kind = DueKind::command,
                          .head = static_cast<std::uint8_t>(head),
                          .a = ++e.s.tables.requests,
                          .b = static_cast<std::uint64_t>(ha::CommandKind::leave)});
  }
  e.later(core_there ? e.head(head).hang_max : kPowersDownIn, due_of(e, head, DueKind::shutdown_ends));
}

void core_left(Engine& e, int head) {
  Machine& m = e.machine(head);
  if (m.goal == Goal::stop_core) {
    m.goal = Goal::none;
    m.core_wanted = false;
    return end_core(e, head);
  }
  if (m.goal == Goal::none) return;
  if (fault_on(e, SentenceId::fault_shutdown_hangs, e.id_of(head)) == nullptr) {
    m.core_wanted = false;
    e.later(kPowersDownIn, due_of(e, head, DueKind::shutdown_ends));
  }
}

void shutdown_ends(Engine& e, const Due& due) {
  Machine& m = e.machine(due.head);
  if (m.life != due.life || m.goal == Goal::none) return;
  e.because = m.last_event;
  if (m.goal == Goal::stop_core) return core_left(e, due.head);  // it did not leave in its time: killed
  if (fault_on(e, SentenceId::fault_shutdown_hangs, e.id_of(due.head)) != nullptr || !m.user_space_runs()) {
    return e.later(kLooksAgainIn, due);
  }
  if (m.goal == Goal::reboot) {
    reset_machine(e, due.head, ResetBy::somebody);
  } else {
    power_off(e, due.head);
  }
}

void booted(Engine& e, const Due& due) {
  Machine& m = e.machine(due.head);
  if (m.life != due.life || m.kernel != Kernel::booting) return;
  m.kernel = Kernel::up;
  e.because = m.last_event;
  m.last_event = e.emit(EventKind::up, e.id_of(due.head), {.x = 1});
  apply_machine_faults(e, due.head);
  core_starts(e, {.t = due.t, .kind = DueKind::core_starts, .head = due.head, .life = due.life});
  m.last_event = 0;  // whatever happens to it later follows from something else
  e.clients_look = true;
}

void boots_again(Engine& e, const Due& due) {
  if (e.machine(due.head).life != due.life) return;
  e.because = e.machine(due.head).last_event;
  reset_machine(e, due.head, ResetBy::somebody);
}

void dump_told(Engine& e, const Due& due) {
  const Machine& m = e.machine(due.head);
  if (m.life != due.life || !m.dumping) return;
  const int peer = e.head(due.head).peer;
  if (const auto takes = way(e, e.id_of(due.head), e.id_of(peer)); takes && e.core(peer).runs()) {
    e.later(*takes, {.kind = DueKind::peer_dumps, .head = static_cast<std::uint8_t>(peer), .life = e.core(peer).life});
  }
  e.later(kDumpToldEvery, due);
}

void dump_ends(Engine& e, const Due& due) {
  Machine& m = e.machine(due.head);
  if (m.life != due.life || !m.dumping) return;
  m.dumping = false;
  e.because = m.last_event;
  e.emit(EventKind::dumping, e.id_of(due.head), {.y = takes_files(e, due.head) ? 1 : 0});
  power_off(e, due.head);
}

void mains_changed(Engine& e, int head) {
  Machine& m = e.machine(head);
  const bool there = mains_there(e, head);
  if (m.mains == there) return;
  m.mains = there;
  if (!there) {
    m.was_on = m.power;
    power_off(e, head);
  } else {
    e.later(seconds{1}, due_of(e, head, DueKind::mains_return));
  }
  bmc_supply_changed(e, head);
}

void mains_return(Engine& e, const Due& due) {
  Machine& m = e.machine(due.head);
  if (m.life != due.life || !m.mains || m.power) return;
  const Restores policy = e.head(due.head).restores;
  if (policy == Restores::off || (policy == Restores::last && !m.was_on)) return;
  e.because = e.s.tables.last_fault;
  power_on(e, due.head);
}

void apply_machine_faults(Engine& e, int head) {
  Machine& m = e.machine(head);
  const ThingId who = e.id_of(head);
  const Standing before = m;
  const bool user_space_ran = m.user_space_runs();
  static_cast<Standing&>(m) = standing_of(e, head);
  apply_drift(e, head);
  if (before == m) return;
  // What is reset while it hangs does not go on where it stood.
  const int by_power = m.kernel == Kernel::up ? 0 : 1;
  if (before.stands_still() != m.stands_still())
    m.last_event = e.emit(EventKind::hung, who, {.x = m.stands_still() ? 1 : 0, .y = by_power});
  if (before.frozen != m.frozen) m.last_event = e.emit(EventKind::frozen, who, {.x = m.frozen ? 1 : 0, .y = by_power});
  if (user_space_ran && !m.user_space_runs()) take_write_in_hands(e, head);
  core_comes_or_goes(e, head, before);
  wake(e, head);
  e.clients_look = true;
}

}  // namespace hasim::sim
