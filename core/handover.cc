// Handover: the service moves on purpose, crash-safe at each step (PROTOCOL §11). The owner S coordinates; the target T
// asks with a higher epoch, S stops and verifies, persists T's epoch, gives its word, and never resumes after that.
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kAnswerTimeout = std::chrono::seconds{5};

/// T, freshly heard, asks for the service.
bool asked_for(const Turn& t) {
  const Beat& beat = t.s.peer.beat;
  return heard_lately(t.config, t.s) && t.peer_knows_me() && beat.has(kReady) && beat.has(kAsksHandover) &&
         beat.request > t.disk().promised && beat.role == Role::passive && beat.digest == t.config.digest;
}

/// S: gives up what it runs. Everything before the grant can be taken back (step 3 of the table).
void hand_over(Turn& t) {
  const Cause cause = cannot_serve(t.s) == Reason::none ? Cause::handover : Cause::service_failed;
  t.begin(Operation::handover, cause);
  stop_service(t, t.s.move.leaving ? After::leave : After::grant, cause);
}

/// S: nobody asks any more for what was stopped.
bool target_gone(const Turn& t) { return !t.peer_alive() || !t.s.peer.beat.has(kReady); }

/// S: the target has gone before anything was granted; nobody else can own this epoch, so no proof is needed.
bool may_resume(const Turn& t) {
  const State& s = t.s;
  return target_gone(t) && s.survived.disk.promised == s.epoch && right_valid(t.config, s) &&
         !foreign_claim(t.config, s) && !s.claimed_against && s.service.failure == Reason::none && !s.move.leaving;
}

/// The owner says that it leaves, or that the service fails there: a passive head that can serve asks for it.
bool owner_wants_to_move(const Turn& t) {
  const State& s = t.s;
  const Beat& beat = s.peer.beat;
  if (s.role != Role::passive || !s.armed || !heard_lately(t.config, s) || !t.peer_knows_me()) return false;
  const bool owns = beat.role == Role::owner || beat.role == Role::stopped;
  const bool leaves = beat.has(kLeaving) && t.config.on_poweroff == OnPoweroff::handover;
  // Trouble that has just ended here may be about to end there: then nothing needs to move [ST01].
  const bool relief = beat.has(kWantsRelief) && t.now() - s.fit_since >= t.config.dead_after;
  return owns && (relief || leaves) && cannot_serve(s) == Reason::none && !s.survived.disk.maintenance &&
         !s.survived.disk.standby && !s.move.leaving;
}

void watch_source(Turn& t) {
  State& s = t.s;
  if (!s.move.asked) return;
  const Beat& beat = s.peer.beat;
  if (beat.role == Role::stopping || beat.role == Role::stopped) s.move.source_stopped = 1;
  const bool took_back =
      s.move.source_stopped && (beat.role == Role::owner || beat.role == Role::starting) && s.request != Epoch{};
  const bool ignored = !s.move.source_stopped && t.now() >= s.move.deadline;
  if (!took_back && !ignored) return;
  if (s.role != Role::passive && s.role != Role::init) return;
  settle_command(t, Outcome::refused, took_back ? Reason::stop_hung : Reason::in_progress);
  withdraw_request(t);
  s.withdrawn_at = s.seq + 1;
  t.end(Operation::handover, Cause::resumed);
}

/// A head that leaves and has nobody to give the service to stops it, cleanly, and goes.
void leave(Turn& t) {
  State& s = t.s;
  if (!s.move.leaving) return;
  const bool peer_takes = t.config.on_poweroff == OnPoweroff::handover && heard_lately(t.config, s) && s.peer.was_armed;
  if (s.role == Role::owner && s.service.phase == ServicePhase::idle && (!peer_takes || t.now() >= s.move.deadline)) {
    return stop_service(t, After::leave, Cause::leaving);
  }
  const bool idle = (s.role == Role::passive || s.role == Role::init) && s.service.running == 0 &&
                    s.service.phase == ServicePhase::idle;
  if (!idle || s.move.leaving == 2) return;
  // The word must be out before the sender is gone: the beat of this very step carries it.
  s.move.leaving = 2;
  s.beat_now = 1;
}

bool peer_can_ask(const Turn& t) {
  return heard_lately(t.config, t.s) && t.s.peer.was_armed && t.s.peer.beat.role == Role::passive;
}

