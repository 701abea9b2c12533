// The claim: raise the epoch, win the store's next term (or wait out the rank), find a proof, pass the guard, start.
//
// PROTOCOL §7: four proofs, none of which is "time passed". A proof never survives the core's process.
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kGuardPatience = std::chrono::seconds{5};
constexpr Duration kBootPatience = std::chrono::seconds{5};  ///< a booting head says after it that it finds no proof

void tell_evidence(ServiceTurn& t, EvidenceSource source, EvidenceUse use, Instant at, std::uint64_t detail = 0) {
  Report report;
  report.kind = ReportKind::evidence;
  report.a = static_cast<std::uint8_t>(source);
  report.b = static_cast<std::uint8_t>(use);
  report.age = at == kLongAgo ? Duration{-1} : t.now() - at;
  report.detail = detail;
  report.service = t.index;
  report.epoch = t.mine().request;
  t.out.push(report);
}

/// The ledger of a takeover: everything that was known, also what was not used.
void write_ledger(ServiceTurn& t, Proof proof) {
  const State& s = t.s;
  const auto used = [proof](Proof p) { return p == proof ? EvidenceUse::used : EvidenceUse::not_used; };
  const bool should_be_silent = proof != Proof::peer_passive;  // who gives its word is alive
  tell_evidence(t, EvidenceSource::beats,
                t.peer_alive() && should_be_silent ? EvidenceUse::contradicts : EvidenceUse::not_used, s.peer.proved_at,
                s.peer.beat.seq);
  if (proof == Proof::peer_passive)
    tell_evidence(t, EvidenceSource::grant, EvidenceUse::used, s.peer.beat_at, value(t.theirs().grant));
  if (t.config.fence_levels > 0)
    tell_evidence(t, EvidenceSource::power, used(Proof::power_off), s.peer.off_since, s.fencing.level);
  if (t.config.store)
    tell_evidence(t, EvidenceSource::store, used(Proof::self_fenced), s.store.peer_moved_at, value(s.claim_term));
  if (t.config.voters > 0)
    tell_evidence(t, EvidenceSource::voters, EvidenceUse::not_used, s.inquiry.voters_asked_at, s.inquiry.hear_peer);
  if (proof == Proof::operator_word)
    tell_evidence(t, EvidenceSource::operator_word, EvidenceUse::used, s.acknowledged_at);
}

/// It asked for the service or claims it, and has not started it yet.
bool seeks(const Service& mine) { return mine.request != Epoch{} && (listens(mine.role) || is_claim(mine.role)); }

bool has_proof(const Service& mine) { return mine.proof != Proof::none && mine.proof_for == mine.request; }

void take_proof(ServiceTurn& t, Proof proof, Cause cause) {
  Service& mine = t.mine();
  mine.proof = proof;
  mine.proof_for = mine.request;
  mine.proof_at = t.now();
  t.report(ReportKind::proof, static_cast<int>(proof), 1, cause, Reason::none, mine.request);
  write_ledger(t, proof);
}

void drop_proof(ServiceTurn& t, Cause cause) {
  Service& mine = t.mine();
  if (!has_proof(mine)) return;
  t.report(ReportKind::proof, static_cast<int>(mine.proof), 0, cause, Reason::none, mine.request);
  mine.proof = Proof::none;
}

Cause cause_of(Proof proof) {
  switch (proof) {
    case Proof::peer_passive: return Cause::proof_word;
    case Proof::power_off: return Cause::proof_off;
    case Proof::self_fenced: return Cause::proof_lease;
    case Proof::operator_word: return Cause::proof_operator;
    case Proof::none: break;
  }
  return Cause::none;
}

/// P1: the peer granted this request to this incarnation. It proves nothing for any other service (§13).
bool granted(const ServiceTurn& t) {
  const Epoch request = t.mine().request;
  return request != Epoch{} && t.theirs().grant == request && t.peer_knows_me() && t.promised() == request;
}

