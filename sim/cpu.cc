// Shares of CPUs. Who is left with a share runs for that part of each period of the scheduler, like a process below
// real-time ones (`sched_rt_period_us`, one second); who is slowed runs all the time, and all work takes longer.
#include "sim/cpu.h"

#include <algorithm>

#include "lang/amount.h"
#include "sim/faults.h"
#include "sim/machine.h"

namespace hasim::sim {

namespace {

using std::chrono::seconds;

constexpr Duration kPeriod = seconds{1};

/// The newest fault of the stage `cpu`, or nullptr.
const Fault* cpu_fault(Engine& e, int head) {
  const ThingId who = e.id_of(head);
  return newest(e, [&](const Fault& f) {
    return f.thing[0] == who && (f.id == SentenceId::fault_head_starved || f.id == SentenceId::fault_head_slowed);
  });
}

/// How much of one CPU a single program gets of the share that is left of all of them, in 1/10,000.
std::int64_t share(const Engine& e, const Fault& starved) {
  const int cpus = e.layout->spec->heads[static_cast<std::size_t>(e.layout->index_of(starved.thing[0]))].cpus;
  return starved.pick[0] == 1 ? std::min(kHundredPercent, starved.amount[0] * cpus) : 0;
}

}  // namespace

Duration stretched(Engine& e, int head, Duration takes) {
  const Fault* fault = cpu_fault(e, head);
  if (fault == nullptr) return takes;
  if (fault->id == SentenceId::fault_head_slowed) return takes * std::max<std::int64_t>(1, fault->amount[0]);
  return share(e, *fault) == 0 ? takes : Duration{takes.count() * kHundredPercent / share(e, *fault)};
}

bool starves(Engine& e, int head) {
  const Fault* fault = cpu_fault(e, head);
  if (fault == nullptr || fault->id != SentenceId::fault_head_starved) return false;
  return share(e, *fault) == 0 || fault->down;
}

bool can_fork(Engine& e, int head) { return fault_on(e, SentenceId::fault_head_cannot_fork, e.id_of(head)) == nullptr; }

void begin_slices(Engine& e, const Fault& starved) {
  if (share(e, starved) == 0 || share(e, starved) >= kHundredPercent) return;
  e.later(Duration{0}, {.kind = DueKind::slice_turns, .a = starved.number});
}

void slice_turns(Engine& e, const Due& due) {
  Fault* fault = newest(e, [&](const Fault& f) { return f.number == due.a; });
  if (fault == nullptr) return;
  fault->down = !fault->down;
  const Duration runs = kPeriod * share(e, *fault) / kHundredPercent;
  e.later(fault->down ? kPeriod - runs : runs, due);
  e.because = fault->event;
  apply_machine_faults(e, e.layout->index_of(fault->thing[0]));
}

}  // namespace hasim::sim
