// The right to run: a head that owns something and cannot renew its right in time stops, and its watchdog sees to it.
//
// PROTOCOL §9: right end R = max(s_store, s_word) + L on my clock, with s_store my clock *before* the renewal was
// written and s_word my clock when I sent the beat that the peer's word echoes. Either renewal is enough: a dead peer
// leaves the store, a dead store leaves the peer. Terms: T1, T2.
#include "core/rooms.h"

namespace ha {
namespace {

/// A lost request is asked again before the right hangs on it, and before the peer takes the lease for resting.
Duration store_timeout(const Config& c) { return std::min<Duration>(2 * c.keep_alive, std::chrono::seconds{2}); }

/// Only those who own, claim or ask need the right; a passive head leaves its lease alone.
bool wants_right(const Config& c, const State& s) {
  return any_service(
      c, s, [](const Service& of) { return owns_something(of.role) || is_claim(of.role) || of.request != Epoch{}; });
}

/// Those who may soon have to decide look at the peer's lease.
bool wants_view(const Config& c, const State& s) {
  return s.inquiry.open || s.peer.view == PeerView::suspect || s.peer.view == PeerView::lost ||
         any_role(c, s, Role::init);
}

/// Something of it may write: no kick without a right. What ran before this start is still there until the probe says
/// otherwise.
bool may_write(const Config& c, const State& s) {
  const auto& ran = s.survived.boot.running;
  if (!s.probed && std::any_of(ran.begin(), ran.end(), [](Epoch e) { return e != Epoch{}; })) return true;
  return any_service(c, s, [](const Service& of) { return owns_something(of.role) || of.run.running != 0; });
}

bool stoppable(Role r) { return r == Role::starting || r == Role::owner; }

LeaseRecord my_lease(const Turn& t) {
  LeaseRecord lease;
  lease.holder = t.s.me;
  lease.epoch = highest_owned(t.config, t.s);
  lease.owned = t.disk().owned;
  lease.seq = t.s.store.lease_seq;
  lease.watchdog_after = static_cast<std::uint64_t>(t.config.watchdog_after.count());
  lease.watchdog_armed = t.s.watchdog_armed;
  lease.watchdog_tested = t.s.watchdog_tested;
  return lease;
}

void see(Turn& t, const StoreView& view) {
  StoreState& store = t.s.store;
  const LeaseRecord& before = store.view.lease[t.peer_side()];
  const LeaseRecord& after = view.lease[t.peer_side()];
  const bool moved = before.seq != after.seq || before.holder != after.holder;
  // The first look knows no "before", so the lease counts as moving until it was seen to stand still.
  if (moved || !store.known) store.peer_moved_at = store.rests_from = t.now();
  // While the store was silent the peer could not move its lease either. Now it asks again, at the latest when it gives
  // up what it has asked before.
  if (store.silent) store.rests_from = t.now() + store_timeout(t.config);
  store.silent = 0;
  store.view = view;
  store.known = 1;
  store.seen_at = store.asked_at;
  t.s.inquiry.answered_at = t.now();
}

/// T2: a booting head is admitted under the term it reads. Later only winning and admission move the base, never the
/// sight of a foreign claim (V4).
void take_base(Turn& t) {
  const bool booting = !any_service(t.config, t.s, [](const Service& of) { return of.role != Role::init; });
  if (!booting || t.s.base_from != kLongAgo) return;
  t.s.base_from = t.now();
  if (t.s.store.view.term <= t.boot().base) return;
  t.boot().base = t.s.store.view.term;
  t.persist_boot();
}

/// Counts only if the look after the write finds the very lease that was written and no foreign claim: a store that
/// answers from memory renews nothing [SB13].
void renewed(Turn& t) {
  const LeaseRecord& mine = t.s.store.view.lease[t.config.self];
  if (mine.holder != t.s.me || mine.seq != t.s.store.lease_seq || foreign_claim(t.config, t.s)) return;
  t.s.store_renewed_at = t.s.store.asked_at;
  t.boot().right_end = right_end(t.config, t.s);
  t.persist_boot();
}

}  // namespace

bool has_right_to_run(const Config& c) { return c.store && c.watchdog && c.watchdog_proves; }

Instant right_end(const Config& c, const State& s) {
  const Instant stamp = std::max(s.store_renewed_at, s.word_renewed_at);
  const Instant end = stamp == kLongAgo ? kLongAgo : stamp + c.right_to_run;
  return std::max(end, s.survived.boot.right_end);
}

Epoch highest_owned(const Config& c, const State& s) {
  Epoch highest{};
  for (ServiceIndex i = 0; i < c.services; ++i) {
    if (owns_something(s.services[i].role)) highest = std::max(highest, s.services[i].epoch);
  }
  return highest;
}

bool right_valid(const Config& c, const State& s) { return !has_right_to_run(c) || s.now < right_end(c, s); }

/// The peer has claimed a term under which I am not admitted. A claim of my own head threatens nobody here, also one
/// whose reply was lost; it is no win either (that is `on_claim_answer`'s to decide, V2).
bool foreign_claim(const Config& c, const State& s) {
  return s.store.known && s.store.view.term > s.survived.boot.base && head_of(s.store.view.claim.epoch) != c.self;
}

/// Longer than a living owner is silent that loses a request: a beat until it asks, two until it gives that up.
Duration lease_rests_after(const Config& c) { return 4 * c.keep_alive; }

bool lease_stands(const Config& c, const State& s) {
  const StoreState& store = s.store;
  return c.store && store.known && !store.silent && store.seen_at - store.rests_from >= lease_rests_after(c);
}

bool lease_moves(const Config& c, const State& s) {
  return c.store && s.store.known && s.now - s.store.peer_moved_at < lease_rests_after(c);
}

void on_store_answer(Turn& t, const StoreAnswer& in) {
  StoreState& store = t.s.store;
  if (in.id == RequestId{}) return;
  if (in.id == store.claim_id) return on_claim_answer(t, in);
  if (in.id != store.id) return;
  const bool renewal = store.renewing != 0;
  store.id = RequestId{};
  if (in.outcome != Outcome::done) {
    store.silent = 1;
    return;
  }
  see(t, in.view);
  take_base(t);
  if (renewal) renewed(t);
}

namespace {

/// How often the store is asked now; 0: not at all.
Duration store_pace(const Config& c, const State& s) {
  if (!c.store) return Duration{0};
  if (wants_right(c, s) || wants_view(c, s)) return c.keep_alive;
  if (!watches_store(c, s)) return Duration{0};
  return s.store.silent ? c.keep_alive : c.bmc_check_every;
}

Instant store_due(const Config& c, const State& s) {
  const Duration pace = store_pace(c, s);
  if (pace == Duration{0}) return kNever;
  if (s.store.id == RequestId{}) return s.store.asked_at + pace;
  return s.store.asked_at + (s.store.silent ? std::max(store_timeout(c), pace) : store_timeout(c));
}

}  // namespace

void use_store(Turn& t) {
  StoreState& store = t.s.store;
  if (store_pace(t.config, t.s) == Duration{0}) {
    store.silent = 0;  // of another time
    return;
  }
  if (store.id != RequestId{}) {
    if (t.now() - store.asked_at < store_timeout(t.config)) return;
    store.silent = 1;
  }
  if (t.now() - store.asked_at < store_pace(t.config, t.s)) return;
  store.id = t.ask();
  store.asked_at = t.now();
  store.renewing = wants_right(t.config, t.s) ? 1 : 0;
  if (store.renewing) {
    ++store.lease_seq;
    t.out.push(StoreRenew{store.id, my_lease(t)});
  } else {
    t.out.push(StoreRead{store.id});
  }
}

namespace {

/// Without a right to run nobody stops for a claim that was abandoned. When its head is back and claims nothing, the
/// owner follows the term, so that both count from the same number again.
void follow_abandoned_claim(Turn& t) {
  const Beat& beat = t.s.peer.beat;
  if (!t.any(Role::owner) || !foreign_claim(t.config, t.s) || !heard_lately(t.config, t.s) || !t.peer_knows_me())
    return;
  bool idle = !beat.has(kOffOut);
  each_service(t, [&](const ServiceTurn& of) {
    const bool its_own = of.theirs().role == Role::owner && of.mine().role != Role::owner;
    idle = idle && (listens(of.theirs().role) || its_own) && !of.theirs().has(kClaim);
  });
  if (!idle) return;
  t.boot().base = t.s.store.view.term;
  t.persist_boot();
}

/// The peer, freshly heard, owns or acts too. That must not be; after a false word or a lying BMC it can be.
bool both_own(const ServiceTurn& t) {
  return owns_something(t.mine().role) && t.peer_alive() && t.peer_knows_me() && owns_something(t.theirs().role);
}

/// E6: of two heads that own, the one with the older number stops, and the other one then tells everybody whose the
/// addresses are [SB07].
void judge_rival(ServiceTurn& t) {
  Service& mine = t.mine();
  const bool both = both_own(t);
  if (both && stoppable(mine.role) && t.theirs().epoch > mine.epoch) {
    t.alert(Reason::stale_epoch);
    t.s.survived_claim = 1;
    return stop_everything(t, After::init, Cause::higher_epoch);
  }
  const std::uint8_t rival = both && t.theirs().epoch < mine.epoch ? 1 : 0;
  if (mine.rival && !rival && mine.role == Role::owner) announce_anew(t);
  mine.rival = rival;
}

/// Nothing is left here, and the peer serves and needs no word of mine any more.
bool resolved(const Turn& t) {
  bool serves = false;
  bool done = heard_lately(t.config, t.s);
  each_service(t, [&](const ServiceTurn& of) {
    const Service& mine = of.mine();
    const bool stopped = mine.role == Role::init && mine.run.running == 0 && mine.run.phase == ServicePhase::idle;
    const bool served = of.theirs().role == Role::owner && of.theirs().epoch >= of.owned();
    serves |= served;
    done = done && stopped && (served || listens(of.theirs().role));
  });
  return serves && done;
}

/// F9: a head that owned while another one claimed against it has stopped cleanly, but what it cached and what it could
/// not stop would outlive that. Once the other one serves and needs its word no more, it reboots [FE14, FE20].
void reboot_after_claim(Turn& t) {
  if (!t.s.survived_claim || !resolved(t)) return;
  t.s.survived_claim = 0;
  each_service(t, [](ServiceTurn& of) { of.become(Role::dead, Cause::claimed_against); });
  t.out.push(Reboot{Cause::claimed_against});
}

/// F7: an armed head's claim is exactly the next term; another term in the store disarms it.
void disarm_by_term(Turn& t) {
  if (t.s.armed && t.any(Role::passive) && !t.any(is_claim) && foreign_claim(t.config, t.s)) t.s.armed = 0;
}

}  // namespace

void judge_right(Turn& t) {
  State& s = t.s;
  each_service(t, judge_rival);
  reboot_after_claim(t);
  if (t.config.store && !has_right_to_run(t.config)) follow_abandoned_claim(t);
  if (!has_right_to_run(t.config)) return;
  disarm_by_term(t);
  if (!t.any(stoppable)) return;
  if (foreign_claim(t.config, s)) {
    s.claimed_against = 1;
    s.survived_claim = 1;
    return stop_everything(t, After::init, Cause::claimed_against);
  }
  // A core that was restarted late in its right asks the store once before it stops what it has just adopted [PR06].
  const bool asked = s.store_renewed_at != kLongAgo || t.now() - s.started_at >= 2 * t.config.keep_alive ||
                     t.now() >= right_end(t.config, s);
  if (asked && t.now() >= right_end(t.config, s) - stop_budget(t.config)) {
    t.alert(Reason::lease_lost);
    t.report(ReportKind::right, 0);
    stop_everything(t, After::init, Cause::right_expired);
  }
}

/// A watchdog is armed before anything is started and kicked by the core's own progress. A head whose right is over
/// and that still runs something does not kick: then the watchdog ends it, whatever the software does.
void kick_if_due(Turn& t) {
  State& s = t.s;
  if (!t.config.watchdog || !s.watchdog_usable) return;
  if (t.any(Role::dead) || (may_write(t.config, s) && !right_valid(t.config, s))) return;
  if (!s.watchdog_armed) {
    s.watchdog_armed = 1;
    t.boot().watchdog_armed = 1;
    t.persist_boot();
    t.out.push(ArmWatchdog{});
    s.kick_at = t.now();
  }
  // With the last beat before it is due, so that the head wakes up once for both.
  const bool last_beat = t.now() >= s.next_beat_at && s.kick_at < t.now() + t.config.keep_alive;
  if (t.now() < s.kick_at && !last_beat) return;
  s.kick_at = t.now() + t.config.watchdog_after / 4;
  t.out.push(KickWatchdog{});
}

Instant right_due(const Config& c, const State& s) {
  Instant due = store_due(c, s);
  if (has_right_to_run(c) && any_role(c, s, stoppable)) due = earliest(due, right_end(c, s) - stop_budget(c));
  const bool kicks =
      c.watchdog && s.watchdog_usable && !any_role(c, s, Role::dead) && (!may_write(c, s) || right_valid(c, s));
  if (kicks) due = earliest(due, s.kick_at);
  return due;
}

}  // namespace ha
