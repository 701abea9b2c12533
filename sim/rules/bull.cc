// The fencing race, and the quorum disk that prevents it.
#include "sim/rules/bull.h"

#include <algorithm>

namespace hasim::rules {

using ha::Cause;
using ha::Instant;
using ha::Operation;
using ha::Outputs;
using ha::Reason;
using ha::Role;

namespace {

constexpr ha::Duration kFencesAgain = std::chrono::seconds{5};
constexpr ha::Duration kLooksAgain = std::chrono::seconds{1};

}  // namespace

Bull::Bull(const ha::Config& config, const ha::Durable& survived, ha::Incarnation boot)
    : Head{config, survived, boot, Stops::verified} {
  if (was_member()) stay_out();
}

void Bull::step(Instant now, const ha::Input& in, Outputs& out) {
  progressed(take(now, in, out), out);
  if (const auto* disk = std::get_if<ha::StoreAnswer>(&in)) saw_quorum_disk(*disk);
  if (const auto* off = std::get_if<ha::PowerOffAnswer>(&in); off && off->id == fence_asked_) { look_at_chassis(out); }
  if (const auto* power = std::get_if<ha::PowerReading>(&in); power && power->id == fence_asked_) {
    fence_asked_ = {};
    next_look_ = now + kLooksAgain;
    if (power->reading == ha::Reading::off) fenced(out);
  }
  if (const auto* command = std::get_if<ha::Command>(&in)) ordered(*command, out);
  if (const auto* failed = std::get_if<ha::ResourceFailed>(&in); failed && serves()) restart(failed->resource, out);
  end(decide(out), out);
}

void Bull::progressed(Progress progress, Outputs& out) {
  switch (progress) {
    case Progress::stopped: return stood_down(Role::passive, out);
    case Progress::stop_failed: return hold(Reason::stop_hung, out);
    case Progress::restart_failed: return out.push(ha::Reboot{Cause::service_failed});
    default: return;
  }
}

Instant Bull::decide(Outputs& out) {
  if (role() == Role::init) join(out);
  if (stays_out() || role() == Role::init || leaving()) return ha::kNever;
  if (config().store) use_quorum_disk(out);
  const Instant next = config().store ? next_disk_ : ha::kNever;
  if (role() == Role::passive) serve_if_free(out);
  if (serves() && peer_asks_for_handover()) stop(Cause::handover, out);
  if (!peer_lost() || peer_left()) {
    peer_off_ = false;
    if (role() == Role::fencing) {
      finish(Cause::peer_returned, out);
      hold(Reason::none, out);
      become(Role::passive, Cause::peer_returned, out);
    }
    return next;
  }
  const bool fences = role() == Role::passive || role() == Role::fencing || serves();
  return fences && !peer_off_ ? std::min(next, fence(out)) : next;
}

void Bull::join(Outputs& out) {
  if (!probed()) return;
  if (stays_out()) return hold(Reason::standby, out);
  if (!peer_heard() && !peer_lost()) return;
  hold(Reason::none, out);
  note_member(out);
  become(Role::passive, Cause::joined, out);
}

/// Who was asked to serve, whose peer has left, and the first node of a cell in which nobody serves yet.
void Bull::serve_if_free(Outputs& out) {
  if (!peer_heard() || peer_serves()) return;
  const bool mine = peer().service[0].role == Role::passive && was_last_owner() && !peer_asks_for_handover();
  if (!asked_by_operator() && !peer_left() && !mine) return;
  start(ha::Proof::peer_passive, Cause::proof_word, out);
}

Instant Bull::fence(Outputs& out) {
  const Reason forbidden = may_not_fence();
  if (!serves()) hold(forbidden, out);
  if (forbidden != Reason::none) return ha::kNever;
  if (role() == Role::passive) {
    begin(Operation::takeover, Cause::peer_lost, out);
    become(Role::fencing, Cause::peer_lost, out);
  }
  if (fence_asked_ != ha::RequestId{}) return ha::kNever;
  if (now() < next_try_) {
    if (now() >= next_look_) look_at_chassis(out);
    return std::min(next_look_ > now() ? next_look_ : ha::kNever, next_try_);
  }
  fence_asked_ = ask();
  next_try_ = now() + kFencesAgain;
  fence_step(ha::FenceStep::ordered, Reason::none, out);
  out.push(ha::PowerOff{.id = fence_asked_, .deadline = now() + config().fence_max});
  return next_try_;
}

void Bull::look_at_chassis(Outputs& out) {
  fence_asked_ = ask();
  out.push(ha::ReadPower{.id = fence_asked_});
}

void Bull::fenced(Outputs& out) {
  peer_off_ = true;
  fence_step(ha::FenceStep::confirmed, Reason::none, out);
  if (role() == Role::fencing) start(ha::Proof::power_off, Cause::proof_off, out);
}

Reason Bull::may_not_fence() const {
  if (config().fence_levels == 0) return Reason::cannot_fence;
  if (!config().store) return Reason::none;
  if (now() - disk_written_ >= config().dead_after) return Reason::storage_lost;
  const bool peer_writes = now() - peer_wrote_ < config().dead_after;
  return peer_writes && config().self != 0 ? Reason::lease_moving : Reason::none;
}

void Bull::use_quorum_disk(Outputs& out) {
  if (now() < next_disk_) return;
  disk_asked_ = ask();
  next_disk_ = now() + config().keep_alive;
  ha::LeaseRecord mark;
  mark.seq = ++mark_;
  out.push(ha::StoreRenew{disk_asked_, mark});
}

void Bull::saw_quorum_disk(const ha::StoreAnswer& in) {
  if (in.id != disk_asked_ || in.outcome != ha::Outcome::done) return;
  disk_written_ = now();
  const std::uint64_t seen = in.view.lease[1 - config().self].seq;
  if (seen != peer_mark_) peer_wrote_ = now();
  peer_mark_ = seen;
}

void Bull::ordered(const ha::Command& in, Outputs& out) {
  if (in.kind == ha::CommandKind::leave) return leave(out);
  if (in.kind == ha::CommandKind::standby_off && stays_out()) {
    come_in();
    return out.push(ha::Reply{in.id, in.kind, ha::Outcome::done, Reason::none});
  }
  if (in.kind != ha::CommandKind::makeactive || !accept(in, out)) return;
  if (serves()) return answer(ha::Outcome::done, Reason::none, out);
  if (!peer_heard()) return answer(ha::Outcome::refused, Reason::peer_unknown, out);
  begin(Operation::handover, Cause::operator_order, out);
  ask_peer_to_hand_over(true);
}

}  // namespace hasim::rules
