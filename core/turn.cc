// What every room does in the same way: change the role, hold, promise.
#include "core/turn.h"

namespace ha {

void Turn::unready(Reason reason) {
  if (s.unready == reason) return;
  if (s.unready != Reason::none) report(ReportKind::unready, 0, 0, Cause::unlocked, s.unready);
  s.unready = reason;
  if (reason != Reason::none) report(ReportKind::unready, 1, 0, Cause::held, reason);
}

void ServiceTurn::become(Role role, Cause cause) {
  HA_CHECK(cause != Cause::none);
  Service& service = mine();
  if (service.role == role) return;
  report(ReportKind::role, static_cast<int>(service.role), static_cast<int>(role), cause, Reason::none, service.epoch);
  service.role = role;
  s.beat_now = 1;
}

void ServiceTurn::hold(Reason reason) {
  Reason& held = mine().hold;
  if (held == reason) return;
  if (held != Reason::none) report(ReportKind::hold, 0, 0, Cause::unlocked, held);
  held = reason;
  if (reason != Reason::none) report(ReportKind::hold, 1, 0, Cause::held, reason);
}

void ServiceTurn::begin(Operation operation, Cause cause) {
  Operation& under_way = mine().operation;
  if (under_way == operation) return;
  if (under_way != Operation::none) end(under_way, cause);
  under_way = operation;
  report(ReportKind::operation, static_cast<int>(operation), 1, cause);
}

void ServiceTurn::end(Operation operation, Cause cause) {
  if (mine().operation != operation) return;
  mine().operation = Operation::none;
  report(ReportKind::operation, static_cast<int>(operation), 0, cause);
}

void ServiceTurn::promise(Epoch e) {
  HA_CHECK(e > promised());
  disk().promised[index] = e;
  persist();
  report(ReportKind::promise, 0, 0, Cause::none, Reason::none, e);
}

Epoch ServiceTurn::allocate() {
  std::uint64_t counter = counter_of(promised());
  counter = std::max(counter, counter_of(theirs().promised));
  counter = std::max(counter, counter_of(theirs().epoch));
  counter = std::max(counter, counter_of(s.store.view.claim.epoch));
  for (const LeaseRecord& lease : s.store.view.lease) counter = std::max(counter, counter_of(lease.epoch));
  const Epoch e = epoch_of(counter + 1, config.self);
  promise(e);
  return e;
}

}  // namespace ha
