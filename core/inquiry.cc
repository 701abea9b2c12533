// The inquiry: the peer is lost; may I take over? (PROTOCOL §6)
//
// A cut is not a death. Before an armed head claims anything it asks everybody who may know better: the store (does the
// peer's lease still move?), the voters, a ping target, the peer's BMC. They select who may try; they prove nothing.
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kAskAgain = std::chrono::seconds{2};

bool has_arbiters(const Config& c) { return c.store || c.ping || c.voters > 0; }

bool voters_hear_peer(const Config& c, const State& s) { return c.voters > 0 && 2 * s.inquiry.hear_peer > c.voters; }

void ask_everybody(Turn& t) {
  Inquiry& q = t.s.inquiry;
  if (t.config.voters > 0 && t.now() - q.voters_asked_at >= kAskAgain) {
    q.voters_asked_at = t.now();
    q.voters_id = t.ask();
    t.out.push(AskVoters{q.voters_id});
  }
  if (t.config.ping && t.now() - q.ping_asked_at >= kAskAgain) {
    q.ping_asked_at = t.now();
    q.ping_id = t.ask();
    t.out.push(Ping{q.ping_id});
  }
  if (t.now() - q.peer_pinged_at >= kAskAgain) {
    q.peer_pinged_at = t.now();
    q.peer_ping_id = t.ask();
    t.out.push(PingPeer{q.peer_ping_id});
  }
}

void open(Turn& t) {
  t.s.inquiry = Inquiry{};
  t.s.inquiry.open = 1;
  t.s.inquiry.began = t.now();
  each_service(t, [](ServiceTurn& of) {
    if (of.mine().role == Role::passive) of.begin(Operation::takeover, Cause::peer_lost);
  });
}

struct Verdict {
  bool decided = false;
  Reason hold = Reason::none;  ///< none: go on and claim
};
constexpr Verdict kWait{};
constexpr Verdict refuse(Reason r) { return Verdict{true, r}; }
constexpr Verdict kGo{true, Reason::none};

/// A1r: whoever reaches nobody is the lonely one, and never claims [SB03].
Verdict judge_isolation(const Turn& t) {
  const Inquiry& q = t.s.inquiry;
  if (!has_arbiters(t.config)) return deaf(t.config, t.s) ? refuse(Reason::isolated) : kGo;
  const bool fresh = q.answered > 0 || q.reached || t.now() - q.answered_at < kArbitersAnswer;
  if (fresh) return kGo;
  return t.now() - q.began < kArbitersAnswer ? kWait : refuse(Reason::isolated);
}

/// A3r: more than half of the static count must see me and not the peer; a tie changes nothing [SB12, SB09].
Verdict judge_voters(const Turn& t) {
  const Inquiry& q = t.s.inquiry;
  const int all = t.config.voters;
  if (all == 0) return kGo;
  if (2 * q.hear_peer > all) return refuse(Reason::seen_by_voters);
  if (2 * q.hear_peer == all) return refuse(Reason::tie);
  if (2 * (q.hear_me - q.hear_peer) > all) return kGo;
  if (t.now() - q.began < t.config.quorum_wait)
    return t.now() - q.began < kArbitersAnswer ? kWait : refuse(Reason::no_vote);
  if (t.config.without_votes == WithoutVotes::fence) return kGo;
  return refuse(q.answered == 0 ? Reason::voters_lost : Reason::no_vote);
}

/// A2r: a moving lease is the incumbent's vote. A store that does not answer is no vote at all, never a win, and one
/// that has just come back is none yet.
Verdict judge_store(const Turn& t) {
  if (!t.config.store) return kGo;
  const StoreState& store = t.s.store;
  const bool fresh = store.known && t.now() - store.seen_at < kArbitersAnswer;
  if (fresh && lease_stands(t.config, t.s)) return kGo;
  if (t.now() - t.s.inquiry.began < kArbitersAnswer) return kWait;
  return refuse(fresh && lease_moves(t.config, t.s) ? Reason::lease_moving : Reason::storage_lost);
}

