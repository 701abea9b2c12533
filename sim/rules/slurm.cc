// SlurmctldTimeout and the heartbeat file.
#include "sim/rules/slurm.h"

#include <algorithm>

namespace hasim::rules {

using ha::Cause;
using ha::Instant;
using ha::Outputs;
using ha::Reason;
using ha::Role;

namespace {

constexpr ha::Duration kFileAtLeastEvery = std::chrono::seconds{30};

}  // namespace

void Slurm::step(Instant now, const ha::Input& in, Outputs& out) {
  if (take(now, in, out) == Progress::stopped) stood_down(silent() ? Role::stopped : Role::passive, out);
  if (const auto* file = std::get_if<ha::StoreAnswer>(&in)) saw_file(*file);
  if (const auto* command = std::get_if<ha::Command>(&in)) ordered(*command, out);
  if (std::get_if<ha::ResourceFailed>(&in) != nullptr && serves()) {
    fall_silent();
    stop(Cause::service_failed, out);
  }
  end(decide(out), out);
}

Instant Slurm::decide(Outputs& out) {
  if (config().store) heartbeat_file(out);
  const Instant next_file = config().store ? next_file_ : ha::kNever;
  if (role() == Role::init) choose_role(out);
  if (serves() && peer_asks_for_handover()) stop(Cause::handover, out);
  if (role() != Role::passive) return next_file;
  const bool handed_over = asked_by_operator() && peer_heard() && !peer_serves();
  if (!handed_over && (!peer_lost() || file_moves())) {
    hold(peer_lost() ? Reason::lease_moving : Reason::none, out);
    return next_file;
  }
  if (!handed_over) begin(ha::Operation::takeover, Cause::peer_lost, out);
  start(ha::Proof::none, handed_over ? Cause::handover : Cause::peer_lost, out);
  return next_file;
}

void Slurm::choose_role(Outputs& out) {
  if (!probed() || (!peer_heard() && !peer_lost())) return;
  if (peer_lost() || peer_serves() || !was_last_owner()) return become(Role::passive, Cause::joined, out);
  start(ha::Proof::peer_passive, Cause::boot, out);
}

void Slurm::heartbeat_file(Outputs& out) {
  if (now() < next_file_ || silent()) return;
  file_asked_ = ask();
  next_file_ = now() + std::min(config().dead_after / 4, kFileAtLeastEvery);
  if (!serves()) return out.push(ha::StoreRead{file_asked_});
  ha::LeaseRecord file;
  file.seq = ++written_;
  out.push(ha::StoreRenew{file_asked_, file});
}

void Slurm::saw_file(const ha::StoreAnswer& in) {
  if (in.id != file_asked_ || in.outcome != ha::Outcome::done) return;
  const std::uint64_t seen = in.view.lease[1 - config().self].seq;
  if (seen != file_) file_moved_ = now();
  file_ = seen;
}

bool Slurm::file_moves() const { return config().store && now() - file_moved_ < config().dead_after; }

void Slurm::ordered(const ha::Command& in, Outputs& out) {
  if (in.kind == ha::CommandKind::leave) return leave(out);
  if (in.kind != ha::CommandKind::makeactive || !accept(in, out)) return;
  if (serves()) return answer(ha::Outcome::done, Reason::none, out);
  begin(ha::Operation::handover, Cause::operator_order, out);
  if (peer_serves()) return ask_peer_to_hand_over(true);
  speak_again();
  start(ha::Proof::none, Cause::operator_order, out);  // scontrol takeover
}

}  // namespace hasim::rules