/// P3 needs: the claim won, the peer's record with a watchdog that is armed and was tested, a lease that stands still,
/// and the wait of §9 since the last word of mine that the peer may have heard.
bool self_fenced(const Turn& t) {
  const State& s = t.s;
  if (!has_right_to_run(t.config) || s.claim_term == Term{} || s.claim_won_at == kLongAgo) return false;
  const LeaseRecord& lease = s.store.view.lease[t.peer_side()];
  if (!lease.watchdog_armed || !lease.watchdog_tested) return false;
  if (lease.watchdog_after > static_cast<std::uint64_t>(t.config.watchdog_after.count())) return false;
  const Instant from = std::max({s.claim_won_at, s.word_sent_at, s.store.peer_moved_at});
  return t.now() - from >= self_fence_wait(t.config);
}

/// §5.4: two readings of "off", apart, and no voter that hears the peer.
bool boot_reading_off(const Turn& t) {
  const Chassis& c = t.s.chassis;
  const bool twice =
      c.off_at != kLongAgo && c.off_again_at - c.off_at >= t.config.hold_off && c.off_again_at >= t.s.claim_began;
  return twice && t.s.inquiry.hear_peer == 0 && !contradicts_off(t.config, t.s, c.off_at);
}

/// T2: the head that holds the newest claim has durably given way to me, so its claim threatens me no more. A source of
/// another term is disarmed by its word (F7): it cannot ask for the service until it is admitted again.
void follow_granted_term(Turn& t) {
  const StoreState& store = t.s.store;
  if (!foreign_claim(t.config, t.s) || t.s.peer.beat.term < store.view.term) return;
  t.s.peer.was_armed = 0;
  t.boot().base = store.view.term;
  t.persist_boot();
}

/// An operator's word is for one claim, and the first sign of life ends it.
bool vouched(const Turn& t) {
  const Instant at = t.s.acknowledged_at;
  return t.now() - at < kOperatorProofLasts && t.s.peer.proved_at <= at;
}

/// P2, P3 and P4 are about the peer, and so for everything that it may have served.
void look_for_proof(ServiceTurn& t) {
  const State& s = t.s;
  if (granted(t)) {
    follow_granted_term(t);
    return take_proof(t, Proof::peer_passive, Cause::proof_word);
  }
  if (!is_claim(t.mine().role)) return;
  const bool off = s.fencing.phase == FencePhase::confirmed || (s.boot_claim && boot_reading_off(t));
  if (off) {
    if (s.boot_claim) t.s.peer.off_since = s.chassis.off_at;
    return take_proof(t, Proof::power_off, Cause::proof_off);
  }
  if (self_fenced(t)) return take_proof(t, Proof::self_fenced, Cause::proof_lease);
  if (vouched(t)) take_proof(t, Proof::operator_word, Cause::proof_operator);
}

/// A proof ends when something fresh speaks against it (§7, last column). True if that was found here.
bool contradicted(ServiceTurn& t) {
  const State& s = t.s;
  const Service& mine = t.mine();
  if (!has_proof(mine)) return false;
  const bool by_power = mine.proof == Proof::power_off && contradicts_off(t.config, s, s.peer.off_since);
  const bool by_life =
      (mine.proof == Proof::operator_word || mine.proof == Proof::self_fenced) && s.peer.proved_at > mine.proof_at;
  const bool moved = mine.proof == Proof::peer_passive && !granted(t);
  if (!by_power && !by_life && !moved) return false;
  drop_proof(t, Cause::contradiction);
  if (moved) return false;
  t.hold(Reason::contradiction);
  return true;
}

/// What was contradicted is not found again by itself: a new reading, a new wait, a new word.
void forget_evidence(Turn& t) {
  if (t.s.fencing.phase == FencePhase::confirmed) reopen_fencing(t);
  if (t.s.claim_won_at != kLongAgo) t.s.claim_won_at = t.now();
  t.s.acknowledged_at = kLongAgo;
  t.s.chassis.off_at = kLongAgo;
  t.alert(Reason::contradiction);
}