/// `why` of the first service that the peer may have served, if it stands against each of them; else none.
template <class Why>
Reason against_all(const Turn& t, Why why) {
  Reason first = Reason::none;
  bool some = false;
  each_service(t, [&](const ServiceTurn& of) {
    if (owns_something(of.mine().role)) return;
    const Reason no = why(of.mine());
    some |= no == Reason::none;
    if (first == Reason::none) first = no;
  });
  return some ? Reason::none : first;
}

Verdict judge_all(const Turn& t) {
  if (t.s.peer.beat.has(kFenceMe)) return kGo;  // the incumbent itself asks for it
  const Verdict lonely = judge_isolation(t);
  if (!lonely.decided || lonely.hold != Reason::none) return lonely;
  // The BMC says off and somebody who should know says alive: one of them lies, and it is not for me to guess [BM03].
  // Voters go on hearing a dead head for `warn_after`.
  const Instant off_at = t.s.chassis.off_at;
  const bool voters = voters_hear_peer(t.config, t.s) && t.now() - off_at >= t.config.warn_after + kAskAgain;
  if (off_at != kLongAgo && (lease_moves(t.config, t.s) || voters) && t.now() - t.s.inquiry.began >= kArbitersAnswer)
    return refuse(Reason::contradiction);
  const Verdict votes = judge_voters(t);
  if (!votes.decided || votes.hold != Reason::none) return votes;
  const Verdict store = judge_store(t);
  if (!store.decided || store.hold != Reason::none) return store;
  // Whoever could not serve does not shoot the one who perhaps can.
  const Reason no = against_all(t, [&t](const Service& of) { return cannot_serve(t.s, of); });
  return no == Reason::none ? kGo : refuse(no);
}

}  // namespace

/// I8: one takeover in a window; the next one would be a loop, and a person should look [CA01, CA10].
bool damped(const Turn& t) {
  return t.s.survived.disk.failovers >= t.config.failovers_max &&
         t.now() - t.s.failovers_from < t.config.damping_window;
}

/// Here or, as its last word was, at the peer: silence ends no maintenance [OP08].
bool in_maintenance(const State& s) { return s.survived.disk.maintenance || s.peer.beat.has(kMaintenance); }

/// What forbids a claim whatever the arbiters say. Damping binds claims that may end in a power-off, not a booting
/// head.
Reason forbidden(const Turn& t, bool by_power) {
  const State& s = t.s;
  if (in_maintenance(s)) return Reason::maintenance;
  if (s.survived.disk.standby) return Reason::standby;
  if (s.leaving) return Reason::leaving;
  if (s.peer.left_at != kLongAgo && t.config.on_poweroff == OnPoweroff::stay) return Reason::leaving;
  if (speaks_another_protocol(t)) return Reason::version_differs;
  const Reason failed = against_all(t, [](const Service& of) { return of.run.failure; });
  if (failed != Reason::none) return failed;
  return by_power && damped(t) ? Reason::damped : Reason::none;
}

/// Every service that this head waits to take over says why it does not, also one that it has not joined yet. If it was
/// told to do nothing, somebody should know [OP08].
void hold_waiting(Turn& t, Reason reason) {
  const auto is_news = [reason](const Service& of) { return listens(of.role) && of.hold != reason; };
  const bool ordered = reason == Reason::damped || reason == Reason::maintenance;
  if (ordered && any_service(t.config, t.s, is_news)) t.alert(reason);
  each_service(t, [reason](ServiceTurn& of) {
    if (listens(of.mine().role)) of.hold(reason);
  });
}

void on_voters(Turn& t, const VoterTally& in) {
  Inquiry& q = t.s.inquiry;
  if (!q.open || in.id != q.voters_id) return;
  q.answered = in.answered;
  q.hear_me = in.hear_me;
  q.hear_peer = in.hear_peer;
  if (in.answered > 0) q.answered_at = t.now();
}

