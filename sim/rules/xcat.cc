// An alert, and what an administrator types.
#include "sim/rules/xcat.h"

namespace hasim::rules {

using ha::Cause;
using ha::Outputs;
using ha::Reason;
using ha::Role;

void Xcat::step(ha::Instant now, const ha::Input& in, Outputs& out) {
  if (take(now, in, out) == Progress::stopped) stood_down(Role::passive, out);
  if (const auto* command = std::get_if<ha::Command>(&in)) ordered(*command, out);
  if (const auto* failed = std::get_if<ha::ResourceFailed>(&in); failed && serves()) alert(failed->reason, out);
  decide(out);
  end(ha::kNever, out);
}

void Xcat::decide(Outputs& out) {
  if (role() == Role::init && probed() && (peer_heard() || peer_lost())) {
    if (!peer_serves() && was_last_owner()) {
      start(ha::Proof::none, Cause::boot, out);
    } else {
      become(Role::passive, Cause::joined, out);
    }
  }
  if (peer_lost() && !alerted_) alert(Reason::path_lost, out);
  alerted_ = peer_lost();
  // snmove takes the compute nodes away from a service node that still answers.
  if (serves() && peer_asks_for_handover()) stop(Cause::handover, out);
  if (role() == Role::passive && asked_by_operator() && (!peer_serves())) start(ha::Proof::none, Cause::handover, out);
}

void Xcat::ordered(const ha::Command& in, Outputs& out) {
  if (in.kind == ha::CommandKind::leave) return leave(out);
  if (in.kind != ha::CommandKind::makeactive || !accept(in, out)) return;
  if (serves()) return answer(ha::Outcome::done, Reason::none, out);
  begin(ha::Operation::handover, Cause::operator_order, out);
  ask_peer_to_hand_over(true);
}

}  // namespace hasim::rules
