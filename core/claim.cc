// The claim: raise the epoch, win the store's next term (or wait out the rank), find a proof, pass the guard, start.
//
// PROTOCOL §7: four proofs, none of which is "time passed". A proof never survives the core's process.
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kOperatorProofLasts = std::chrono::seconds{60};
constexpr Duration kGuardPatience = std::chrono::seconds{5};

/// F6: ranks differ in every pair of views (V9). An owner has 0 and does not claim.
std::uint8_t rank_of(const State& s) {
  const bool peer_owned =
      s.peer.beat.role == Role::owner || s.peer.beat.role == Role::starting || s.peer.beat.role == Role::stopping;
  if (s.move.asked || s.withdrawn_at != 0) return 1;  // the request may have been granted already
  if (!peer_owned && s.granted == Epoch{} && s.survived.disk.owned > s.peer.beat.epoch) return 1;
  return kLastRank;
}

void tell_evidence(Turn& t, EvidenceSource source, EvidenceUse use, Instant at, std::uint64_t detail = 0) {
  Report report;
  report.kind = ReportKind::evidence;
  report.a = static_cast<std::uint8_t>(source);
  report.b = static_cast<std::uint8_t>(use);
  report.age = at == kLongAgo ? Duration{-1} : t.now() - at;
  report.detail = detail;
  report.epoch = t.s.request;
  t.out.push(report);
}

/// The ledger of a takeover: everything that was known, also what was not used.
void write_ledger(Turn& t, Proof proof) {
  const State& s = t.s;
  const auto used = [proof](Proof p) { return p == proof ? EvidenceUse::used : EvidenceUse::not_used; };
  tell_evidence(t, EvidenceSource::beats, t.peer_alive() ? EvidenceUse::contradicts : EvidenceUse::not_used,
                s.peer.proved_at, s.peer.beat.seq);
  if (proof == Proof::peer_passive)
    tell_evidence(t, EvidenceSource::grant, EvidenceUse::used, s.peer.beat_at, value(s.peer.beat.grant));
  if (t.config.fence_levels > 0)
    tell_evidence(t, EvidenceSource::power, used(Proof::power_off), s.peer.off_since, s.fencing.level);
  if (t.config.store)
    tell_evidence(t, EvidenceSource::store, used(Proof::self_fenced), s.store.peer_moved_at, value(s.claim_term));
  if (t.config.voters > 0)
    tell_evidence(t, EvidenceSource::voters, EvidenceUse::not_used, s.inquiry.voters_asked_at, s.inquiry.hear_peer);
  if (proof == Proof::operator_word)
    tell_evidence(t, EvidenceSource::operator_word, EvidenceUse::used, s.move.acknowledged_at);
}

bool has_proof(const State& s) { return s.proof != Proof::none && s.proof_for == s.request; }

void take_proof(Turn& t, Proof proof, Cause cause) {
  t.s.proof = proof;
  t.s.proof_for = t.s.request;
  t.s.proof_at = t.now();
  t.report(ReportKind::proof, static_cast<int>(proof), 1, cause, Reason::none, t.s.request);
  write_ledger(t, proof);
}

