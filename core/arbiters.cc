// Arbiters in quiet times: a head that could not decide a takeover says so before the night in which it has to.
//
// Voters and a ping target are asked at the pace of the fence devices, and a head that owns nothing looks at the store
// (an owner renews its lease there anyway). What they say decides nothing: an inquiry asks anew (inquiry.cc).
#include "core/rooms.h"

namespace ha {
namespace {

constexpr int kRoundsMissed = 2;  ///< before it is told: one answer may be lost, or late

bool asks(const Config& c, const State& s) {
  return (c.voters > 0 || c.ping) && s.probed && !s.inquiry.open && !any_role(c, s, is_claim) &&
         (any_role(c, s, Role::owner) || any_role(c, s, Role::passive));
}

/// Why the newest round would not have let this head take over.
Reason shortcoming(const Config& c, const ArbiterWatch& w) {
  const bool needs_votes = c.voters > 0 && c.without_votes == WithoutVotes::hold;
  if (needs_votes && 2 * w.hear_me <= c.voters) return w.answered == 0 ? Reason::voters_lost : Reason::no_vote;
  return w.answered == 0 && !w.reached && !c.store ? Reason::isolated : Reason::none;
}

void judge_round(Turn& t) {
  ArbiterWatch& w = t.s.arbiters;
  const Reason why = shortcoming(t.config, w);
  w.missed = static_cast<std::uint8_t>(why == Reason::none ? 0 : std::min(w.missed + 1, kRoundsMissed));
  if (w.missed == 0 || w.missed == kRoundsMissed) w.trouble = why;
}

/// Who did not answer by now has not answered.
void end_round(Turn& t) {
  ArbiterWatch& w = t.s.arbiters;
  if (w.voters_id != RequestId{}) w.answered = w.hear_me = w.hear_peer = 0;
  if (w.ping_id != RequestId{}) w.reached = 0;
  if (w.voters_id != RequestId{} || w.ping_id != RequestId{}) judge_round(t);
  w.voters_id = w.ping_id = RequestId{};
}

bool store_away(const Config& c, const State& s) {
  const StoreState& store = s.store;
  return store.silent && !any_role(c, s, Role::owner) && s.now - store.seen_at >= c.bmc_check_every + c.dead_after;
}

}  // namespace

bool watches_store(const Config& c, const State& s) { return c.store && s.probed && any_role(c, s, Role::passive); }

void on_watched_voters(Turn& t, const VoterTally& in) {
  ArbiterWatch& w = t.s.arbiters;
  if (in.id != w.voters_id || in.id == RequestId{}) return;
  w.voters_id = RequestId{};
  w.voters_at = t.now();
  w.answered = in.answered;
  w.hear_me = in.hear_me;
  w.hear_peer = in.hear_peer;
  if (w.ping_id == RequestId{}) judge_round(t);
}

void on_watched_ping(Turn& t, const PingAnswer& in) {
  ArbiterWatch& w = t.s.arbiters;
  if (in.id != w.ping_id || in.id == RequestId{}) return;
  w.ping_id = RequestId{};
  w.reached = in.reached ? 1 : 0;
  if (w.voters_id == RequestId{}) judge_round(t);
}

Reason arbiter_trouble(const Config& c, const State& s) {
  if (!any_role(c, s, Role::passive)) return Reason::none;  // nobody waits for it to take over
  return store_away(c, s) ? Reason::storage_lost : s.arbiters.trouble;
}

void watch_arbiters(Turn& t) {
  ArbiterWatch& w = t.s.arbiters;
  if (!asks(t.config, t.s) || t.now() < w.asked_at + t.config.bmc_check_every) return;
  end_round(t);
  w.asked_at = t.now();
  if (t.config.voters > 0) {
    w.voters_id = t.ask();
    t.out.push(AskVoters{w.voters_id});
  }
  if (t.config.ping) {
    w.ping_id = t.ask();
    t.out.push(Ping{w.ping_id});
  }
}

Instant arbiters_due(const Config& c, const State& s) {
  Instant due = asks(c, s) ? s.arbiters.asked_at + c.bmc_check_every : kNever;
  const Instant away = s.store.seen_at + c.bmc_check_every + c.dead_after;
  if (s.store.silent && s.now < away) due = earliest(due, away);
  return due;
}

}  // namespace ha