void on_ping(Turn& t, const PingAnswer& in) {
  Inquiry& q = t.s.inquiry;
  if (!q.open) return;
  if (in.id == q.peer_ping_id && in.reached) t.s.peer.pinged_at = t.now();
  if (in.id != q.ping_id) return;
  q.reached = in.reached ? 1 : 0;
  if (in.reached) q.answered_at = t.now();
}

namespace {

/// Never admitted, or disarmed by the owner's word: it may send no OFF, and holds. A chassis that reads off needs none:
/// then this head goes on as one that has booted alone (§5.4).
void act_unarmed(Turn& t) {
  if (const Reason no = forbidden(t, true); no != Reason::none) return hold_waiting(t, no);
  if (t.s.chassis.off_at == kLongAgo) return hold_waiting(t, Reason::no_proof);
  each_service(t, [](ServiceTurn& of) {
    if (of.mine().role != Role::passive) return;
    of.hold(Reason::none);
    of.become(Role::init, Cause::beats_missed);
  });
}

/// A5r: heard again before anything was sent [TR06].
void close_if_heard(Turn& t) {
  const bool was_open = t.s.inquiry.open != 0;
  each_service(t, [was_open](ServiceTurn& of) {
    const Service& mine = of.mine();
    const bool waits = nobody_serves(of) && mine.hold != Reason::none && mine.hold == cannot_serve(of.s, mine);
    const bool heard = mine.role == Role::passive || (mine.role == Role::init && of.peer_alive());
    if (waits || !heard || (!was_open && mine.hold == Reason::none)) return;
    of.s.inquiry.open = 0;
    of.end(Operation::takeover, Cause::peer_returned);
    of.hold(Reason::none);
  });
}

/// The word of the arbiters, asked again until they have one.
void inquire(Turn& t) {
  if (!t.s.inquiry.open) open(t);
  ask_everybody(t);
  const Verdict verdict = judge_all(t);
  if (!verdict.decided) return;
  verdict.hold == Reason::none ? begin_claim(t, false) : hold_waiting(t, verdict.hold);
}

}  // namespace

/// A claim goes on without the arbiters, but for one at boot that is not decided.
bool claim_asks(const Config& c, const State& s) { return s.boot_claim && any_role(c, s, Role::claiming); }

void judge_inquiry(Turn& t) {
  State& s = t.s;
  if (!s.probed) return;
  const bool claims = t.any(is_claim);
  const bool waits = t.any(Role::passive) && !claims;
  if (waits && !s.armed && t.peer_lost()) return act_unarmed(t);
  if (!claims && !(waits && t.peer_lost())) return close_if_heard(t);
  if (claims) {
    if (!claim_asks(t.config, s)) return;
    if (!s.inquiry.open) open(t);
    return ask_everybody(t);
  }
  if (const Reason no = forbidden(t, true); no != Reason::none) return hold_waiting(t, no);
  inquire(t);
}

Instant inquiry_due(const Config& c, const State& s) {
  if (!s.inquiry.open || (any_role(c, s, is_claim) && !claim_asks(c, s))) return kNever;
  Instant due = s.inquiry.peer_pinged_at + kAskAgain;
  if (c.voters > 0) due = earliest(due, s.inquiry.voters_asked_at + kAskAgain);
  if (c.ping) due = earliest(due, s.inquiry.ping_asked_at + kAskAgain);
  if (s.now < s.inquiry.began + kArbitersAnswer) due = earliest(due, s.inquiry.began + kArbitersAnswer);
  const Instant rests = s.store.rests_from + lease_rests_after(c);
  if (c.store && s.now < rests) due = earliest(due, rests);
  if (s.now < s.inquiry.began + c.quorum_wait) due = earliest(due, s.inquiry.began + c.quorum_wait);
  return due;
}

}  // namespace ha
