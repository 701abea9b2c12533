// Joining: what a booting head may do, whom an owner admits, and who grants whom (PROTOCOL §5).
//
// A booting head claims nothing, owns nothing and sends no OFF, whatever its old state says [BM08, FE05, FE06].
#include "core/rooms.h"

namespace ha {
namespace {

/// A second core of the same boot finds what the first one started and goes on with it (R8) [PR06, ND09].
void adopt(ServiceTurn& t) {
  Service& mine = t.mine();
  mine.epoch = t.running();
  mine.proof = Proof::none;
  t.become(Role::owner, Cause::adopted);
  t.end(Operation::boot, Cause::adopted);
  announce_anew(t);
}

void join(ServiceTurn& t) {
  State& s = t.s;
  const Term term = s.peer.beat.term;
  if (t.theirs().epoch > t.promised()) t.promise(t.theirs().epoch);
  if (t.boot().base < term) {
    t.boot().base = term;
    t.persist_boot();
  }
  s.armed = 1;
  s.armed_term = term;
  s.claimed_against = 0;
  t.hold(Reason::none);
  if (t.mine().role == Role::init) {
    t.become(Role::passive, Cause::joined);
    t.end(Operation::boot, Cause::joined);
    t.end(Operation::rejoin, Cause::joined);
  }
}

/// What the owner says of this incarnation of mine, in its newest beat.
bool owner_speaks(const ServiceTurn& t) { return t.peer_knows_me() && t.theirs().role == Role::owner; }

void learn_from_owner(ServiceTurn& t) {
  State& s = t.s;
  Service& mine = t.mine();
  if (!mine.move.asked) withdraw_request(t);
  if (s.peer.beat.echo >= mine.withdrawn_at) mine.withdrawn_at = 0;  // the owner knows, and is the owner still
  if (s.peer.beat.has(kArms)) {
    const bool current = t.theirs().epoch >= t.promised();
    if ((mine.role == Role::init && current) || (mine.role == Role::passive && !s.armed)) join(t);
  } else if (mine.role == Role::passive && t.peer_alive()) {
    s.armed = 0;  // disarmed by the owner's word, not by its silence (§12)
  }
}

/// It runs nothing, and could give its word.
bool is_idle(Role role) { return role == Role::init || role == Role::passive || role == Role::stopped; }

/// §5.3, both up and nobody owns: the head with the newer ownership asks, else the preferred one; the other one only
/// after twice the time. A head that was passive does not wait: it is not booting.
bool may_ask(const ServiceTurn& t) {
  const State& s = t.s;
  const Service& mine = t.mine();
  const Beat& beat = s.peer.beat;
  if (!t.peer_alive() || !t.peer_knows_me() || !is_idle(t.theirs().role) || !rests(mine)) return false;
  if (beat.has(kLeaving) && t.config.on_poweroff == OnPoweroff::stay) return false;
  if (in_maintenance(s) || t.disk().standby || s.leaving || cannot_serve(s, mine) != Reason::none) return false;
  const Epoch theirs = t.theirs().epoch;
  const bool mine_to_ask = t.owned() != theirs ? t.owned() > theirs : t.config.self == t.set().preferred;
  const Duration up = t.now() - mine.listens_from;
  if (mine.role == Role::init && up < t.config.init_dead) return false;
  if (mine_to_ask) return true;  // also when the configurations differ: then it serves, and admits nobody [OP04]
  const bool older_copy = t.set().storage == Storage::local && mine.role == Role::init && t.owned() < theirs;  // E5
  if (beat.digest != t.config.digest || older_copy) return false;
  if (damped(t) && t.theirs().has(kHealthy)) return false;  // the last owner may ask [CA01]
  return up >= 2 * t.config.init_dead || mine.role == Role::passive;
}

/// What this boot left of one service, by what the probe found of it.
void find_service(ServiceTurn& t) {
  const std::uint32_t found = t.mine().run.running;
  if (found == 0) {
    if (t.running() == Epoch{}) return;
    t.running() = Epoch{};
    t.persist_boot();
  } else if (t.running() != Epoch{} && found == t.resources()) {
    adopt(t);
  } else {
    // Something runs here without an owner: half a start, half a stop, or another tool [PR10]. It is stopped first.
    t.alert(Reason::already_running);
    t.mine().epoch = t.running();
    stop_service(t, After::init, Cause::adopted);
  }
}

/// What failed here is said at once, also while this head listens.
void hold_failed(ServiceTurn& t) {
  const Reason failure = t.mine().run.failure;
  if (failure != Reason::none) t.hold(failure);
}

/// Both are there, nobody serves, and this head may not: it says why (I9).
void stand_by(ServiceTurn& t, bool listens_still) {
  if (!nobody_serves(t)) return;
  hold_failed(t);
  const Reason unable = cannot_serve(t.s, t.mine());
  if (!listens_still && unable != Reason::none) t.hold(unable);
}

/// Nobody is there to be asked (§5.4). A claim of an armed head is opened by the inquiry, not here.
void judge_alone(ServiceTurn& t) {
  const State& s = t.s;
  const Service& mine = t.mine();
  const bool listens_still = mine.role == Role::init && t.now() - mine.listens_from < t.config.init_dead;
  if (!t.peer_never_heard() && !t.peer_lost()) return stand_by(t, listens_still);
  if (mine.role != Role::init || s.inquiry.open || (s.armed && t.any(Role::passive)) || t.any(is_claim)) return;
  // One claim is for all services: what a former core left of any is stopped first.
  const bool stops = any_service(t.config, s, [](const Service& of) { return listens(of.role) && !rests(of); });
  if (listens_still || stops) return hold_failed(t);
  if (const Reason forbids = forbidden(t, false); forbids != Reason::none) return hold_waiting(t, forbids);
  Reason no = data_in_doubt(t);
  if (no == Reason::none) no = cannot_serve(s, mine);
  no == Reason::none ? begin_claim(t, true) : t.hold(no);
}

}  // namespace

void on_probed(Turn& t, const Probed& in) {
  if (in.id != t.s.probe_id) return;
  t.s.probe_id = RequestId{};
  t.s.probed = 1;
  each_service(t, [&in](ServiceTurn& of) {
    of.mine().run.running = in.running & of.resources();
    find_service(of);
  });
}

/// What I granted before stays said: my rank hangs on it (F6), and who was granted it may still act on it.
void request_service(ServiceTurn& t, bool handover) {
  t.mine().move.asked = handover ? 1 : 0;
  t.mine().request = t.allocate();
  t.s.beat_now = 1;
}

bool nobody_serves(const ServiceTurn& t) {
  return !owns_something(t.mine().role) && t.peer_alive() && is_idle(t.theirs().role) &&
         t.theirs().request == Epoch{} && t.mine().request == Epoch{};
}

/// The peer read my request and had promised a higher number already.
bool request_refused(const ServiceTurn& t) {
  const ServiceBeat& theirs = t.theirs();
  const Epoch request = t.mine().request;
  return t.peer_knows_me() && theirs.promised >= request && theirs.grant != request && theirs.role != Role::stopping;
}

void withdraw_request(ServiceTurn& t) {
  Service& mine = t.mine();
  if (mine.request == Epoch{}) return;
  if (mine.move.asked) settle_command(t, Reason::in_progress);
  mine.request = Epoch{};
  mine.move.asked = 0;
  t.s.beat_now = 1;
}

/// A grant is my durable word that I run nothing older than `e` and never will (E3, invariant 6).
void grant_if_asked(ServiceTurn& t) {
  State& s = t.s;
  Service& mine = t.mine();
  const Beat& beat = s.peer.beat;
  const Epoch request = t.theirs().request;
  // The request of a target that was lost while I stopped for it is an old one, and I go on with what is mine.
  const bool lost = mine.role == Role::stopped && !t.peer_alive();
  const bool asks = (t.theirs().has(kReady) && !lost) || t.theirs().has(kClaim);
  if (!asks || beat.peer != s.me || beat.sender != s.peer.incarnation || request <= t.promised()) return;
  if (!s.probed || !rests(mine)) return;
  const bool nothing_sent = mine.role == Role::claiming && s.store.claim_id == RequestId{} && s.claim_term == Term{};
  if (!listens(mine.role) && mine.role != Role::stopped && !nothing_sent) return;
  t.promise(request);
  if (mine.move.asked) {  // what was asked for may have been granted as well, and is void now
    settle_command(t, Reason::stale_epoch);
    mine.withdrawn_at = s.seq + 1;
  }
  mine.request = Epoch{};
  mine.granted = request;
  mine.granted_to = beat.sender;
  s.beat_now = 1;
  if (nothing_sent) give_up_claim(t, Cause::granted_instead);
  if (mine.role == Role::stopped) {
    // The source of a handover may fence later only if the target has no OFF out against it, at this very term (F7,
    // V5).
    s.armed = t.theirs().has(kReady) && !beat.has(kOffOut) && beat.term == t.boot().base ? 1 : 0;
    s.armed_term = beat.term;
    t.become(Role::passive, Cause::handed_over);
  }
}

void judge_join(ServiceTurn& t) {
  State& s = t.s;
  Service& mine = t.mine();
  if (!listens(mine.role) || !s.probed) return;
  if (owner_speaks(t) && t.peer_alive()) return learn_from_owner(t);
  // A clean goodbye under the policy "stay": whoever shuts the active head down wants the service down [OP09].
  if (s.armed && s.peer.left_at != kLongAgo && t.config.on_poweroff == OnPoweroff::stay) s.armed = 0;
  if (mine.role == Role::init && t.peer_lost()) {  // nobody is left to answer: this head goes on alone
    mine.move.asked ? give_up_move(t, Reason::path_lost, Cause::peer_lost) : withdraw_request(t);
  }
  if (mine.request != Epoch{}) {
    // E7: two heads that both boot must not refuse each other for ever.
    if (!mine.move.asked && request_refused(t)) may_ask(t) ? request_service(t, false) : withdraw_request(t);
    return;
  }
  // A word that I gave is nothing to wait for any more when the peer has promised a higher number.
  if (mine.granted == Epoch{} || t.theirs().role == Role::init || t.theirs().promised > mine.granted) {
    const bool granted_now =
        mine.granted != Epoch{} && mine.granted_to == s.peer.incarnation && t.theirs().request == mine.granted;
    if (!granted_now && may_ask(t)) request_service(t, false);
  }
  judge_alone(t);
}

Instant join_due(const Config& c, const State& s) {
  Instant due = kNever;
  for (ServiceIndex i = 0; i < c.services; ++i) {
    const Service& service = s.services[i];
    if (service.role != Role::init) continue;
    const Instant one = service.listens_from + c.init_dead;
    const Instant two = one + c.init_dead;
    if (s.now < two) due = earliest(due, s.now < one ? one : two);
  }
  return due;
}

}  // namespace ha
