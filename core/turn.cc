// What every room does in the same way: change the role, hold, promise.
#include "core/turn.h"

namespace ha {

void Turn::become(Role role, Cause cause) {
  HA_CHECK(cause != Cause::none);
  if (s.role == role) return;
  report(ReportKind::role, static_cast<int>(s.role), static_cast<int>(role), cause, Reason::none, s.epoch);
  s.role = role;
  s.beat_now = 1;
}

void Turn::hold(Reason reason) {
  if (s.hold == reason) return;
  if (s.hold != Reason::none) report(ReportKind::hold, 0, 0, Cause::unlocked, s.hold);
  s.hold = reason;
  if (reason != Reason::none) report(ReportKind::hold, 1, 0, Cause::held, reason);
}

void Turn::unready(Reason reason) {
  if (s.unready == reason) return;
  if (s.unready != Reason::none) report(ReportKind::unready, 0, 0, Cause::unlocked, s.unready);
  s.unready = reason;
  if (reason != Reason::none) report(ReportKind::unready, 1, 0, Cause::held, reason);
}

void Turn::begin(Operation operation, Cause cause) {
  if (s.operation == operation) return;
  if (s.operation != Operation::none) end(s.operation, cause);
  s.operation = operation;
  report(ReportKind::operation, static_cast<int>(operation), 1, cause);
}

void Turn::end(Operation operation, Cause cause) {
  if (s.operation != operation) return;
  s.operation = Operation::none;
  report(ReportKind::operation, static_cast<int>(operation), 0, cause);
}

void Turn::promise(Epoch e) {
  HA_CHECK(e > disk().promised);
  disk().promised = e;
  persist();
  report(ReportKind::promise, 0, 0, Cause::none, Reason::none, e);
}

Epoch Turn::allocate() {
  std::uint64_t counter = counter_of(disk().promised);
  counter = std::max(counter, counter_of(s.peer.beat.promised));
  counter = std::max(counter, counter_of(s.peer.beat.epoch));
  counter = std::max(counter, counter_of(s.store.view.claim.epoch));
  for (const LeaseRecord& lease : s.store.view.lease) counter = std::max(counter, counter_of(lease.epoch));
  const Epoch e = epoch_of(counter + 1, config.self);
  promise(e);
  return e;
}

}  // namespace ha
