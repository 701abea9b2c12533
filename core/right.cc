// The right to run: a head that owns something and cannot renew its right in time stops, and its watchdog sees to it.
//
// PROTOCOL §9: right end R = max(s_store, s_word) + L on my clock, with s_store my clock *before* the renewal was
// written and s_word my clock when I sent the beat that the peer's word echoes. Either renewal is enough: a dead peer
// leaves the store, a dead store leaves the peer. Terms: T1, T2.
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kStoreTimeout = std::chrono::seconds{2};

/// Only those who own, claim or ask need the right; a passive head leaves its lease alone.
bool wants_right(const State& s) {
  return owns_something(s.role) || s.role == Role::claiming || s.role == Role::fencing || s.request != Epoch{};
}

/// Those who may soon have to decide look at the peer's lease.
bool wants_view(const State& s) {
  return s.inquiry.open || s.role == Role::init || s.peer.view == PeerView::suspect || s.peer.view == PeerView::lost;
}

LeaseRecord my_lease(const Turn& t) {
  LeaseRecord lease;
  lease.holder = t.s.me;
  lease.epoch = owns_something(t.s.role) ? t.s.epoch : Epoch{};
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
  if (moved || !store.known) store.peer_moved_at = t.now();
  store.view = view;
  store.known = 1;
  store.seen_at = store.asked_at;
  t.s.inquiry.answered_at = t.now();
}

/// T2: a booting head is admitted under the term it reads. Later only winning and admission move the base, never the
/// sight of a foreign claim (V4).
void take_base(Turn& t) {
  if (t.s.role != Role::init || t.s.base_from != kLongAgo) return;
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

bool right_valid(const Config& c, const State& s) { return !has_right_to_run(c) || s.now < right_end(c, s); }

/// The peer has claimed a term under which I am not admitted. A claim of my own head threatens nobody here, also one
/// whose reply was lost; it is no win either (that is `on_claim_answer`'s to decide, V2).
bool foreign_claim(const Config& c, const State& s) {
  return s.store.known && s.store.view.term > s.survived.boot.base && head_of(s.store.view.claim.epoch) != c.self;
}

Duration lease_rests_after(const Config& c) { return 3 * c.keep_alive; }

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
  if (in.outcome != Outcome::done) return;
  see(t, in.view);
  take_base(t);
  if (renewal) renewed(t);
}

void use_store(Turn& t) {
  StoreState& store = t.s.store;
  if (!t.config.store || !(wants_right(t.s) || wants_view(t.s))) return;
  if (store.id != RequestId{} && t.now() - store.asked_at < kStoreTimeout) return;
  if (t.now() - store.asked_at < t.config.keep_alive) return;
  store.id = t.ask();
  store.asked_at = t.now();
  store.renewing = wants_right(t.s) ? 1 : 0;
  if (store.renewing) {
    ++store.lease_seq;
    t.out.push(StoreRenew{store.id, my_lease(t)});
  } else {
    t.out.push(StoreRead{store.id});
  }
}

/// Without a right to run nobody stops for a claim that was abandoned. When its head is back and claims nothing, the
/// owner follows the term, so that both count from the same number again.
void follow_abandoned_claim(Turn& t) {
  const Beat& beat = t.s.peer.beat;
  const bool idle = beat.role == Role::init || beat.role == Role::passive;
  if (t.s.role != Role::owner || !foreign_claim(t.config, t.s) || !heard_lately(t.config, t.s) || !t.peer_knows_me())
    return;
  if (!idle || beat.has(kClaim) || beat.has(kOffOut)) return;
  t.boot().base = t.s.store.view.term;
  t.persist_boot();
}

/// The peer, freshly heard, owns or acts too. That must not be; after a false word or a lying BMC it can be.
bool both_own(const Turn& t) {
  return owns_something(t.s.role) && t.peer_alive() && t.peer_knows_me() && owns_something(t.s.peer.beat.role);
}