/// §7.3, in this order, in one step. Everything that a stall could make stale is looked at here.
bool guard(const ServiceTurn& t) {
  const State& s = t.s;
  if (t.config.watchdog && s.watchdog_usable && !s.watchdog_armed) return false;
  if (t.promised() != t.mine().request) return false;
  if (foreign_claim(t.config, s)) return false;
  // A right that is about to end is no right to begin with.
  return !has_right_to_run(t.config) || s.now < right_end(t.config, s) - stop_budget(t.config);
}

/// Moving away from the last owner without an order is a failover, by whatever proof [CA01]. A claim counts once.
void count_failover(Turn& t) {
  if (t.now() - t.s.failovers_from >= t.config.damping_window) t.disk().failovers = 0;
  t.s.failovers_from = t.now();
  ++t.disk().failovers;
}

void start(ServiceTurn& t) {
  State& s = t.s;
  Service& mine = t.mine();
  const bool claimed = is_claim(mine.role);
  const bool last = !any_service(t.config, s, [&mine](const Service& of) { return &of != &mine && is_claim(of.role); });
  if (last) stop_fencing(t);
  s.inquiry.open = 0;
  if (last) s.acknowledged_at = kLongAgo;
  t.hold(Reason::none);
  mine.epoch = mine.request;
  mine.request = Epoch{};
  mine.granted = Epoch{};
  const bool from_the_peer = mine.proof == Proof::peer_passive && !mine.move.asked && t.theirs().epoch > t.owned();
  t.owned() = mine.epoch;
  if ((mine.proof != Proof::peer_passive && !s.boot_claim && last) || from_the_peer) count_failover(t);
  t.persist();
  t.running() = mine.epoch;
  t.persist_boot();
  t.become(Role::starting, cause_of(mine.proof));
  if (claimed || !t.any(Role::passive)) s.armed = 0;
  start_service(t);
}

/// What this head asked for or claims: the proof for it, and the start.
void judge_request(ServiceTurn& t) {
  const Service& mine = t.mine();
  if (!seeks(mine) || !has_proof(mine)) return;
  if (guard(t)) return start(t);
  if (t.now() - mine.proof_at >= kGuardPatience)
    t.hold(foreign_claim(t.config, t.s) ? Reason::stale_epoch : Reason::lease_lost);
}

void claim_in_store(Turn& t) {
  StoreState& store = t.s.store;
  if (store.claim_id != RequestId{} && t.now() - store.claim_asked_at < kClaimAnswers) return;
  if (t.s.claim_term != Term{}) return;
  store.claim_id = t.ask();
  store.claim_asked_at = t.now();
  // An armed head claims exactly the term after its admission (F7); a booting one was admitted by nobody and takes the
  // next one there is.
  const Term next{value(t.s.boot_claim ? store.view.term : t.s.armed_term) + 1};
  t.out.push(StoreClaim{store.claim_id, next, ClaimRecord{t.s.claim_epoch, t.s.me, t.s.peer.incarnation}});
}

/// The lease stands still, as seen by a look that is not old.
bool lease_still(const Turn& t) {
  const StoreState& store = t.s.store;
  return t.now() - store.seen_at < kClaimAnswers && lease_stands(t.config, t.s) &&
         t.now() - t.s.claim_began >= lease_rests_after(t.config);
}

/// All services of the claim are one claim: they hold, and change their role, together.
template <class Act>
void each_claimed(const Turn& t, Act act) {
  each_service(t, [&act](ServiceTurn& of) {
    if (is_claim(of.mine().role)) act(of);
  });
}

void judge_boot_claim(Turn& t) {
  // P3 rests on a term of mine, and so does the guard of a head that stood down for a claim and did not boot since.
  const bool wants_term = has_right_to_run(t.config) || foreign_claim(t.config, t.s);
  if (wants_term && lease_still(t)) claim_in_store(t);
  if (t.now() - t.s.claim_began < kBootPatience) return;
  const bool contradicted = t.s.chassis.off_at != kLongAgo && t.s.inquiry.hear_peer > 0;
  each_claimed(t, [contradicted](ServiceTurn& of) {
    if (!has_proof(of.mine())) of.hold(contradicted ? Reason::contradiction : Reason::no_proof);
  });
}

