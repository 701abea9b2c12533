// One step of the core: what the rooms share while they decide. Made anew for each input, gone after it.
#pragma once

#include <algorithm>

#include "core/state.h"

namespace ha {

struct Turn {
  const Config& config;
  State& s;
  Outputs& out;

  Instant now() const { return s.now; }
  DiskRecord& disk() const { return s.survived.disk; }
  BootRecord& boot() const { return s.survived.boot; }
  RequestId ask() { return RequestId{s.next_id++}; }
  std::uint8_t peer_side() const { return static_cast<std::uint8_t>(1 - config.self); }

  /// Makes the durable record as it now stands durable before any later output.
  void persist() { out.push(Persist{s.survived.disk}); }
  void persist_boot() { out.push(PersistBoot{s.survived.boot}); }

  void report(ReportKind kind, int a, int b = 0, Cause cause = Cause::none, Reason reason = Reason::none,
              Epoch epoch = Epoch{}) {
    out.push(Report{.epoch = epoch,
                    .kind = kind,
                    .a = static_cast<std::uint8_t>(a),
                    .b = static_cast<std::uint8_t>(b),
                    .cause = cause,
                    .reason = reason});
  }
  void alert(Reason reason) { report(ReportKind::alert, 0, 0, Cause::none, reason); }

  /// The only place that changes a role (PROTOCOL §3). The peer learns it at once.
  void become(Role role, Cause cause);
  /// Wants to act and may not: says why (I9). `Reason::none` ends a hold.
  void hold(Reason reason);
  void unready(Reason reason);
  void begin(Operation operation, Cause cause);
  void end(Operation operation, Cause cause);
  /// Fencing, starting and stopping are told beside the operation that they belong to.
  void activity(Operation operation, bool begins, Cause cause) {
    report(ReportKind::operation, static_cast<int>(operation), begins ? 1 : 0, cause);
  }
  /// Raises `promised` durably (E2); `e` must be higher.
  void promise(Epoch e);
  /// A new epoch of mine, above everything I can see (E1), already durable.
  Epoch allocate();

  bool peer_alive() const { return s.peer.view == PeerView::alive || s.peer.view == PeerView::suspect; }
  bool peer_lost() const { return s.peer.view == PeerView::lost || s.peer.view == PeerView::off; }
  /// Not a single sign of life since the core started.
  bool peer_never_heard() const { return s.peer.view == PeerView::unknown; }
  /// The peer's newest beat was meant for this incarnation of mine.
  bool peer_knows_me() const { return s.peer.beat.peer == s.me; }
};

constexpr bool owns_something(Role r) {
  return r == Role::starting || r == Role::owner || r == Role::stopping || r == Role::stopped || r == Role::dead;
}

}  // namespace ha
