// The drill: a planned test of the switch that would have to power the peer off one day, level by level.
//
// Only the owner drills, and only a passive head that holds nothing [BM01, OSD#110821]. Each level must do what a fence
// would rely on: the chassis reads off, twice, and the beats of the peer stop with it; then it gets its power back. A
// chassis that reads off while beats go on is another machine's, or lies [FE08, BM03]. An OFF of a drill may fire late
// like any other, so the peer is in quarantine until that is over (F7).
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kReadsAgainAfter = std::chrono::seconds{1};
constexpr Duration kHoldOff = std::chrono::seconds{2};  ///< between two readings of "off", at least

void finish(Turn& t, Outcome outcome, Reason reason) {
  Drill& d = t.s.drill;
  t.out.push(Reply{d.command, CommandKind::drill, outcome, reason});
  if (reason != Reason::none) t.alert(reason);
  t.fencing_activity(false, Cause::operator_order);
  d = Drill{};
}

void switch_off(Turn& t) {
  Drill& d = t.s.drill;
  d.phase = DrillPhase::off_sent;
  d.id = t.ask();
  d.level_ends = t.now() + t.config.fence_max;
  begin_quarantine(t, d.level_ends + t.config.late_max);
  t.out.push(PowerOff{d.id, d.level, highest_owned(t.config, t.s), t.boot().base, d.level_ends});
}

void read(Turn& t) {
  Drill& d = t.s.drill;
  if (d.phase != DrillPhase::dark && d.phase != DrillPhase::lighting) d.phase = DrillPhase::reading;
  d.id = t.ask();
  d.next_at = kNever;
  t.out.push(ReadPower{d.id, d.level});
}

void give_power_back(Turn& t) {
  Drill& d = t.s.drill;
  d.phase = DrillPhase::lighting;
  d.level_ends = t.now() + t.config.fence_max;
  d.next_at = t.now() + kReadsAgainAfter;
  t.out.push(PowerOn{d.level});
}

/// Dark twice. The peer must have been silent since the first time, or this switch belongs to another machine: who
/// echoes a beat that was sent when the chassis already read off has power.
void went_dark(Turn& t) {
  Drill& d = t.s.drill;
  if (t.s.peer.proved_at > d.dark_at) {
    t.out.push(PowerOn{d.level});
    return finish(t, Outcome::refused, Reason::bmc_swapped);
  }
  t.s.peer.was_armed = 0;  // whoever boots there now was not admitted yet
  give_power_back(t);
}

void drill_next_level(Turn& t) {
  Drill& d = t.s.drill;
  if (++d.level == t.config.fence_levels) return finish(t, Outcome::done, Reason::none);
  switch_off(t);
}

}  // namespace

Reason drill_refused(const Turn& t) {
  const State& s = t.s;
  const Beat& beat = s.peer.beat;
  if (!t.any(Role::owner)) return Reason::not_active;
  if (moves_anything(t.config, s) || s.drill.phase != DrillPhase::idle || s.fencing.phase != FencePhase::idle)
    return Reason::in_progress;
  if (t.config.fence_levels == 0) return Reason::cannot_fence;
  if (s.survived.disk.maintenance) return Reason::maintenance;
  if (s.survived.disk.off_out) return Reason::fence_unknown;
  const bool busy = any_service(
      t.config, beat, [](const ServiceBeat& of) { return of.role != Role::passive || of.request != Epoch{}; });
  if (s.peer.view != PeerView::alive || busy) return Reason::peer_unknown;
  return Reason::none;
}

void begin_drill(Turn& t, RequestId command) {
  t.s.drill = Drill{};
  t.s.drill.command = command;
  t.fencing_activity(true, Cause::operator_order);
  switch_off(t);
}

bool on_drill_answer(Turn& t, const PowerOffAnswer& in) {
  Drill& d = t.s.drill;
  if (d.phase != DrillPhase::off_sent || in.id != d.id) return false;
  read(t);
  return true;
}

bool on_drill_reading(Turn& t, const PowerReading& in) {
  Drill& d = t.s.drill;
  if (d.phase == DrillPhase::idle || in.id != d.id || in.id == RequestId{}) return false;
  d.id = RequestId{};
  if (d.phase == DrillPhase::lighting) {
    if (in.reading == Reading::on) {
      drill_next_level(t);
    } else {
      d.next_at = t.now() + kReadsAgainAfter;
    }
    return true;
  }
  if (in.reading == Reading::off && d.phase == DrillPhase::dark) return went_dark(t), true;
  d.phase = in.reading == Reading::off ? DrillPhase::dark : DrillPhase::waiting;
  d.dark_at = t.now();  // counts in phase dark alone
  // Beats that go on must have had the time to be noticed (FE08).
  const Duration hold = std::max(kHoldOff, 4 * t.config.keep_alive);
  d.next_at = t.now() + (in.reading == Reading::off ? hold : kReadsAgainAfter);
  return true;
}

void judge_drill(Turn& t) {
  Drill& d = t.s.drill;
  if (d.phase == DrillPhase::idle) return;
  if (!t.any(Role::owner)) return finish(t, Outcome::refused, Reason::in_progress);
  if (t.now() >= d.level_ends) {
    const bool dark = d.phase == DrillPhase::lighting;
    if (!dark) t.out.push(PowerOn{d.level});  // whatever the OFF did, it is not left like that
    return finish(t, Outcome::refused, dark ? Reason::cannot_fence : Reason::fence_failed);
  }
  if (t.now() >= d.next_at) read(t);
}

Instant drill_due(const State& s) {
  return s.drill.phase == DrillPhase::idle ? kNever : earliest(s.drill.level_ends, s.drill.next_at);
}

}  // namespace ha