void fence(Turn& t, Cause cause) {
  each_claimed(t, [cause](ServiceTurn& of) { of.become(Role::fencing, cause); });
  begin_fencing(t);
}

void judge_claiming(Turn& t) {
  State& s = t.s;
  // An open claim may have been won without a reply; it is read back before anything else is decided.
  if (s.store.claim_id != RequestId{}) return claim_in_store(t);
  if (t.peer_alive() && (s.claim_term == Term{} || s.boot_claim)) {
    return give_up_claim(t, s.boot_claim ? Cause::granted_instead : Cause::peer_returned);
  }
  if (s.boot_claim) return judge_boot_claim(t);
  if (t.config.store) return claim_in_store(t);
  if (t.now() < next_shot(t.config, s).from) return;
  fence(t, Cause::delay_over);
}

/// What a claim takes: all that the peer may serve, but for what is still being stopped here. What failed here before
/// is left out as long as there is something else to take; a copy that may be older by a booting head, unless an
/// operator decides it.
bool takes(const ServiceTurn& t, bool at_boot) {
  const Service& service = t.mine();
  const auto free = [](const Service& of) { return listens(of.role) && rests(of); };
  if (!free(service) || (at_boot && !vouched(t) && data_in_doubt(t) != Reason::none)) return false;
  const auto sound = [&free](const Service& of) { return free(of) && of.run.failure == Reason::none; };
  return sound(service) || !any_service(t.config, t.s, sound);
}

/// E7 for claims: what was won or sent stays mine, but the peer can only grant a number above its promise. A peer with
/// a claim that stands as well grants nothing, and would do the same.
void outbid(ServiceTurn& t) {
  const bool can_grant = !owns_something(t.theirs().role) && !t.theirs().has(kClaim);
  const bool refused = is_claim(t.mine().role) && request_refused(t) && can_grant;
  if (refused && claim_stands(t.s) && t.peer_alive()) t.mine().request = t.allocate();
}

}  // namespace

/// F5v: anything fresh after the reading vetoes it: a beat that echoes a later beat of mine, a lease that moved.
bool contradicts_off(const Config& c, const State& s, Instant since) {
  if (since == kLongAgo) return false;
  const bool same = s.fencing.target == s.peer.incarnation || !s.fencing.target;
  const bool beats = same && s.peer.proved_at > since;
  // A core that has just started knows no incarnation yet: then whoever moves the lease is alive.
  const bool held = !s.peer.incarnation || s.store.view.lease[1U - c.self].holder == s.peer.incarnation;
  const bool lease = c.store && s.store.known && held && s.store.peer_moved_at > since;
  return beats || lease;
}

/// F8: the term is won, or an OFF may be out. Then the claim is finished, whatever is heard.
bool claim_stands(const State& s) {
  const bool sent =
      s.fencing.phase == FencePhase::off_sent || s.fencing.phase == FencePhase::confirmed || s.fencing.may_be_out;
  const bool fences =
      std::any_of(s.services.begin(), s.services.end(), [](const Service& of) { return of.role == Role::fencing; });
  return s.claim_term != Term{} || (fences && sent);
}

