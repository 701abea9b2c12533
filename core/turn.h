// One step of the core: what the rooms share while they decide. Made anew for each input, gone after it.
#pragma once

#include <algorithm>

#include "core/state.h"

namespace ha {

constexpr bool owns_something(Role r) {
  return r == Role::starting || r == Role::owner || r == Role::stopping || r == Role::stopped || r == Role::dead;
}
/// Neither owns nor acts: listens.
constexpr bool listens(Role r) { return r == Role::init || r == Role::passive; }
constexpr bool is_claim(Role r) { return r == Role::claiming || r == Role::fencing; }

/// Nothing of it is started, runs or is stopped here.
constexpr bool rests(const Service& s) { return s.run.phase == ServicePhase::idle && s.run.running == 0; }

/// Some service of this head, or of the peer's newest beat, for which `test` holds.
template <class Test>
bool any_service(const Config& c, const State& s, Test test) {
  for (ServiceIndex i = 0; i < c.services; ++i) {
    if (test(s.services[i])) return true;
  }
  return false;
}
template <class Test>
bool any_service(const Config& c, const Beat& beat, Test test) {
  for (ServiceIndex i = 0; i < c.services; ++i) {
    if (test(beat.service[i])) return true;
  }
  return false;
}
template <class From>
bool any_role(const Config& c, const From& from, Role role) {
  return any_service(c, from, [role](const auto& of) { return of.role == role; });
}
template <class From>
bool any_role(const Config& c, const From& from, bool (*test)(Role)) {
  return any_service(c, from, [test](const auto& of) { return test(of.role); });
}

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
    tell(kEveryService, kind, a, b, cause, reason, epoch);
  }
  void alert(Reason reason) { report(ReportKind::alert, 0, 0, Cause::none, reason); }
  void unready(Reason reason);
  /// Fencing is told beside the operation that it belongs to.
  void fencing_activity(bool begins, Cause cause) {
    report(ReportKind::operation, static_cast<int>(Operation::fencing), begins ? 1 : 0, cause);
  }

  bool peer_alive() const { return s.peer.view == PeerView::alive || s.peer.view == PeerView::suspect; }
  bool peer_lost() const { return s.peer.view == PeerView::lost || s.peer.view == PeerView::off; }
  /// Not a single sign of life since the core started.
  bool peer_never_heard() const { return s.peer.view == PeerView::unknown; }
  /// The peer's newest beat was meant for this incarnation of mine.
  bool peer_knows_me() const { return s.peer.beat.peer == s.me; }

  bool any(Role role) const { return any_role(config, s, role); }
  bool any(bool (*test)(Role)) const { return any_role(config, s, test); }

 protected:
  void tell(ServiceIndex service, ReportKind kind, int a, int b, Cause cause, Reason reason, Epoch epoch) {
    out.push(Report{.epoch = epoch,
                    .kind = kind,
                    .service = service,
                    .a = static_cast<std::uint8_t>(a),
                    .b = static_cast<std::uint8_t>(b),
                    .cause = cause,
                    .reason = reason});
  }
};

/// The same step, as far as it concerns one service.
struct ServiceTurn : Turn {
  ServiceTurn(const Turn& turn, ServiceIndex number) : Turn(turn), index(number) {}

  ServiceIndex index;

  Service& mine() const { return s.services[index]; }
  /// What the peer's newest beat says of it.
  const ServiceBeat& theirs() const { return s.peer.beat.service[index]; }
  const ServiceConfig& set() const { return config.service[index]; }
  Epoch promised() const { return disk().promised[index]; }
  Epoch& owned() const { return disk().owned[index]; }
  Epoch& running() const { return boot().running[index]; }
  /// Bits of its resources among those of the cell.
  std::uint32_t resources() const { return ((1U << set().resources) - 1U) << set().first; }

  /// The only place that changes a role (PROTOCOL §3). The peer learns it at once.
  void become(Role role, Cause cause);
  /// Wants to act and may not: says why (I9). `Reason::none` ends a hold.
  void hold(Reason reason);
  void begin(Operation operation, Cause cause);
  void end(Operation operation, Cause cause);
  /// Starting and stopping are told beside the operation that they belong to.
  void activity(Operation operation, bool begins, Cause cause) {
    report(ReportKind::operation, static_cast<int>(operation), begins ? 1 : 0, cause);
  }
  /// Raises `promised` durably (E2); `e` must be higher.
  void promise(Epoch e);
  /// A new epoch of mine, above everything I can see (E1), already durable.
  Epoch allocate();

  void report(ReportKind kind, int a, int b = 0, Cause cause = Cause::none, Reason reason = Reason::none,
              Epoch epoch = Epoch{}) {
    tell(index, kind, a, b, cause, reason, epoch);
  }
};

/// Calls `act` for each service of the cell, in the order of the configuration.
template <class Act>
void each_service(const Turn& t, Act act) {
  for (int i = 0; i < t.config.services; ++i) {
    ServiceTurn of{t, static_cast<ServiceIndex>(i)};
    act(of);
  }
}

}  // namespace ha
