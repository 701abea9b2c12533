// Inputs of cores: from what is due to `Node::step`.
#include "sim/tell.h"

#include <utility>

#include "sim/clock.h"
#include "sim/network.h"
#include "sim/steps_of.h"
#include "sim/storage.h"
#include "sim/store.h"
#include "sim/voters.h"

namespace hasim::sim {

namespace {

using ha::RequestId;

RequestId id_in(const Due& due) { return RequestId{due.a}; }
template <class E>
E field(std::uint64_t packed, int at) {
  return static_cast<E>(packed >> at & 0xffU);
}

void plan_tick(Engine& e, int head) {
  Core& core = e.core(head);
  const ha::Instant deadline = core.node->deadline();
  if (deadline >= ha::kNever) return;
  Time t = true_time(e.machine(head).clock, deadline);
  if (t < e.now()) t = e.now();
  if (t >= core.tick_at) return;  // an earlier look is on its way and will plan again
  core.tick_at = t;
  e.s.queue.push({.t = t, .kind = DueKind::tick, .head = static_cast<std::uint8_t>(head), .life = core.life});
}

void step(Engine& e, int head, const ha::Input& input) {
  HA_CHECK(!e.outputs_wait());
  Core& core = e.core(head);
  e.outputs.clear();
  e.output = 0;
  e.output_head = head;
  core.node->step(instant(e.machine(head).clock, e.now()), input, e.outputs);
  if (e.outputs.empty()) step_is_over(e);
}

void tell_tick(Engine& e, const Due& due) {
  Core& core = e.core(due.head);
  if (core.tick_at != due.t) return;  // another tick counts now
  core.tick_at = kNever;
  if (core.node->deadline() > instant(e.machine(due.head).clock, e.now())) return plan_tick(e, due.head);
  e.because = core.heard;
  step(e, due.head, ha::Tick{});
}

/// A frame that comes while the core sleeps waits in the kernel, if there is room. Returns false if it goes on.
bool waits_in_the_kernel(Engine& e, const Due& due) {
  Core& core = e.core(due.head);
  if (!core.runs() || core_runs(e, due.head) || core.inbox == kInbox) return false;
  ++core.inbox;
  wait_for(e, due);
  return true;
}

void hear(Engine& e, const Due& due, const Arrival& arrival) {
  Core& core = e.core(due.head);
  e.because = core.heard = arrival.event;
  ha::Input input = ha::BeatReceived{arrival.path, e.s.frames[static_cast<std::size_t>(due.a)].beat};
  if (core.seq_ahead > 0) {  // the peer echoes beats that the core itself did not send
    std::uint64_t& echo = std::get<ha::BeatReceived>(input).beat.echo;
    echo = echo > core.seq_ahead ? echo - core.seq_ahead : 0;
  }
  const bool another = e.core(e.head(due.head).peer).speaks_another;
  if (another || core.speaks_another) {
    ha::Beat& beat = std::get<ha::BeatReceived>(input).beat;
    beat.version = beat.version_min = another == core.speaks_another ? ha::kProtocol : std::uint16_t{0};
  }
  step(e, due.head, input);
}

/// One path after the other; what a path sets off is finished before the next one is heard.
void tell_frame(Engine& e, Due due) {
  if (held_by_freeze(e, due)) {
    e.s.frozen.push_back(due);
    return;
  }
  if (waits_in_the_kernel(e, due)) return;
  while (due.b != 0 && !e.outputs_wait() && !e.stop) {
    const auto arrival = arrive(e, due);
    if (arrival && core_runs(e, due.head)) hear(e, due, *arrival);
  }
  if (due.b == 0) return release(e, due.a);
  e.held.push_back(due);
}

StepKind heard_step(DueKind kind) {
  switch (kind) {
    case DueKind::probe_answer: return StepKind::hears_probe;
    case DueKind::part_answer: return StepKind::hears_part;
    case DueKind::marker_answer: return StepKind::hears_marker;
    case DueKind::off_answer: return StepKind::hears_off;
    case DueKind::power_answer: return StepKind::hears_reading;
    case DueKind::store_answer: return StepKind::hears_store;
    case DueKind::voters_answer: return StepKind::hears_tally;
    case DueKind::ping_answer: return StepKind::hears_ping;
    default: return StepKind::count_;
  }
}

/// The hardware id of a machine by its number, counted from 1; 0 for none.
std::uint64_t chassis_id(const Engine& e, std::uint64_t number) {
  return number == 0 ? 0 : e.head(static_cast<int>(number) - 1).config.hardware_id;
}

/// Says "head2 hears …" once. True if the world must stop before the core hears it.
bool announced(Engine& e, const Due& due) {
  const StepKind kind = heard_step(due.kind);
  if (kind == StepKind::count_ || !e.interest.has(EventKind::step)) return false;
  ThingId with = kNoThing;
  std::uint64_t number = 0;
  if (due.kind == DueKind::part_answer) {
    const CellLayout& cell = e.layout->cells[static_cast<std::size_t>(e.head(due.head).cell)];
    with = e.part_layout(cell.part[field<std::size_t>(due.b, 0)]).id;
  } else if (due.kind == DueKind::marker_answer) {
    with = e.layout->named(due.head, marker_service(due));
    number = marker_epoch(due);
  }
  say_step(e, due.head, kind, with, number);
  if (!e.stop) return false;
  e.held.push_back(due);
  e.announced_answer = true;
  return true;
}

std::uint32_t running_parts(Engine& e, int head) {
  const HeadLayout& me = e.head(head);
  const CellLayout& cell = e.layout->cells[static_cast<std::size_t>(me.cell)];
  std::uint32_t bits = 0;
  for (int r = 0; r < cell.resources; ++r) {
    const Run run = e.part(cell.part[static_cast<std::size_t>(r)], me.side).run;
    if (run != Run::stopped && run != Run::failed) bits |= 1U << r;
  }
  return bits;
}

ha::Input input_of(Engine& e, const Due& due) {
  using ha::Outcome;
  using ha::Reason;
  switch (due.kind) {
    case DueKind::link: return ha::LinkChanged{static_cast<std::uint8_t>(due.a), (due.b & 1U) != 0, (due.b & 2U) == 0};
    case DueKind::watchdog_state: return ha::WatchdogState{due.a != 0, due.a != 0};
    case DueKind::agent_state: return ha::AgentState{due.a != 0};
    case DueKind::peer_dumps: return ha::PeerDumps{};
    case DueKind::command: return command_in(due);
    case DueKind::fitness: return ha::Fitness{static_cast<ha::Fit>(due.a), static_cast<Reason>(due.b)};
    case DueKind::staged: {
      const auto digest = static_cast<std::uint32_t>(due.b);
      return ha::Staged{id_in(due), digest, digest == 0 ? Reason::config_unsafe : Reason::none};
    }
    case DueKind::probe_answer: return ha::Probed{id_in(due), running_parts(e, due.head)};
    case DueKind::part_answer:
      return ha::ResourceAnswer{id_in(due), field<std::uint8_t>(due.b, 0), field<Outcome>(due.b, 8),
                                field<Reason>(due.b, 16)};
    case DueKind::part_failed: return ha::ResourceFailed{field<std::uint8_t>(due.b, 0), field<Reason>(due.b, 16)};
    case DueKind::marker_answer:
      return ha::MarkerAnswer{id_in(due), ha::Epoch{marker_epoch(due)}, static_cast<Outcome>(due.b & 3U)};
    case DueKind::off_answer:
      return ha::PowerOffAnswer{id_in(due), field<std::uint8_t>(due.b, 0), field<Outcome>(due.b, 8),
                                field<Reason>(due.b, 16)};
    case DueKind::power_answer:
      return ha::PowerReading{id_in(due),
                              field<std::uint8_t>(due.b, 0),
                              field<ha::Reading>(due.b, 8),
                              due.b >> 32 & 0xffffU,
                              chassis_id(e, due.b >> 48 & 0xffU),
                              field<Reason>(due.b, 16)};
    case DueKind::store_answer: return store_answer(e, due);
    case DueKind::voters_answer: return voters_answer(e, due);
    case DueKind::ping_answer: return ha::PingAnswer{id_in(due), due.b != 0};
    default: return ha::Tick{};
  }
}

/// What was on its way never arrives: gives back what it holds.
void forget(Engine& e, const Due& due) {
  if (due.kind == DueKind::frame) release(e, due.a);
  if (due.kind == DueKind::store_answer) forget_store_answer(e, due);
  if (due.kind == DueKind::outputs_go_on) e.stalled[due.head].waits = false;
}

void say_modes(Engine& e, int head, const Modes& now) {
  const ThingId who = e.id_of(head);
  const Modes before = std::exchange(e.core(head).modes, now);
  if (now.armed != before.armed) e.emit(EventKind::armed, who, {.x = now.armed ? 1 : 0});
  if (now.leaving != before.leaving) e.emit(EventKind::leaving, who, {.x = now.leaving ? 1 : 0});
  if (now.maintenance != before.maintenance) e.emit(EventKind::maintenance, who, {.x = now.maintenance ? 1 : 0});
  if (now.standby != before.standby) e.emit(EventKind::maintenance, who, {.x = now.standby ? 1 : 0, .y = 1});
}

bool needs_the_core_of_then(DueKind kind) { return kind != DueKind::command && kind != DueKind::frame; }

}  // namespace

ha::Command command_in(const Due& due) {
  const auto service = field<std::uint8_t>(due.b, 16);
  return {id_in(due), field<ha::CommandKind>(due.b, 0), field<bool>(due.b, 8),
          service == 0 ? ha::kEveryService : static_cast<ha::ServiceIndex>(service - 1)};
}

bool core_runs(Engine& e, int head) {
  const Machine& m = e.machine(head);
  return e.core(head).runs() && m.user_space_runs() && !m.starved && !m.core_stopped && !m.core_stuck &&
         e.core(head).slot != SlotWrite::under_way;
}

void tell(Engine& e, Due due) {
  if (e.stalled[due.head].waits && core_runs(e, due.head)) return e.later(Duration{0}, due);  // first what it was doing
  if (due.kind == DueKind::frame) return tell_frame(e, due);
  const bool said = std::exchange(e.announced_answer, false);
  Core& core = e.core(due.head);
  if (!core.runs() || (needs_the_core_of_then(due.kind) && due.life != core.life)) { return forget(e, due); }
  if (!core_runs(e, due.head)) return wait_for(e, due);
  if (due.kind == DueKind::tick) return tell_tick(e, due);
  if (due.kind == DueKind::voters_answer && !said && !voters_have_news(e, due)) return;
  if (!said && announced(e, due)) return;
  e.because = due.kind == DueKind::command ? e.s.tables.last_fault : core.heard;
  step(e, due.head, input_of(e, due));
}

void wait_for(Engine& e, const Due& due) {
  if (e.s.asleep.size() == kAsleep) return forget(e, due);
  e.s.asleep.push_back(due);
}

void wake(Engine& e, int head) {
  const auto bring = [&](auto wanted) {
    for (const Due& due : e.s.asleep) {
      if (due.head == head && wanted(due.kind)) e.later(Duration{0}, due);
    }
  };
  bring([](DueKind kind) { return kind == DueKind::outputs_go_on; });
  bring([](DueKind kind) { return kind == DueKind::frame; });
  bring([](DueKind kind) { return kind != DueKind::outputs_go_on && kind != DueKind::frame && kind != DueKind::tick; });
  for (const Due& due : e.s.asleep) {
    if (due.head != head || due.kind != DueKind::tick) continue;
    e.core(head).tick_at = e.now();
    e.later(Duration{0}, due);
  }
  std::erase_if(e.s.asleep, [&](const Due& due) { return due.head == head; });
  e.core(head).inbox = 0;
}

void forget_waiting(Engine& e, int head, bool core_only) {
  for (const Due& due : e.s.asleep) {
    if (due.head == head && (!core_only || reaches_a_core(due.kind))) forget(e, due);
  }
  std::erase_if(e.s.asleep,
                [&](const Due& due) { return due.head == head && (!core_only || reaches_a_core(due.kind)); });
  e.core(head).inbox = 0;
}

void step_is_over(Engine& e) {
  const int head = e.output_head;
  Core& core = e.core(head);
  if (!core.runs()) return;
  if (const Modes now = core.node->modes(); now != core.modes) say_modes(e, head, now);
  plan_tick(e, head);
}

}  // namespace hasim::sim