/// E6: of two heads that own, the one with the older number stops, and the other one then tells everybody whose the
/// addresses are [SB07].
void judge_rival(Turn& t) {
  State& s = t.s;
  const bool stoppable = s.role == Role::starting || s.role == Role::owner;
  const bool both = both_own(t);
  if (both && stoppable && s.peer.beat.epoch > s.epoch) {
    t.alert(Reason::stale_epoch);
    s.survived_claim = 1;
    return stop_service(t, After::init, Cause::higher_epoch);
  }
  const std::uint8_t rival = both && s.peer.beat.epoch < s.epoch ? 1 : 0;
  if (s.peer.rival && !rival && s.role == Role::owner) {
    s.service.announced = 0;
    s.service.announce_at = t.now();
  }
  s.peer.rival = rival;
}

/// F9: a head that owned while another one claimed against it has stopped cleanly, but what it cached and what it could
/// not stop would outlive that. Once the other one serves and needs its word no more, it reboots [FE14, FE20].
void reboot_after_claim(Turn& t) {
  State& s = t.s;
  const bool stopped = s.role == Role::init && s.service.running == 0 && s.service.phase == ServicePhase::idle;
  if (!s.survived_claim || !stopped || !heard_lately(t.config, s)) return;
  if (s.peer.beat.role != Role::owner || s.peer.beat.epoch < s.survived.disk.owned) return;
  s.survived_claim = 0;
  t.become(Role::dead, Cause::claimed_against);
  t.out.push(Reboot{Cause::claimed_against});
}

void judge_right(Turn& t) {
  State& s = t.s;
  judge_rival(t);
  reboot_after_claim(t);
  if (t.config.store && !has_right_to_run(t.config)) follow_abandoned_claim(t);
  if (!has_right_to_run(t.config)) return;
  if (s.role == Role::passive && s.armed && foreign_claim(t.config, s)) {
    s.armed = 0;  // F7: an armed head's claim is exactly the next term; another term in the store disarms it
  }
  const bool stoppable = s.role == Role::starting || s.role == Role::owner;
  if (stoppable && foreign_claim(t.config, s)) {
    s.claimed_against = 1;
    s.survived_claim = 1;
    return stop_service(t, After::init, Cause::claimed_against);
  }
  // A core that was restarted late in its right asks the store once before it stops what it has just adopted [PR06].
  const bool asked = s.store_renewed_at != kLongAgo || t.now() - s.started_at >= 2 * t.config.keep_alive ||
                     t.now() >= right_end(t.config, s);
  if (stoppable && asked && t.now() >= right_end(t.config, s) - stop_budget(t.config)) {
    t.alert(Reason::lease_lost);
    t.report(ReportKind::right, 0);
    stop_service(t, After::init, Cause::right_expired);
  }
}

/// A watchdog is armed before anything is started and kicked by the core's own progress. A head whose right is over
/// and that still runs something does not kick: then the watchdog ends it, whatever the software does.
void kick_if_due(Turn& t) {
  State& s = t.s;
  if (!t.config.watchdog || !s.watchdog_usable) return;
  if (!s.watchdog_armed) {
    s.watchdog_armed = 1;
    t.boot().watchdog_armed = 1;
    t.persist_boot();
    t.out.push(ArmWatchdog{});
    s.kick_at = t.now();
  }
  const bool may_write = owns_something(s.role) || s.service.running != 0;
  if (s.role == Role::dead || (may_write && !right_valid(t.config, s))) return;
  if (t.now() < s.kick_at) return;
  s.kick_at = t.now() + t.config.watchdog_after / 4;
  t.out.push(KickWatchdog{});
}

Instant right_due(const Config& c, const State& s) {
  Instant due = kNever;
  if (c.store && (wants_right(s) || wants_view(s))) {
    due = s.store.id == RequestId{} ? s.store.asked_at + c.keep_alive : s.store.asked_at + kStoreTimeout;
  }
  if (has_right_to_run(c) && (s.role == Role::starting || s.role == Role::owner))
    due = earliest(due, right_end(c, s) - stop_budget(c));
  const bool kicks = c.watchdog && s.watchdog_usable && s.role != Role::dead &&
                     ((!owns_something(s.role) && s.service.running == 0) || right_valid(c, s));
  if (kicks) due = earliest(due, s.kick_at);
  return due;
}

}  // namespace ha
