// From a sentence to a fault in force, and back.
#include "sim/faults.h"

#include <algorithm>

#include "sim/clients.h"
#include "sim/cpu.h"
#include "sim/databases.h"
#include "sim/disk.h"
#include "sim/fitness.h"
#include "sim/host.h"
#include "sim/machine.h"
#include "sim/network.h"
#include "sim/parts.h"
#include "sim/power.h"
#include "sim/storage.h"
#include "sim/store.h"
#include "sim/users.h"

namespace hasim::sim {

namespace {

using std::chrono::seconds;

constexpr std::uint64_t kFaultStream = 0x6661756c74;
constexpr Duration kNasRestarts = seconds{10};

bool is_number(Slot slot) {
  switch (slot) {
    case Slot::DUR:
    case Slot::SIGNED:
    case Slot::INT:
    case Slot::PCT:
    case Slot::PPM:
    case Slot::SIZE:
    case Slot::RATE: return true;
    default: return false;
  }
}

Fault fault_of(const Engine& e, const Deed& deed) {
  Fault fault;
  fault.id = deed.sentence->id;
  fault.number = deed.number;
  fault.since = e.now();
  std::size_t things = 0;
  std::size_t amounts = 0;
  for (const Value& value : deed.sentence->values) {
    if (is_number(value.slot) && amounts < fault.amount.size()) fault.amount[amounts++] = value.number.lo;
    if (!value.things.empty() && things < fault.thing.size()) fault.thing[things++] = value.things.front();
  }
  for (std::size_t i = 0; i < deed.sentence->picks.size() && i < fault.pick.size(); ++i)
    fault.pick[i] = deed.sentence->picks[i];
  fault.left = fault.id == SentenceId::fault_net_drops_announcements ? fault.amount[0] : 0;
  fault.draws = Draws(e.seed, stream_key(kFaultStream, deed.line, deed.number));
  return fault;
}

int head_of(const Engine& e, const Fault& fault) { return e.layout->index_of(fault.thing[0]); }

/// `once`, and over at once; those that take a while are in force until then.
bool is_instant(SentenceId id) {
  return info(id).life == Life::once && id != SentenceId::fault_net_restarts && id != SentenceId::fault_bond_fails_over;
}

/// What happens at once and leaves only its consequence.
void strike(Engine& e, const Fault& fault) {
  const Duration first{fault.amount[0]};
  switch (fault.id) {
    case SentenceId::fault_head_lose_power: power_off(e, head_of(e, fault)); return;
    case SentenceId::fault_head_panic: return panic(e, head_of(e, fault), fault.pick[0] == 1 ? first : Duration{0});
    case SentenceId::fault_head_restart: return reset_machine(e, head_of(e, fault), ResetBy::somebody);
    case SentenceId::fault_head_out_of_memory:
    case SentenceId::fault_core_crashes:
      if (e.core(head_of(e, fault)).runs()) crash_core(e, head_of(e, fault));
      return;
    case SentenceId::fault_nas_restart_taking_without_grace:
      return restart_nas(e, e.layout->index_of(fault.thing[0]), fault.pick[0] == 1 ? first : kNasRestarts,
                         fault.pick[1] == 0);
    case SentenceId::fault_nas_dies_unanswered: return die_with_next_write(e, e.layout->index_of(fault.thing[0]));
    case SentenceId::fault_store_lose_locks: return lose_locks(e, fault.thing[0]);
    case SentenceId::fault_replication_misses_commits:
      return miss_commits(e, e.layout->part_of(fault.thing[0]), fault.amount[0]);
    case SentenceId::fault_clients_reconnect: return reconnect(e, e.layout->index_of(fault.thing[0]), fault.amount[0]);
    case SentenceId::fault_witness_restarts_taking: return restart_witness(e, fault.thing[0], first);
    default: return;
  }
}

/// What begins with a fault that lasts, beyond being looked up.
void begin(Engine& e, const Fault& fault) {
  switch (fault.id) {
    case SentenceId::fault_net_replays_beats: return e.later(Duration{0}, {.kind = DueKind::replay, .a = fault.number});
    case SentenceId::fault_net_foreign_cell:
      return e.later(Duration{0}, {.kind = DueKind::foreign_beats, .a = fault.number});
    case SentenceId::fault_net_flaps: return e.later(Duration{0}, {.kind = DueKind::flap, .a = fault.number});
    case SentenceId::fault_net_restarts:
    case SentenceId::fault_bond_fails_over:
      return e.later(Duration{fault.amount[0]}, {.kind = DueKind::fault_ends, .a = fault.number});
    case SentenceId::fault_volume_stale: return make_stale(e, e.layout->index_of(fault.thing[0]));
    case SentenceId::fault_head_starved: return begin_slices(e, fault);
    case SentenceId::fault_witness_answers_stale_reads: return freeze_reads(e);
    // What a head shrugs off: nobody asks the wall clock, the journal of a core is a ring that drops what its disk does
    // not take, and a device that nobody uses may fail.
    case SentenceId::fault_clock_jump_signed:
    case SentenceId::fault_clock_off_by_signed:
    case SentenceId::fault_log_blocked:
    case SentenceId::fault_unused_device_fails:
    default: return;
  }
}

bool soft_without_anything_running(Engine& e, const Fault& fault) {
  return info(fault.id).life == Life::soft && e.layout->is(fault.thing[0], ThingKind::head) &&
         !e.machine(head_of(e, fault)).power;
}

void say_healed(Engine& e, const Fault& fault) {
  e.because = fault.event;
  e.because = e.s.tables.last_fault = e.emit(EventKind::healed, fault.thing[0], {.value = fault.number});
}

/// A host tells its core when a device of its own fails, and when it is sound again.
void tell_host(Engine& e, const Fault& fault, bool sound) {
  const auto tell_core = [&](DueKind kind) {
    const int head = head_of(e, fault);
    if (!e.core(head).runs()) return;
    e.later(Duration{0},
            {.kind = kind, .head = static_cast<std::uint8_t>(head), .life = e.core(head).life, .a = sound ? 1U : 0U});
  };
  if (fault.id == SentenceId::fault_watchdog_unusable && e.head(head_of(e, fault)).watchdog_usable)
    tell_core(DueKind::watchdog_state);
  if (fault.id == SentenceId::fault_fence_agent_ignores && fault.pick[0] == 0) tell_core(DueKind::agent_state);
}

}  // namespace

Fault* fault_on(Engine& e, SentenceId id, ThingId thing) {
  return newest(e, [&](const Fault& f) { return f.id == id && f.thing[0] == thing; });
}

void inject(Engine& e, const Deed& deed) {
  Fault fault = fault_of(e, deed);
  e.because = 0;
  fault.event = e.emit(EventKind::fault, fault.thing[0], {.value = deed.number, .line = deed.line});
  e.because = e.s.tables.last_fault = fault.event;
  if (is_instant(fault.id)) {
    strike(e, fault);
  } else if (!soft_without_anything_running(e, fault)) {
    HA_CHECK(e.s.faults.size() < kFaults);
    e.s.faults.push_back(fault);
    begin(e, fault);
    tell_host(e, fault, false);
  }
  apply_faults(e);
}

void heal(Engine& e, std::uint32_t number) {
  const auto at =
      std::find_if(e.s.faults.begin(), e.s.faults.end(), [&](const Fault& f) { return f.number == number; });
  if (at == e.s.faults.end()) return;
  const Fault fault = *at;
  e.s.faults.erase(at);
  say_healed(e, fault);
  tell_host(e, fault, true);
  if (fault.id == SentenceId::fault_nas_down) restart_nas(e, e.layout->index_of(fault.thing[0]), Duration{0}, true);
  apply_faults(e);
}

void fault_ends(Engine& e, const Due& due) { heal(e, static_cast<std::uint32_t>(due.a)); }

void end_soft_faults(Engine& e, int head) {
  const ThingId who = e.id_of(head);
  const std::uint32_t because = e.because;
  for (std::size_t i = 0; i < e.s.faults.size();) {
    const Fault fault = e.s.faults[i];
    if (fault.thing[0] != who || info(fault.id).life != Life::soft) {
      ++i;
      continue;
    }
    e.s.faults.erase(e.s.faults.begin() + static_cast<std::ptrdiff_t>(i));
    e.because = because;
    e.emit(EventKind::healed, who, {.x = 1, .value = fault.number, .also_because = fault.event});
  }
  e.because = because;
  apply_machine_faults(e, head);
}

void apply_faults(Engine& e) {
  checks_needed(e);
  networks_changed(e);
  for (int h = 0; h < e.heads(); ++h) {
    mains_changed(e, h);
    bmc_supply_changed(e, h);
    apply_machine_faults(e, h);
    apply_disk_faults(e, h);
  }
  apply_part_faults(e);
  e.clients_look = true;
}

}  // namespace hasim::sim
