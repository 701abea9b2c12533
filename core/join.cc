// Joining: what a booting head may do, whom an owner admits, and who grants whom (PROTOCOL §5).
//
// A booting head claims nothing, owns nothing and sends no OFF, whatever its old state says [BM08, FE05, FE06].
#include "core/rooms.h"

namespace ha {
namespace {

/// A second core of the same boot finds what the first one started and goes on with it (R8) [PR06, ND09].
void adopt(Turn& t) {
  State& s = t.s;
  s.epoch = t.boot().running;
  s.proof = Proof::none;
  t.become(Role::owner, Cause::adopted);
  t.end(Operation::boot, Cause::adopted);
  s.service.announce_at = t.now();
}

void join(Turn& t) {
  State& s = t.s;
  const Beat& beat = s.peer.beat;
  if (beat.epoch > t.disk().promised) t.promise(beat.epoch);
  if (t.boot().base < beat.term) {
    t.boot().base = beat.term;
    t.persist_boot();
  }
  s.armed = 1;
  s.armed_term = beat.term;
  s.claimed_against = 0;
  t.hold(Reason::none);
  if (s.role == Role::init) {
    t.become(Role::passive, Cause::joined);
    t.end(Operation::boot, Cause::joined);
    t.end(Operation::rejoin, Cause::joined);
  }
}

/// What the owner says of this incarnation of mine, in its newest beat.
bool owner_speaks(const State& s) { return s.peer.beat.peer == s.me && s.peer.beat.role == Role::owner; }
bool armed_by_owner(const State& s) { return owner_speaks(s) && s.peer.beat.has(kArms); }

void learn_from_owner(Turn& t) {
  State& s = t.s;
  if (!s.move.asked) withdraw_request(t);
  if (s.peer.beat.echo >= s.withdrawn_at) s.withdrawn_at = 0;  // the owner knows, and is the owner still
  if (armed_by_owner(s)) {
    const bool current = s.peer.beat.epoch >= t.disk().promised;
    if ((s.role == Role::init && current) || (s.role == Role::passive && !s.armed)) join(t);
  } else if (s.role == Role::passive && t.peer_alive()) {
    s.armed = 0;  // disarmed by the owner's word, not by its silence (§12)
  }
}

/// It runs nothing, and could give its word.
bool is_idle(Role role) { return role == Role::init || role == Role::passive || role == Role::stopped; }

/// §5.3, both up and nobody owns: the head with the newer ownership asks, else the preferred one; the other one only
/// after twice the time. A head that was passive does not wait: it is not booting.
bool may_ask(const Turn& t) {
  const State& s = t.s;
  const Beat& beat = s.peer.beat;
  if (!t.peer_alive() || !t.peer_knows_me() || !is_idle(beat.role)) return false;
  if (beat.has(kLeaving) && t.config.on_poweroff == OnPoweroff::stay) return false;
  if (beat.has(kMaintenance) || t.disk().maintenance || t.disk().standby || s.move.leaving ||
      cannot_serve(s) != Reason::none)
    return false;
  const Epoch mine = t.disk().owned;
  const bool mine_to_ask = mine != beat.epoch ? mine > beat.epoch : t.config.self == t.config.preferred;
  const Duration up = t.now() - s.started_at;
  if (s.role == Role::init && up < t.config.init_dead) return false;
  if (mine_to_ask) return true;  // also when the configurations differ: then it serves, and admits nobody [OP04]
  const bool older_copy = t.config.storage == Storage::local && s.role == Role::init && mine < beat.epoch;  // E5
  if (beat.digest != t.config.digest || damped(t) || older_copy) return false;
  return up >= 2 * t.config.init_dead || s.role == Role::passive;
}

/// What failed here is said at once, also while this head listens.
void hold_failed(Turn& t) {
  if (t.s.service.failure != Reason::none) t.hold(t.s.service.failure);
}

/// Both are there, nobody serves, and this head may not: it says why (I9).
void stand_by(Turn& t, bool listens) {
  if (!nobody_serves(t)) return;
  hold_failed(t);
  if (!listens && cannot_serve(t.s) != Reason::none) t.hold(cannot_serve(t.s));
}

}  // namespace

void on_probed(Turn& t, const Probed& in) {
  State& s = t.s;
  if (in.id != s.probe_id) return;
  s.probe_id = RequestId{};
  s.probed = 1;
  s.service.running = in.running;
  const std::uint32_t all = (1U << t.config.resources) - 1U;
  if (in.running == 0) {
    if (t.boot().running != Epoch{}) {
      t.boot().running = Epoch{};
      t.persist_boot();
    }
  } else if (t.boot().running != Epoch{} && in.running == all) {
    adopt(t);
  } else {
    // Something runs here without an owner: half a start, half a stop, or another tool [PR10]. It is stopped first.
    t.alert(Reason::already_running);
    s.epoch = t.boot().running;
    stop_service(t, After::init, Cause::adopted);
  }
}

void request_service(Turn& t, bool handover) {
  t.s.move.asked = handover ? 1 : 0;
  t.s.request = t.allocate();
  t.s.granted = Epoch{};
  t.s.beat_now = 1;
}

bool nobody_serves(const Turn& t) {
  const State& s = t.s;
  const Beat& beat = s.peer.beat;
  return !owns_something(s.role) && t.peer_alive() && is_idle(beat.role) && beat.request == Epoch{} &&
         s.request == Epoch{};
}

/// The peer read my request and had promised a higher number already.
bool request_refused(const State& s) {
  const Beat& beat = s.peer.beat;
  return beat.peer == s.me && beat.promised >= s.request && beat.grant != s.request && beat.role != Role::stopping;
}

void withdraw_request(Turn& t) {
  if (t.s.request == Epoch{}) return;
  if (t.s.move.asked) settle_command(t, Outcome::refused, Reason::in_progress);
  t.s.request = Epoch{};
  t.s.move.asked = 0;
  t.s.beat_now = 1;
}

/// A grant is my durable word that I run nothing older than `e` and never will (E3, invariant 6).
void grant_if_asked(Turn& t) {
  State& s = t.s;
  const Beat& beat = s.peer.beat;
  const bool asks = beat.has(kReady) || beat.has(kClaim);
  if (!asks || beat.peer != s.me || beat.sender != s.peer.incarnation || beat.request <= t.disk().promised) return;
  if (!s.probed || s.service.running != 0 || s.service.phase != ServicePhase::idle) return;
  const bool nothing_sent = s.role == Role::claiming && s.store.claim_id == RequestId{} && s.claim_term == Term{};
  if (s.role != Role::init && s.role != Role::passive && s.role != Role::stopped && !nothing_sent) return;
  t.promise(beat.request);
  s.request = Epoch{};
  s.granted = beat.request;
  s.granted_to = beat.sender;
  s.beat_now = 1;
  if (nothing_sent) give_up_claim(t, Cause::granted_instead);
  if (s.role == Role::stopped) {
    // The source of a handover may fence later only if the target has no OFF out against it, at this very term (F7,
    // V5).
    s.armed = beat.has(kReady) && !beat.has(kOffOut) && beat.term == t.boot().base ? 1 : 0;
    s.armed_term = beat.term;
    t.become(Role::passive, Cause::handed_over);
  }
}

void judge_join(Turn& t) {
  State& s = t.s;
  if (s.role != Role::init && s.role != Role::passive) return;
  if (!s.probed) return;
  if (owner_speaks(s) && t.peer_alive()) return learn_from_owner(t);
  // A clean goodbye under the policy "stay": whoever shuts the active head down wants the service down [OP09].
  if (s.armed && s.peer.left_at != kLongAgo && t.config.on_poweroff == OnPoweroff::stay) s.armed = 0;
  const Beat& beat = s.peer.beat;
  // Nobody is left to answer: this head goes on alone.
  if (s.role == Role::init && t.peer_lost() && !s.move.asked) withdraw_request(t);
  if (s.request != Epoch{}) {
    // E7: two heads that both boot must not refuse each other for ever.
    if (!s.move.asked && request_refused(s)) may_ask(t) ? request_service(t, false) : withdraw_request(t);
    return;
  }
  if (s.granted == Epoch{} || beat.role == Role::init) {
    const bool granted_now = s.granted != Epoch{} && s.granted_to == s.peer.incarnation && beat.request == s.granted;
    if (!granted_now && may_ask(t)) request_service(t, false);
  }
  const bool listens = s.role == Role::init && t.now() - s.started_at < t.config.init_dead;
  if (!t.peer_never_heard() && !t.peer_lost()) return stand_by(t, listens);
  if (s.role != Role::init || s.inquiry.open) return;
  if (listens) return hold_failed(t);
  Reason no = forbidden(t, false);
  if (no == Reason::none) no = data_in_doubt(t.config, s);
  if (no == Reason::none) no = cannot_serve(s);
  no == Reason::none ? begin_claim(t, true) : t.hold(no);
}

Instant join_due(const Config& c, const State& s) {
  if (s.role != Role::init) return kNever;
  const Instant one = s.started_at + c.init_dead;
  if (s.now < one) return one;
  const Instant two = s.started_at + 2 * c.init_dead;
  return s.now < two ? two : kNever;
}

}  // namespace ha
