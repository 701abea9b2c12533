// Three checks, a vote, and a power-off that is believed.
#include "sim/rules/bcm.h"

namespace hasim::rules {

using ha::Cause;
using ha::Instant;
using ha::Operation;
using ha::Outputs;
using ha::Reason;
using ha::Role;
using std::chrono::seconds;

namespace {

constexpr ha::Duration kTriesAgain = seconds{5};  ///< ping, vote and power-off, if they brought nothing

}  // namespace

void Bcm::step(Instant now, const ha::Input& in, Outputs& out) {
  if (take(now, in, out) == Progress::stopped) stood_down(Role::passive, out);
  if (const auto* tally = std::get_if<ha::VoterTally>(&in)) counted(*tally, out);
  if (const auto* ping = std::get_if<ha::PingAnswer>(&in)) pinged(*ping, out);
  if (const auto* off = std::get_if<ha::PowerOffAnswer>(&in)) powered_off(*off, out);
  if (const auto* command = std::get_if<ha::Command>(&in)) ordered(*command, out);
  if (const auto* failed = std::get_if<ha::ResourceFailed>(&in); failed && serves()) restart(failed->resource, out);
  end(decide(out), out);
}

Instant Bcm::decide(Outputs& out) {
  switch (role()) {
    case Role::init: choose_role(out); return ha::kNever;
    case Role::passive: return watch_active(out);
    case Role::claiming: return poll(out);
    case Role::fencing: return fence(out);
    case Role::owner:
      if (peer_asks_for_handover()) stop(Cause::handover, out);
      return ha::kNever;
    default: return ha::kNever;
  }
}

void Bcm::choose_role(Outputs& out) {
  if (!probed() || (!peer_heard() && !peer_lost())) return;
  if (peer_lost() || peer_serves() || !was_last_owner()) return become(Role::passive, Cause::joined, out);
  start(ha::Proof::peer_passive, Cause::boot, out);
}

Instant Bcm::watch_active(Outputs& out) {
  if (asked_by_operator() && peer_heard() && peer().service[0].role == Role::passive) {
    start(ha::Proof::peer_passive, Cause::proof_word, out);
    return ha::kNever;
  }
  if (!peer_lost() || peer_left()) {
    question_ = {};
    hold(Reason::none, out);
    return ha::kNever;
  }
  if (question_ == ha::RequestId{} || now() >= next_try_) {
    question_ = ask();
    next_try_ = now() + kTriesAgain;
    out.push(ha::Ping{question_});
  }
  return next_try_;
}

void Bcm::pinged(const ha::PingAnswer& in, Outputs& out) {
  if (in.id != question_ || role() != Role::passive) return;
  if (in.reached) return hold(Reason::mostly_dead, out);
  hold(Reason::none, out);
  begin(Operation::takeover, Cause::peer_lost, out);
  if (config().voters > 0) return begin_poll(out);
  become(Role::fencing, Cause::peer_lost, out);
  question_ = {};
}

void Bcm::begin_poll(Outputs& out) {
  become(Role::claiming, Cause::peer_lost, out);
  votes_until_ = now() + config().quorum_wait;
  next_try_ = now();
}

Instant Bcm::poll(Outputs& out) {
  if (!peer_lost()) {
    give_up_takeover(out);
    return ha::kNever;
  }
  if (now() >= votes_until_) hold(Reason::no_vote, out);
  if (now() >= next_try_) {
    question_ = ask();
    next_try_ = now() + kTriesAgain;
    out.push(ha::AskVoters{question_});
  }
  return next_try_;
}

void Bcm::counted(const ha::VoterTally& in, Outputs& out) {
  if (in.id != question_ || role() != Role::claiming) return;
  if ((in.answered - in.hear_peer) * 2 <= config().voters) return;
  hold(Reason::none, out);
  become(Role::fencing, Cause::claim_won, out);
  question_ = {};
}

void Bcm::give_up_takeover(Outputs& out) {
  question_ = {};
  hold(Reason::none, out);
  finish(Cause::peer_returned, out);
  become(Role::passive, Cause::peer_returned, out);
}

Instant Bcm::fence(Outputs& out) {
  if (question_ != ha::RequestId{} && now() < next_try_) return next_try_;
  if (config().fence_levels == 0) {
    hold(Reason::cannot_fence, out);
    return ha::kNever;
  }
  question_ = ask();
  next_try_ = now() + kTriesAgain;
  fence_step(ha::FenceStep::ordered, Reason::none, out);
  out.push(ha::PowerOff{.id = question_, .deadline = now() + config().fence_max});
  return next_try_;
}

void Bcm::powered_off(const ha::PowerOffAnswer& in, Outputs& out) {
  if (in.id != question_ || role() != Role::fencing) return;
  if (in.outcome != ha::Outcome::done) return fence_step(ha::FenceStep::failed, in.reason, out);
  start(ha::Proof::power_off, Cause::proof_off, out);
}

void Bcm::ordered(const ha::Command& in, Outputs& out) {
  if (in.kind == ha::CommandKind::leave) return leave(out);
  if (in.kind != ha::CommandKind::makeactive || !accept(in, out)) return;
  if (serves()) return answer(ha::Outcome::done, Reason::none, out);
  if (peer_heard()) {
    begin(Operation::handover, Cause::operator_order, out);
    return ask_peer_to_hand_over(true);
  }
  // Nobody there to hand over: whoever types it knows, so the manual, that the other head is off.
  begin(Operation::handover, Cause::operator_order, out);
  start(ha::Proof::operator_word, Cause::operator_order, out);
}

}  // namespace hasim::rules