/// Back to the beginning: what ran here is stopped, and what was proved is forgotten.
void listen_again(Turn& t, Cause cause) {
  State& s = t.s;
  s.started_at = t.now();
  s.armed = 0;
  s.proof = Proof::none;
  if (s.operation != Operation::none) t.end(s.operation, Cause::higher_epoch);
  if (s.role != Role::init) t.become(Role::init, cause);
  t.begin(Operation::rejoin, Cause::boot);
}

}  // namespace

void after_stop(Turn& t) {
  State& s = t.s;
  const After after = s.move.after;
  s.move.after = After::none;
  switch (after) {
    case After::grant:
    case After::leave:
      t.become(Role::stopped, after == After::leave ? Cause::leaving : Cause::handover);
      s.move.after = after;
      s.move.deadline = t.now() + kAnswerTimeout;
      break;
    case After::give_back:
      t.become(Role::stopped, Cause::start_failed);
      for (const Operation o : {Operation::takeover, Operation::handover, Operation::boot})
        t.end(o, Cause::start_failed);
      settle_command(t, Outcome::refused, s.service.failure);
      if (peer_can_ask(t)) {
        t.hold(s.service.failure);
      } else {
        // Nobody is there to take it back. Everything is stopped: whoever comes first may ask (§5).
        listen_again(t, Cause::start_failed);
      }
      break;
    case After::init:
    case After::none:
      settle_command(t, Outcome::refused, s.claimed_against ? Reason::stale_epoch : Reason::lease_lost);
      listen_again(t, s.claimed_against ? Cause::claimed_against : Cause::right_expired);
      break;
  }
}

void judge_handover(Turn& t) {
  State& s = t.s;
  if (s.role == Role::owner && s.service.phase == ServicePhase::idle && asked_for(t)) return hand_over(t);
  if (s.role == Role::owner && s.service.phase == ServicePhase::idle) {
    // F8, F9: a claim against this very incarnation, with a higher epoch: stop first, then give the word.
    const Beat& beat = s.peer.beat;
    if (beat.has(kClaim) && beat.peer == s.me && beat.request > t.disk().promised && t.peer_alive()) {
      s.claimed_against = 1;
      s.survived_claim = 1;
      return stop_service(t, After::init, Cause::claimed_against);
    }
  }
  if (s.role == Role::stopped && may_resume(t)) return resume_service(t);
  if (s.role == Role::stopped && s.service.failure != Reason::none && target_gone(t)) t.hold(s.service.failure);
  if (s.role == Role::stopped && (s.move.after == After::grant || s.move.after == After::leave)) {
    if (s.move.after == After::leave && t.now() >= s.move.deadline) {
      s.armed = 0;
      s.move.after = After::none;
      return t.become(Role::passive, Cause::leaving);
    }
  }
  if (s.role == Role::stopped && s.move.after != After::leave && !right_valid(t.config, s)) {
    s.started_at = t.now();
    s.move.after = After::none;
    s.armed = 0;
    t.become(Role::init, Cause::right_expired);
  }
  if (owner_wants_to_move(t) && s.request == Epoch{}) {
    t.begin(Operation::handover, s.peer.beat.has(kLeaving) ? Cause::leaving : Cause::service_failed);
    s.move.source_stopped = 0;
    s.move.came_because = s.peer.beat.has(kWantsRelief) ? s.peer.beat.trouble : Reason::none;
    s.move.deadline = t.now() + kAnswerTimeout + t.config.stop_max;
    request_service(t, true);
  }
  watch_source(t);
  if (s.operation == Operation::handover && s.role == Role::passive && s.granted != Epoch{} &&
      s.peer.beat.role == Role::owner) {
    t.end(Operation::handover, Cause::handed_over);
  }
  leave(t);
}

/// Starts again what this head stopped under its own, still newest, epoch.
void resume_service(Turn& t) {
  t.s.move.after = After::none;
  t.hold(Reason::none);
  t.boot().running = t.s.epoch;
  t.persist_boot();
  t.become(Role::starting, Cause::resumed);
  start_service(t);
}

void settle_command(Turn& t, Outcome outcome, Reason reason) {
  State& s = t.s;
  s.move.asked = 0;
  s.move.source_stopped = 0;
  if (s.move.command == RequestId{}) return;
  t.out.push(Reply{s.move.command, CommandKind::makeactive, outcome, reason});
  s.move.command = RequestId{};
}

Instant handover_due(const Config&, const State& s) {
  const bool waits = (s.move.asked && !s.move.source_stopped) || s.move.leaving == 1 || s.role == Role::stopped;
  return waits && s.now < s.move.deadline ? s.move.deadline : kNever;
}

}  // namespace ha