void drop_proof(Turn& t, Cause cause) {
  if (!has_proof(t.s)) return;
  t.report(ReportKind::proof, static_cast<int>(t.s.proof), 0, cause, Reason::none, t.s.request);
  t.s.proof = Proof::none;
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

/// P1: the peer granted this request to this incarnation.
bool granted(const State& s) {
  const Beat& beat = s.peer.beat;
  return s.request != Epoch{} && beat.grant == s.request && beat.peer == s.me && s.survived.disk.promised == s.request;
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

/// T2: the head that holds the newest claim has durably given way to me, so its claim threatens me no more.
void follow_granted_term(Turn& t) {
  const StoreState& store = t.s.store;
  if (!foreign_claim(t.config, t.s) || t.s.peer.beat.term < store.view.term) return;
  t.boot().base = store.view.term;
  t.persist_boot();
}

void look_for_proof(Turn& t) {
  const State& s = t.s;
  if (granted(s)) {
    follow_granted_term(t);
    return take_proof(t, Proof::peer_passive, Cause::proof_word);
  }
  if (s.role != Role::claiming && s.role != Role::fencing) return;
  const bool off = s.fencing.phase == FencePhase::confirmed || (s.boot_claim && boot_reading_off(t));
  if (off) {
    if (s.boot_claim) t.s.peer.off_since = s.chassis.off_at;
    return take_proof(t, Proof::power_off, Cause::proof_off);
  }
  if (self_fenced(t)) return take_proof(t, Proof::self_fenced, Cause::proof_lease);
  // An operator's word is for one claim, and the first sign of life ends it.
  const bool vouched =
      t.now() - s.move.acknowledged_at < kOperatorProofLasts && s.peer.proved_at <= s.move.acknowledged_at;
  if (vouched) take_proof(t, Proof::operator_word, Cause::proof_operator);
}

/// A proof ends when something fresh speaks against it (§7, last column).
void check_proof(Turn& t) {
  const State& s = t.s;
  if (!has_proof(s)) return;
  const bool by_power = s.proof == Proof::power_off && contradicts_off(t.config, s, s.peer.off_since);
  const bool by_life =
      (s.proof == Proof::operator_word || s.proof == Proof::self_fenced) && s.peer.proved_at > s.proof_at;
  const bool moved = s.proof == Proof::peer_passive && !granted(s);
  if (!by_power && !by_life && !moved) return;
  drop_proof(t, Cause::contradiction);
  if (moved) return;
  // What was contradicted is not found again by itself: a new reading, a new wait, a new word.
  if (t.s.fencing.phase == FencePhase::confirmed) reopen_fencing(t);
  if (t.s.claim_won_at != kLongAgo) t.s.claim_won_at = t.now();
  t.s.move.acknowledged_at = kLongAgo;
  t.s.chassis.off_at = kLongAgo;
  t.hold(Reason::contradiction);
  t.alert(Reason::contradiction);
}

/// §7.3, in this order, in one step. Everything that a stall could make stale is looked at here.
bool guard(Turn& t) {
  const State& s = t.s;
  if (t.config.watchdog && s.watchdog_usable && !s.watchdog_armed) return false;
  if (s.survived.disk.promised != s.request) return false;
  if (foreign_claim(t.config, s)) return false;
  // A right that is about to end is no right to begin with.
  return !has_right_to_run(t.config) || s.now < right_end(t.config, s) - stop_budget(t.config);
}

void start(Turn& t) {
  State& s = t.s;
  const Proof proof = s.proof;
  stop_fencing(t);
  s.inquiry.open = 0;
  s.move.acknowledged_at = kLongAgo;
  t.hold(Reason::none);
  s.epoch = s.request;
  s.request = Epoch{};
  s.granted = Epoch{};
  s.armed = 0;
  // Moving away from the last owner without an order is a failover, by whatever proof [CA01].
  const bool from_the_peer = proof == Proof::peer_passive && !s.move.asked && s.peer.beat.epoch > t.disk().owned;
  t.disk().owned = s.epoch;
  if ((proof != Proof::peer_passive && !s.boot_claim) || from_the_peer) {
    if (t.now() - s.failovers_from >= t.config.damping_window) t.disk().failovers = 0;
    s.failovers_from = t.now();
    ++t.disk().failovers;
  }
  t.persist();
  t.boot().running = s.epoch;
  t.persist_boot();
  t.become(Role::starting, cause_of(proof));
  start_service(t);
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
  t.out.push(StoreClaim{store.claim_id, next, ClaimRecord{t.s.request, t.s.me, t.s.peer.incarnation}});
}

/// The lease stands still, as seen by a look that is not old.
bool lease_still(const Turn& t) {
  const StoreState& store = t.s.store;
  return t.config.store && store.known && t.now() - store.seen_at < kClaimAnswers && !lease_moves(t.config, t.s) &&
         t.now() - t.s.claim_began >= lease_rests_after(t.config);
}

void judge_boot_claim(Turn& t) {
  if (has_right_to_run(t.config) && lease_still(t)) claim_in_store(t);
  if (has_proof(t.s) || t.now() - t.s.claim_began < std::chrono::seconds{5}) return;
  const bool reads_off = t.s.chassis.off_at != kLongAgo;
  t.hold(reads_off && t.s.inquiry.hear_peer > 0 ? Reason::contradiction : Reason::no_proof);
}

void judge_claiming(Turn& t) {
  State& s = t.s;
  // An open claim may have been won without a reply; it is read back before anything else is decided.
  if (s.store.claim_id != RequestId{}) return claim_in_store(t);
  if (t.peer_alive() && s.claim_term == Term{}) {
    return give_up_claim(t, s.boot_claim ? Cause::granted_instead : Cause::peer_returned);
  }
  if (s.boot_claim) return judge_boot_claim(t);
  if (t.config.store) return claim_in_store(t);
  if (t.now() < s.claim_began + s.rank * t.config.fence_delay) return;
  t.become(Role::fencing, Cause::delay_over);
  begin_fencing(t);
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
  return s.claim_term != Term{} || (s.role == Role::fencing && sent);
}

void begin_claim(Turn& t, bool at_boot) {
  State& s = t.s;
  t.hold(Reason::none);
  s.boot_claim = at_boot ? 1 : 0;
  s.rank = rank_of(s);
  s.claim_began = t.now();
  s.claim_won_at = kLongAgo;
  s.claim_term = Term{};
  s.store.claim_id = RequestId{};
  s.proof = Proof::none;
  s.move.came_because = Reason::none;
  if (s.move.asked) settle_command(t, Outcome::refused, Reason::path_lost);
  s.move.asked = 0;
  t.begin(Operation::takeover, at_boot ? Cause::boot_alone : Cause::peer_lost);
  s.request = t.allocate();
  t.become(Role::claiming, at_boot ? Cause::boot_alone : Cause::peer_lost);
}

void give_up_claim(Turn& t, Cause cause) {
  State& s = t.s;
  drop_proof(t, cause);
  stop_fencing(t);
  s.request = Epoch{};
  s.move.acknowledged_at = kLongAgo;
  s.claim_term = Term{};
  s.store.claim_id = RequestId{};
  s.inquiry.open = 0;
  t.hold(Reason::none);
  t.end(Operation::takeover, cause);
  const bool to_init = s.boot_claim || cause == Cause::claim_lost;
  s.boot_claim = 0;
  if (cause == Cause::claim_lost) s.armed = 0;
  t.become(to_init ? Role::init : Role::passive, cause);
}

/// T1: the claim is won only if the record that stands there carries this claim's own epoch (V2).
void on_claim_answer(Turn& t, const StoreAnswer& in) {
  State& s = t.s;
  s.store.claim_id = RequestId{};
  if (s.role != Role::claiming || in.outcome == Outcome::unknown) return;  // asked again; a win may be read back then
  s.store.view = in.view;
  s.store.known = 1;
  s.inquiry.answered_at = t.now();
  if (in.view.claim.epoch != s.request || in.view.claim.claimant != s.me) return give_up_claim(t, Cause::claim_lost);
  s.claim_term = in.view.term;
  s.claim_won_at = t.now();
  t.boot().base = in.view.term;
  t.persist_boot();
  if (s.boot_claim) return;
  t.become(Role::fencing, Cause::claim_won);
  begin_fencing(t);
}

void judge_claim(Turn& t) {
  State& s = t.s;
  const bool may =
      s.role == Role::init || s.role == Role::passive || s.role == Role::claiming || s.role == Role::fencing;
  if (!may || s.request == Epoch{}) return;
  if (s.role == Role::claiming) judge_claiming(t);
  if (s.request == Epoch{}) return;
  // E7 for claims: what was won or sent stays mine, but the peer can only grant a number above its promise.
  if (claim_stands(s) && t.peer_alive() && request_refused(s) && !owns_something(s.peer.beat.role))
    s.request = t.allocate();
  check_proof(t);
  if (!has_proof(s)) look_for_proof(t);
  if (!has_proof(s)) return;
  if (guard(t)) return start(t);
  if (t.now() - s.proof_at >= kGuardPatience)
    t.hold(foreign_claim(t.config, s) ? Reason::stale_epoch : Reason::lease_lost);
}

Instant claim_due(const Config& c, const State& s) {
  if (s.role != Role::claiming && s.role != Role::fencing) return kNever;
  Instant due = kNever;
  if (s.role == Role::claiming && !c.store) due = s.claim_began + s.rank * c.fence_delay;
  if (s.role == Role::claiming && c.store)
    due = s.store.claim_id == RequestId{} ? s.now + c.keep_alive : s.store.claim_asked_at + kClaimAnswers;
  if (s.role == Role::claiming && s.boot_claim) due = s.now + c.keep_alive;
  if (s.claim_won_at != kLongAgo && has_right_to_run(c)) {
    const Instant over = std::max({s.claim_won_at, s.word_sent_at, s.store.peer_moved_at}) + self_fence_wait(c);
    due = earliest(due, s.now < over ? over : s.now + c.keep_alive);
  }
  return due;
}

}  // namespace ha
