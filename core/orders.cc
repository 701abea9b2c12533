// Orders: what an operator asks for, and why it is refused (PROTOCOL §12, I6, I9).
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kRemindEvery = std::chrono::hours{24};

void refuse(Turn& t, const Command& c, Reason reason) { t.out.push(Reply{c.id, c.kind, Outcome::refused, reason}); }
void accept(Turn& t, const Command& c) { t.out.push(Reply{c.id, c.kind, Outcome::unknown, Reason::none}); }
void done(Turn& t, const Command& c) { t.out.push(Reply{c.id, c.kind, Outcome::done, Reason::none}); }

/// Why this head cannot get the service by a handover now.
Reason preflight(const ServiceTurn& t, bool force) {
  const State& s = t.s;
  const Service& mine = t.mine();
  if (owns_something(mine.role)) return mine.role == Role::owner ? Reason::active_here : Reason::in_progress;
  if (mine.request != Epoch{} || mine.operation == Operation::takeover) return Reason::in_progress;
  if (in_maintenance(s)) return Reason::maintenance;
  if (s.survived.disk.standby) return Reason::standby;
  if (s.leaving) return Reason::leaving;
  if (s.unready == Reason::config_differs || s.unready == Reason::version_differs) return s.unready;
  if (s.fit != Fit::fit && !force) return s.unfit_because;
  if (t.peer_never_heard()) return Reason::peer_unknown;
  if (!t.peer_alive()) return Reason::path_lost;
  // Where nobody serves the peer's word is enough (P1), whether this head was admitted or not.
  if (nobody_serves(t)) return t.peer_knows_me() && s.probed && mine.run.running == 0 ? Reason::none : Reason::no_proof;
  if (mine.role != Role::passive || !s.armed) return Reason::no_proof;
  if (t.theirs().role != Role::owner) return Reason::in_progress;
  return Reason::none;
}

/// What an order to become active comes to, for one service.
enum class Way : std::uint8_t { refused, there, resume, restart, overrule, ask };
struct Course {
  Way way = Way::refused;
  Reason reason = Reason::none;
};

Course course_of(const ServiceTurn& t, bool force) {
  const State& s = t.s;
  const Service& mine = t.mine();
  if (mine.role == Role::stopped && mine.hold != Reason::none && t.promised() == mine.epoch && right_valid(t.config, s))
    return {Way::resume};
  const bool gave_up = mine.role == Role::owner && mine.hold == Reason::service_failed;
  if (gave_up && mine.run.failure != Reason::none && mine.run.phase == ServicePhase::idle) return {Way::restart};
  const Reason no = preflight(t, force);
  if (no == Reason::none) return {Way::ask};
  if (no == Reason::active_here) return {Way::there, no};
  // Nobody serves, and this head is not fit: an operator may decide that it is better than nothing.
  const bool better_than_nothing = force && no == Reason::path_lost && s.fit == Fit::unfit && s.armed;
  return {better_than_nothing ? Way::overrule : Way::refused, no};
}

void ask_owner(ServiceTurn& t, const Command& c) {
  State& s = t.s;
  Service& mine = t.mine();
  mine.run.failure = Reason::none;
  s.overruled = c.force && s.fit == Fit::unfit ? 1 : 0;
  mine.move.came_because = s.overruled ? s.unfit_because : Reason::none;
  mine.move.command = c.id;
  mine.move.source_stopped = 0;
  mine.move.deadline = t.now() + kAnswerTimeout;
  t.begin(Operation::handover, Cause::operator_order);
  request_service(t, true);
}

void follow(ServiceTurn& t, const Command& c, Way way) {
  if (way == Way::overrule) t.s.overruled = 1;
  if (way == Way::ask) ask_owner(t, c);
  if (way != Way::resume && way != Way::restart) return;
  t.mine().move.command = c.id;
  if (way == Way::restart) return restart_failed(t);
  t.mine().run.failure = Reason::none;
  resume_service(t);
}

/// All services that the order is about come, or none; what is here already need not.
void makeactive(Turn& t, const Command& c) {
  const auto meant = [&c](const ServiceTurn& of) { return c.service == kEveryService || c.service == of.index; };
  PerService<Course> course{};
  Reason no = Reason::active_here;  // unless something is left to do
  each_service(t, [&](const ServiceTurn& of) {
    if (!meant(of)) return;
    course[of.index] = course_of(of, c.force);
    const Course& found = course[of.index];
    if (found.way == Way::there || (no != Reason::active_here && no != Reason::none)) return;
    no = found.way == Way::refused ? found.reason : Reason::none;
  });
  if (no != Reason::none) return refuse(t, c, no);
  accept(t, c);
  each_service(t, [&](ServiceTurn& of) {
    if (!meant(of)) return;
    of.mine().move.of_all = c.service == kEveryService ? 1 : 0;
    follow(of, c, course[of.index].way);
  });
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
  if (!any_service(t.config, s, [](const Service& of) { return !owns_something(of.role); }))
    return refuse(t, c, Reason::active_here);
  if (const Reason no = evidence_of_life(t); no != Reason::none && !c.force) return refuse(t, c, no);
  if (s.survived.disk.maintenance && !t.any(is_claim)) return refuse(t, c, Reason::maintenance);
  if (s.survived.disk.standby && !t.any(is_claim)) return refuse(t, c, Reason::standby);
  s.acknowledged_at = t.now();
  accept(t, c);
  if (t.any(listens) && !t.any(is_claim)) begin_claim(t, t.any(Role::init) || !s.armed);
}

void set_maintenance(Turn& t, const Command& c, bool on) {
  t.disk().maintenance = on ? 1 : 0;
  t.s.reminded_at = t.now();
  t.persist();
  t.s.beat_now = 1;
  done(t, c);
}

void set_standby(Turn& t, const Command& c, bool on) {
  if (on && t.any(owns_something)) return refuse(t, c, Reason::active_here);
  if (on && any_service(t.config, t.s, [](const Service& of) { return of.request != Epoch{}; }))
    return refuse(t, c, Reason::in_progress);
  t.disk().standby = on ? 1 : 0;
  t.persist();
  t.s.beat_now = 1;
  done(t, c);
}

void begin_leaving(Turn& t, const Command& c) {
  State& s = t.s;
  accept(t, c);
  if (s.leaving) return;
  s.leaving = 1;
  s.leave_by = t.now() + kAnswerTimeout;
  // F8: a claim that was won or an OFF that was sent is finished first; what follows leaves as an owner does.
  if (t.any(Role::claiming) && !claim_stands(s)) give_up_claim(t, Cause::leaving);
  each_service(t, [](ServiceTurn& of) {
    if (listens(of.mine().role)) withdraw_request(of);
  });
  s.beat_now = 1;
}

bool is_open(const Service& of) { return of.move.asked && !of.move.source_stopped; }

/// Nothing was stopped yet for this request, nor for another one of the same order.
bool can_cancel(const Turn& t, const Service& service) {
  const RequestId command = service.move.command;
  const auto under_way = [command](const Service& of) { return of.move.command == command && !is_open(of); };
  return is_open(service) && (command == RequestId{} || !any_service(t.config, t.s, under_way));
}

void cancel(Turn& t, const Command& c) {
  if (!any_service(t.config, t.s, [&t](const Service& of) { return can_cancel(t, of); }))
    return refuse(t, c, Reason::in_progress);
  done(t, c);
  each_service(t, [&](ServiceTurn& of) {
    if (!can_cancel(t, of.mine())) return;
    give_up_move(of, Reason::cancelled, Cause::operator_order);
  });
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