void begin_claim(Turn& t, bool at_boot) {
  State& s = t.s;
  const Cause cause = at_boot ? Cause::boot_alone : Cause::peer_lost;
  s.boot_claim = at_boot ? 1 : 0;
  s.rank = rank_of(s);
  s.claim_began = t.now();
  s.claim_won_at = kLongAgo;
  s.claim_term = Term{};
  s.claim_epoch = Epoch{};
  s.store.claim_id = RequestId{};
  PerService<bool> taken{};
  each_service(t, [&](const ServiceTurn& of) { taken[of.index] = takes(of, at_boot); });
  each_service(t, [&](ServiceTurn& of) {
    if (!taken[of.index]) return;
    Service& mine = of.mine();
    of.hold(Reason::none);
    mine.proof = Proof::none;
    mine.move.came_because = Reason::none;
    if (mine.move.asked) {  // it may have been granted, and my rank says so also in the next claim (F6)
      settle_command(of, Reason::path_lost);
      mine.withdrawn_at = s.seq + 1;
    }
    of.begin(Operation::takeover, cause);
    mine.request = of.allocate();
    if (s.claim_epoch == Epoch{}) s.claim_epoch = mine.request;
    of.become(Role::claiming, cause);
  });
}

void give_up_claim(Turn& t, Cause cause) {
  State& s = t.s;
  each_claimed(t, [cause](ServiceTurn& of) { drop_proof(of, cause); });
  stop_fencing(t);
  s.acknowledged_at = kLongAgo;
  s.claim_term = Term{};
  s.store.claim_id = RequestId{};
  s.inquiry.open = 0;
  const bool to_init = s.boot_claim || cause == Cause::claim_lost;
  s.boot_claim = 0;
  if (cause == Cause::claim_lost) s.armed = 0;
  each_claimed(t, [&](ServiceTurn& of) {
    of.mine().request = Epoch{};
    of.hold(Reason::none);
    of.end(Operation::takeover, cause);
    of.become(to_init ? Role::init : Role::passive, cause);
  });
}

/// T1: the claim is won only if the record that stands there carries this claim's own epoch (V2).
void on_claim_answer(Turn& t, const StoreAnswer& in) {
  State& s = t.s;
  s.store.claim_id = RequestId{};
  if (!t.any(Role::claiming) || in.outcome != Outcome::done) return;  // asked again; a win may be read back then
  s.store.view = in.view;
  s.store.known = 1;
  s.inquiry.answered_at = t.now();
  if (in.view.claim.epoch != s.claim_epoch || in.view.claim.claimant != s.me)
    return give_up_claim(t, Cause::claim_lost);
  s.claim_term = in.view.term;
  s.claim_won_at = t.now();
  t.boot().base = in.view.term;
  t.persist_boot();
  if (!s.boot_claim) fence(t, Cause::claim_won);
}

void judge_claim(Turn& t) {
  // A head that lost the store after it had won can be overtaken by one that booted. It may not shoot any more.
  if (t.any(Role::fencing) && foreign_claim(t.config, t.s)) give_up_claim(t, Cause::claim_lost);
  if (t.any(Role::claiming)) judge_claiming(t);
  bool stale = false;
  each_service(t, [&stale](ServiceTurn& of) {
    if (!seeks(of.mine())) return;
    outbid(of);
    stale |= contradicted(of);
  });
  if (stale) forget_evidence(t);
  each_service(t, [](ServiceTurn& of) {
    if (seeks(of.mine()) && !has_proof(of.mine())) look_for_proof(of);
  });
  each_service(t, judge_request);
}

Instant claim_due(const Config& c, const State& s) {
  const bool claiming = any_role(c, s, Role::claiming);
  if (!claiming && !any_role(c, s, Role::fencing)) return kNever;
  Instant due = kNever;
  if (claiming && !c.store && !s.boot_claim) due = next_shot(c, s).from;
  if (claiming && c.store)
    due = s.store.claim_id == RequestId{} ? s.now + c.keep_alive : s.store.claim_asked_at + kClaimAnswers;
  if (claiming && s.boot_claim) due = s.now + c.keep_alive;
  if (s.claim_won_at != kLongAgo && has_right_to_run(c)) {
    const Instant over = std::max({s.claim_won_at, s.word_sent_at, s.store.peer_moved_at}) + self_fence_wait(c);
    due = earliest(due, s.now < over ? over : s.now + c.keep_alive);
  }
  return due;
}

}  // namespace ha
