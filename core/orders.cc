// Orders: what an operator asks for, and why it is refused (PROTOCOL §12, I6, I9).
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kAnswerTimeout = std::chrono::seconds{5};
constexpr Duration kRemindEvery = std::chrono::hours{24};

void refuse(Turn& t, const Command& c, Reason reason) { t.out.push(Reply{c.id, c.kind, Outcome::refused, reason}); }
void accept(Turn& t, const Command& c) { t.out.push(Reply{c.id, c.kind, Outcome::unknown, Reason::none}); }
void done(Turn& t, const Command& c) { t.out.push(Reply{c.id, c.kind, Outcome::done, Reason::none}); }

/// Why this head cannot become active by a handover now.
Reason preflight(const Turn& t, bool force) {
  const State& s = t.s;
  const Beat& beat = s.peer.beat;
  if (owns_something(s.role)) return s.role == Role::owner ? Reason::active_here : Reason::in_progress;
  if (s.request != Epoch{} || s.operation == Operation::takeover) return Reason::in_progress;
  if (s.survived.disk.maintenance || beat.has(kMaintenance)) return Reason::maintenance;
  if (s.survived.disk.standby) return Reason::standby;
  if (s.move.leaving) return Reason::leaving;
  if (s.unready == Reason::config_differs || s.unready == Reason::version_differs) return s.unready;
  if (s.fit != Fit::fit && !force) return s.unfit_because;
  if (t.peer_never_heard()) return Reason::peer_unknown;
  if (!t.peer_alive()) return Reason::path_lost;
  // Where nobody serves the peer's word is enough (P1), whether this head was admitted or not.
  if (nobody_serves(t))
    return t.peer_knows_me() && s.probed && s.service.running == 0 ? Reason::none : Reason::no_proof;
  if (s.role != Role::passive || !s.armed) return Reason::no_proof;
  if (beat.role != Role::owner) return Reason::in_progress;
  return Reason::none;
}

void makeactive(Turn& t, const Command& c) {
  State& s = t.s;
  if (s.role == Role::stopped && s.hold != Reason::none && t.disk().promised == s.epoch && right_valid(t.config, s)) {
    accept(t, c);
    s.move.command = c.id;
    s.service.failure = Reason::none;
    return resume_service(t);
  }
  if (s.role == Role::owner && s.hold == Reason::service_failed && s.service.failure != Reason::none &&
      s.service.phase == ServicePhase::idle) {
    accept(t, c);
    s.move.command = c.id;
    return restart_failed(t);
  }
  if (const Reason no = preflight(t, c.force); no != Reason::none) {
    // Nobody serves, and this head is not fit: an operator may decide that it is better than nothing.
    const bool better_than_nothing = c.force && no == Reason::path_lost && s.fit == Fit::unfit && s.armed;
    if (!better_than_nothing) return refuse(t, c, no);
    s.overruled = 1;
    return accept(t, c);
  }
  accept(t, c);
  s.service.failure = Reason::none;
  s.overruled = c.force && s.fit == Fit::unfit ? 1 : 0;
  s.move.came_because = s.overruled ? s.unfit_because : Reason::none;
  s.move.command = c.id;
  s.move.source_stopped = 0;
  s.move.deadline = t.now() + kAnswerTimeout;
  t.begin(Operation::handover, Cause::operator_order);
  request_service(t, true);
}

/// What speaks against "that head is off" [FE16].
Reason evidence_of_life(const Turn& t) {
  const State& s = t.s;
  if (t.peer_alive()) return Reason::contradiction;
  if (t.peer_never_heard() && t.now() - s.started_at < t.config.init_dead) return Reason::contradiction;
  const bool lease = lease_moves(t.config, s);
  const bool voters = t.config.voters > 0 && s.inquiry.open && s.inquiry.hear_peer > 0;
  const bool power = t.now() - s.chassis.on_at < t.config.dead_after;
  return lease || voters || power ? Reason::contradiction : Reason::none;
}

void acknowledge(Turn& t, const Command& c) {
  State& s = t.s;
  if (owns_something(s.role)) return refuse(t, c, Reason::active_here);
  if (const Reason no = evidence_of_life(t); no != Reason::none && !c.force) return refuse(t, c, no);
  s.move.acknowledged_at = t.now();
  accept(t, c);
  if (s.role == Role::passive || s.role == Role::init) begin_claim(t, s.role == Role::init || !s.armed);
}

void set_maintenance(Turn& t, const Command& c, bool on) {
  t.disk().maintenance = on ? 1 : 0;
  t.s.reminded_at = t.now();
  t.persist();
  t.s.beat_now = 1;
  done(t, c);
}

void set_standby(Turn& t, const Command& c, bool on) {
  if (on && owns_something(t.s.role)) return refuse(t, c, Reason::active_here);
  if (on && t.s.request != Epoch{}) return refuse(t, c, Reason::in_progress);
  t.disk().standby = on ? 1 : 0;
  t.persist();
  t.s.beat_now = 1;
  done(t, c);
}

void begin_leaving(Turn& t, const Command& c) {
  State& s = t.s;
  accept(t, c);
  if (s.move.leaving) return;
  s.move.leaving = 1;
  s.move.deadline = t.now() + kAnswerTimeout;
  // F8: a claim that was won or an OFF that was sent is finished first; what follows leaves as an owner does.
  if (s.role == Role::claiming && !claim_stands(s)) give_up_claim(t, Cause::leaving);
  if (s.role == Role::init || s.role == Role::passive) withdraw_request(t);
  s.beat_now = 1;
}

void cancel(Turn& t, const Command& c) {
  State& s = t.s;
  if (!s.move.asked || s.move.source_stopped) return refuse(t, c, Reason::in_progress);
  done(t, c);
  settle_command(t, Outcome::refused, Reason::cancelled);
  withdraw_request(t);
  s.withdrawn_at = s.seq + 1;
  t.end(Operation::handover, Cause::operator_order);
}

void drill(Turn& t, const Command& c) {
  if (const Reason no = drill_refused(t); no != Reason::none) return refuse(t, c, no);
  accept(t, c);
  begin_drill(t, c.id);
}

void reload(Turn& t, const Command& c) {
  if (const Reason no = reload_refused(t, c.force); no != Reason::none) return refuse(t, c, no);
  accept(t, c);
  begin_reload(t, c);
}

}  // namespace

/// Maintenance that was forgotten is the cell without failover that nobody knows of [OP08].
void remind_of_maintenance(Turn& t) {
  if (t.now() < reminder_due(t.s)) return;
  t.s.reminded_at = t.now();
  t.alert(Reason::maintenance);
}

Instant reminder_due(const State& s) { return s.survived.disk.maintenance ? s.reminded_at + kRemindEvery : kNever; }

void on_command(Turn& t, const Command& c) {
  switch (c.kind) {
    case CommandKind::makeactive: return makeactive(t, c);
    case CommandKind::acknowledge: return acknowledge(t, c);
    case CommandKind::maintenance_on: return set_maintenance(t, c, true);
    case CommandKind::maintenance_off: return set_maintenance(t, c, false);
    case CommandKind::standby_on: return set_standby(t, c, true);
    case CommandKind::standby_off: return set_standby(t, c, false);
    case CommandKind::leave: return begin_leaving(t, c);
    case CommandKind::cancel: return cancel(t, c);
    case CommandKind::drill: return drill(t, c);
    case CommandKind::reload: return reload(t, c);
  }
}

}  // namespace ha
