// Handover: the service moves on purpose, crash-safe at each step (PROTOCOL §11). The owner S coordinates; the target T
// asks with a higher epoch, S stops and verifies, persists T's epoch, gives its word, and never resumes after that.
#include <utility>

#include "core/rooms.h"

namespace ha {
namespace {

/// An operator wants this head to be active, and it is not yet.
bool follows_order(const ServiceTurn& t) {
  return any_service(t.config, t.s, [](const Service& of) { return of.move.command != RequestId{}; });
}

/// T, freshly heard, asks for the service. Who is about to become active for another one gives none away: two orders
/// that cross would swap the services, and both heads would say "done".
bool asked_for(const ServiceTurn& t) {
  const ServiceBeat& theirs = t.theirs();
  if (follows_order(t)) return false;
  return heard_lately(t.config, t.s) && t.peer_knows_me() && theirs.has(kReady) && theirs.has(kAsksHandover) &&
         theirs.request > t.promised() && theirs.role == Role::passive && t.s.peer.beat.digest == t.config.digest;
}

/// S: gives up what it runs. Everything before the grant can be taken back (step 3 of the table).
void hand_over(ServiceTurn& t) {
  const Cause cause = cannot_serve(t.s, t.mine()) == Reason::none ? Cause::handover : Cause::service_failed;
  t.begin(Operation::handover, cause);
  stop_service(t, t.s.leaving ? After::leave : After::grant, cause);
}

/// S: nobody asks any more for what was stopped.
bool target_gone(const ServiceTurn& t) { return !t.peer_alive() || !t.theirs().has(kReady); }

/// S: the target has gone before anything was granted; nobody else can own this epoch, so no proof is needed.
bool may_resume(const ServiceTurn& t) {
  const State& s = t.s;
  return target_gone(t) && t.promised() == t.mine().epoch && right_valid(t.config, s) && !foreign_claim(t.config, s) &&
         !s.claimed_against && t.mine().run.failure == Reason::none && !s.leaving;
}

/// The owner says that it leaves, or that the service fails there: a passive head that can serve asks for it.
bool owner_wants_to_move(const ServiceTurn& t) {
  const State& s = t.s;
  const ServiceBeat& theirs = t.theirs();
  if (t.mine().role != Role::passive || !s.armed || !heard_lately(t.config, s) || !t.peer_knows_me()) return false;
  const bool owns = theirs.role == Role::owner || theirs.role == Role::stopped;
  const bool leaves = s.peer.beat.has(kLeaving) && t.config.on_poweroff == OnPoweroff::handover;
  // Trouble that has just ended here may be about to end there: then nothing needs to move [ST01].
  const bool relief = theirs.has(kWantsRelief) && t.now() - s.fit_since >= t.config.dead_after;
  return owns && (relief || leaves) && cannot_serve(s, t.mine()) == Reason::none && !s.survived.disk.maintenance &&
         !s.survived.disk.standby && !s.leaving;
}

void ask_for_service(ServiceTurn& t) {
  Move& move = t.mine().move;
  t.begin(Operation::handover, t.s.peer.beat.has(kLeaving) ? Cause::leaving : Cause::service_failed);
  move.source_stopped = 0;
  move.came_because = t.theirs().has(kWantsRelief) ? t.theirs().trouble : Reason::none;
  move.deadline = t.now() + kAnswerTimeout + t.config.stop_max;
  request_service(t, true);
}

void watch_source(ServiceTurn& t) {
  Service& mine = t.mine();
  if (!mine.move.asked) return;
  const Role role = t.theirs().role;
  if (role == Role::stopping || role == Role::stopped) mine.move.source_stopped = 1;
  const bool took_back =
      mine.move.source_stopped && (role == Role::owner || role == Role::starting) && mine.request != Epoch{};
  const bool ignored = !mine.move.source_stopped && t.now() >= mine.move.deadline;
  if (!took_back && !ignored) return;
  if (!listens(mine.role)) return;
  give_up_move(t, took_back ? Reason::stop_hung : Reason::in_progress, Cause::resumed);
}

bool peer_can_ask(const ServiceTurn& t) {
  return heard_lately(t.config, t.s) && t.s.peer.was_armed && t.theirs().role == Role::passive;
}

/// Back to the beginning: what ran here is stopped, and what was proved is forgotten.
void listen_again(ServiceTurn& t, Cause cause) {
  Service& mine = t.mine();
  mine.listens_from = t.now();
  t.s.armed = 0;
  mine.proof = Proof::none;
  if (mine.operation != Operation::none) t.end(mine.operation, Cause::higher_epoch);
  if (mine.role != Role::init) t.become(Role::init, cause);
  t.begin(Operation::rejoin, Cause::boot);
}

void give_back(ServiceTurn& t) {
  t.become(Role::stopped, Cause::start_failed);
  for (const Operation o : {Operation::takeover, Operation::handover, Operation::boot}) t.end(o, Cause::start_failed);
  const Reason failure = t.mine().run.failure;
  settle_command(t, failure);
  // Where nobody is there to take it back: everything is stopped, and whoever comes first may ask (§5).
  peer_can_ask(t) ? t.hold(failure) : listen_again(t, Cause::start_failed);
}

/// Stopped for a target that has not got the word yet.
void judge_stopped(ServiceTurn& t) {
  Move& move = t.mine().move;
  if (may_resume(t)) return resume_service(t);
  if (t.mine().run.failure != Reason::none && target_gone(t)) t.hold(t.mine().run.failure);
  if (move.after == After::leave && t.now() >= move.deadline) {
    t.s.armed = 0;
    move.after = After::none;
    return t.become(Role::passive, Cause::leaving);
  }
  if (move.after == After::leave || right_valid(t.config, t.s)) return;
  t.mine().listens_from = t.now();
  move.after = After::none;
  t.s.armed = 0;
  t.become(Role::init, Cause::right_expired);
}

/// Why an order whose last service has just come does not hold. This head may be about to give everything away; and
/// what was here when the order was given, or came first, may have been lost or have failed meanwhile, or the peer gets
/// it in this very step.
Reason does_not_hold(const ServiceTurn& t) {
  if (t.s.leaving) return Reason::leaving;
  Reason why = Reason::none;
  each_service(t, [&](const ServiceTurn& of) {
    if (!t.mine().move.of_all) return;
    const Service& mine = of.mine();
    if (mine.role != Role::owner)
      why = of.theirs().epoch > mine.epoch ? Reason::stale_epoch : Reason::lease_lost;
    else if (mine.run.failure != Reason::none)
      why = mine.run.failure;
    else if (asked_for(of))
      why = Reason::in_progress;
  });
  return why;
}

/// F8, F9: a claim against this very incarnation, with a higher epoch: stop first, then give the word.
bool yields_to_claim(ServiceTurn& t) {
  const ServiceBeat& theirs = t.theirs();
  if (!theirs.has(kClaim) || !t.peer_knows_me() || theirs.request <= t.promised() || !t.peer_alive()) return false;
  t.s.claimed_against = 1;
  t.s.survived_claim = 1;
  stop_everything(t, After::init, Cause::claimed_against);
  return true;
}

}  // namespace

void after_stop(ServiceTurn& t) {
  Move& move = t.mine().move;
  const After after = move.after;
  move.after = After::none;
  switch (after) {
    case After::grant:
    case After::leave:
      t.become(Role::stopped, after == After::leave ? Cause::leaving : Cause::handover);
      move.after = after;
      move.deadline = t.now() + kAnswerTimeout;
      break;
    case After::give_back: give_back(t); break;
    case After::init:
    case After::none:
      settle_command(t, t.s.claimed_against ? Reason::stale_epoch : Reason::lease_lost);
      listen_again(t, t.s.claimed_against ? Cause::claimed_against : Cause::right_expired);
      break;
  }
}

/// What was asked for may have been granted meanwhile: until the owner knows better, the rank says so (F6).
void give_up_move(ServiceTurn& t, Reason failed, Cause cause) {
  settle_command(t, failed);
  withdraw_request(t);
  t.mine().withdrawn_at = t.s.seq + 1;
  t.end(Operation::handover, cause);
}

void judge_handover(ServiceTurn& t) {
  Service& mine = t.mine();
  if (mine.role == Role::owner && mine.run.phase == ServicePhase::idle) {
    if (asked_for(t)) return hand_over(t);
    if (yields_to_claim(t)) return;
  }
  if (mine.role == Role::stopped) judge_stopped(t);
  if (owner_wants_to_move(t) && mine.request == Epoch{}) ask_for_service(t);
  watch_source(t);
  const bool gave =
      mine.granted != Epoch{} && !mine.move.asked;  // a word of an earlier time says nothing of my request
  if (mine.operation == Operation::handover && mine.role == Role::passive && gave && t.theirs().role == Role::owner)
    t.end(Operation::handover, Cause::handed_over);
}

/// A head that leaves and has nobody to give its services to stops them, cleanly, and goes.
void judge_leaving(Turn& t) {
  State& s = t.s;
  if (!s.leaving) return;
  const bool peer_takes = t.config.on_poweroff == OnPoweroff::handover && heard_lately(t.config, s) && s.peer.was_armed;
  bool idle = true;
  each_service(t, [&](ServiceTurn& of) {
    const Service& mine = of.mine();
    idle = idle && listens(mine.role) && rests(mine);
    if (mine.role == Role::owner && mine.run.phase == ServicePhase::idle && (!peer_takes || t.now() >= s.leave_by)) {
      stop_service(of, After::leave, Cause::leaving);
    }
  });
  if (!idle || s.leaving != 1) return;
  // The word must be out before the sender is gone: the beat of this very step carries it.
  s.leaving = 2;
  s.beat_now = 1;
}

/// Starts again what this head stopped under its own, still newest, epoch.
void resume_service(ServiceTurn& t) {
  t.mine().move.after = After::none;
  t.hold(Reason::none);
  t.running() = t.mine().epoch;
  t.persist_boot();
  t.become(Role::starting, Cause::resumed);
  start_service(t);
}

/// An order is answered when it is decided for each of its services, also one that has failed before: a request that is
/// still open may have been granted, and would be used after a "failed" (I6).
void settle_command(ServiceTurn& t, Reason failed) {
  Move& move = t.mine().move;
  move.asked = 0;
  move.source_stopped = 0;
  const RequestId command = std::exchange(move.command, RequestId{});
  const Reason before = std::exchange(move.failed, Reason::none);
  if (command == RequestId{}) return;
  if (before != Reason::none) failed = before;
  for (Service& of : t.s.services) {
    if (of.move.command != command) continue;
    if (failed != Reason::none) of.move.failed = failed;
    return;
  }
  if (failed == Reason::none) failed = does_not_hold(t);
  const Outcome outcome = failed == Reason::none ? Outcome::done : Outcome::refused;
  t.out.push(Reply{command, CommandKind::makeactive, outcome, failed});
}

bool moves_anything(const Config& c, const State& s) {
  return any_service(
      c, s, [](const Service& of) { return of.operation != Operation::none || of.run.phase != ServicePhase::idle; });
}

Instant handover_due(const Config& c, const State& s) {
  Instant due = s.leaving == 1 && s.now < s.leave_by ? s.leave_by : kNever;
  for (ServiceIndex i = 0; i < c.services; ++i) {
    const Service& service = s.services[i];
    const bool waits = (service.move.asked && !service.move.source_stopped) || service.role == Role::stopped;
    if (waits && s.now < service.move.deadline) due = earliest(due, service.move.deadline);
  }
  return due;
}

}  // namespace ha
