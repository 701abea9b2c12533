// Starting, stopping, failing. A part's scripts live in user space: on a head that stands still they wait as well.
#include "sim/parts.h"

#include <algorithm>

#include "sim/cpu.h"
#include "sim/databases.h"
#include "sim/faults.h"
#include "sim/jobs.h"
#include "sim/part_faults.h"
#include "sim/storage.h"
#include "sim/strangers.h"
#include "sim/tell.h"
#include "sim/users.h"
#include "sim/ways.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kAtOnce = milliseconds{1};
constexpr Duration kKillTakes = milliseconds{100};
constexpr Duration kTriesAgain = seconds{1};
constexpr Duration kSlowCheck = seconds{5};            ///< of a part that is ten times slower than usual
constexpr Duration kNetlinkTells = milliseconds{500};  ///< that somebody else changed an address [NW14]

Part& state_of(Engine& e, const Due& due) { return e.part(static_cast<int>(due.a), e.head(due.head).side); }

Due part_due(Engine& e, int head, int part, DueKind kind) {
  const std::uint16_t turn = e.part(part, e.head(head).side).turn;
  return {.kind = kind, .head = static_cast<std::uint8_t>(head), .life = turn, .a = static_cast<std::uint64_t>(part)};
}

void answer(Engine& e, int head, int part, Part& p, ha::Outcome outcome, ha::Reason reason,
            Duration after = Duration{0}) {
  if (p.request == 0) return;
  e.later(after, {.kind = DueKind::part_answer,
                  .head = static_cast<std::uint8_t>(head),
                  .life = p.core_life,
                  .a = p.request,
                  .b = static_cast<std::uint64_t>(e.part_layout(part).resource) |
                       static_cast<std::uint64_t>(outcome) << 8 | static_cast<std::uint64_t>(reason) << 16});
  p.request = 0;
}

void say_run(Engine& e, int head, int part, bool runs, int how) {
  const PartLayout& laid = e.part_layout(part);
  const ThingId with = e.id_of(head);
  bool& up = e.part(part, e.head(head).side).up;
  if (up == runs) return;
  up = runs;
  e.emit(EventKind::part_runs, laid.id, {.with = with, .x = runs ? 1 : 0, .y = how});
  if (laid.kind == ThingKind::database && !runs)
    database_closes(e, head, part, how == 0 && e.machine(head).kernel == Kernel::up);
  if (laid.kind == ThingKind::database && runs) database_opens(e, head, part);
  if (laid.kind == ThingKind::database) e.emit(EventKind::db_writable, laid.id, {.with = with, .x = runs ? 1 : 0});
  if (laid.kind == ThingKind::address) e.emit(EventKind::address_up, laid.id, {.with = with, .x = runs ? 1 : 0});
  if (laid.volume >= 0) {
    Volume& volume = e.s.tables.volume[static_cast<std::size_t>(laid.volume)];
    // Who did not look serves the local directory under the mount point.
    const bool empty = runs && mount_fault(e, SentenceId::fault_mount_fails, part, head) == 2;
    volume.mounted[static_cast<std::size_t>(head)] = runs && !empty;
    volume.stale[static_cast<std::size_t>(head)] = false;  // what is mounted now is new
    volume.token[static_cast<std::size_t>(head)] = e.part(part, e.head(head).side).token;
    e.emit(EventKind::mounted, e.layout->volumes[static_cast<std::size_t>(laid.volume)].id,
           {.with = with, .x = runs ? 1 : 0, .y = empty ? 1 : 0});
  }
  e.clients_look = true;
}

void enter(Engine& e, Part& p, Run run) {
  p.run = run;
  p.since = e.now();
  ++p.turn;
}

void plan_crash(Engine& e, int head, int part) {
  const Part& p = e.part(part, e.head(head).side);
  const Fault* fault = part_fault(e, SentenceId::fault_part_crashes, part, head);
  if (fault == nullptr || p.run != Run::running) return;
  const Duration into = fault->pick[1] == 1 ? Duration{fault->amount[0]} : Duration{0};
  e.later(std::max(Duration{0}, p.since + into - e.now()), part_due(e, head, part, DueKind::part_crashes));
}

void order(Engine& e, int head, Part& p, Run run, std::uint64_t request, Time deadline) {
  enter(e, p, run);
  p.request = request;
  p.core_life = e.core(head).life;
  p.because = e.core(head).reported;
  p.deadline = deadline;
}

/// When the host learns that somebody else started or stopped a part.
Duration notices_after(const Engine& e, int part) {
  const PartLayout& laid = e.part_layout(part);
  return laid.kind == ThingKind::address ? kNetlinkTells : laid.check;
}

/// What somebody does by hand, or another system does by its rules, is not so careful as the host of our core.
bool is_careful(const Engine& e, const Part& p) { return p.request != 0 && e.layout->system == System::hacore; }

/// The host of our core looks before it believes: is the address free, is this the file system that belongs there, are
/// these the newest data?
ha::Reason refused_by_host(Engine& e, int head, int part, const Part& p) {
  if (!is_careful(e, p)) return ha::Reason::none;
  if (const ha::Reason stale = database_stale(e, head, part); stale != ha::Reason::none) return stale;
  if (e.part_layout(part).kind == ThingKind::address && address_taken(e, head, part)) return ha::Reason::address_taken;
  return wrong_identity(e, part, head) ? ha::Reason::wrong_mount : ha::Reason::none;
}

void start_done(Engine& e, int head, int part, Part& p) {
  const PartLayout& laid = e.part_layout(part);
  const auto refuse = [&](ha::Reason why) {
    enter(e, p, Run::stopped);
    e.emit(EventKind::part_runs, laid.id, {.with = e.id_of(head), .y = 1});
    answer(e, head, part, p, ha::Outcome::refused, why);
  };
  if (const ha::Reason why = refused_by_host(e, head, part, p); why != ha::Reason::none) return refuse(why);
  if (part_fault(e, SentenceId::fault_part_fails_to_start, part, head) != nullptr ||
      mount_fault(e, SentenceId::fault_mount_fails, part, head) == 0 || cannot_be_called(e, head, part) ||
      (laid.kind == ThingKind::address &&
       part_fault(e, SentenceId::fault_duplicate_detection_fails, part, head) != nullptr)) {
    return refuse(failed_start(laid.kind));
  }
  enter(e, p, Run::running);
  say_run(e, head, part, true, p.crashed ? 2 : 0);
  p.crashed = false;
  plan_crash(e, head, part);
  // Nobody asked for it: somebody at the head did it. The host looks whether it belongs there [PR10].
  // A mount by hand is a person's business.
  if (p.request == 0 && laid.kind != ThingKind::mount)
    e.later(notices_after(e, part), part_due(e, head, part, DueKind::intruder_checked));
  answer(e, head, part, p, ha::Outcome::done, ha::Reason::none);
}

void stop_done(Engine& e, int head, int part, Part& p) {
  // The host believes the mount table, not the exit status of a script [ST04].
  if (!p.forced && mount_fault(e, SentenceId::fault_unmount_fails, part, head) == 1) {
    enter(e, p, Run::running);
    return answer(e, head, part, p, ha::Outcome::unknown, ha::Reason::still_mounted);
  }
  if (!p.forced && cannot_be_called(e, head, part)) {  // a signal needs no process, a stop script does
    enter(e, p, Run::running);
    return answer(e, head, part, p, ha::Outcome::unknown, ha::Reason::stop_hung);
  }
  controller_stops(e, part);
  enter(e, p, Run::stopped);
  say_run(e, head, part, false, 0);
  answer(e, head, part, p, ha::Outcome::done, ha::Reason::none);
}

/// How much longer than usual a check runs. One that is late says nothing: unknown is not dead, so however slow the
/// checks of a part that answers are, it is left alone [PR04, DB05].
Duration check_takes(Engine& e, int head, int part) {
  const Fault* slow = part_fault(e, SentenceId::fault_check_of_part, part, head);
  if (slow != nullptr && slow->pick[0] == 2) return Duration{slow->amount[0]};
  const bool cold = part_fault(e, SentenceId::fault_db_cold, part, head) != nullptr;
  return cold || busy(e, head) ? kSlowCheck : Duration{0};
}

/// Checks of that part never come back, or say that all is well whatever is true.
bool check_is_blind(Engine& e, int head, int part) {
  const Fault* fault = part_fault(e, SentenceId::fault_check_of_part, part, head);
  return fault != nullptr && fault->pick[0] != 2;
}

bool hangs(Engine& e, int head, int part, const Part& p) {
  const bool stop = p.run == Run::stopping;
  if (stop && p.forced) return false;
  if (turn_fault(e, SentenceId::fault_part_hangs, part, head, stop) != nullptr) return true;
  if (!stop && is_careful(e, p) && database_applies(e, head, part)) return true;
  if (!stop && !all_served(e, e.part_layout(part).after, head)) return true;
  return stop ? mount_fault(e, SentenceId::fault_unmount_fails, part, head) == 0
              : mount_fault(e, SentenceId::fault_mount_fails, part, head) == 1;
}

}  // namespace

void start_part(Engine& e, int head, int part, const ha::StartResource& out, Time deadline) {
  Part& p = e.part(part, e.head(head).side);
  if (p.run == Run::running) {
    p.request = value(out.id);
    p.core_life = e.core(head).life;
    p.token = value(out.epoch);
    return answer(e, head, part, p, ha::Outcome::done, ha::Reason::none, kAtOnce);
  }
  order(e, head, p, Run::starting, value(out.id), deadline);
  p.token = value(out.epoch);
  p.forced = false;
  const Fault* slow = turn_fault(e, SentenceId::fault_part_takes, part, head, false);
  e.later(stretched(e, head, slow != nullptr ? Duration{slow->amount[0]} : e.part_layout(part).start),
          part_due(e, head, part, DueKind::part_done));
  e.later(std::max(Duration{0}, deadline - e.now()), part_due(e, head, part, DueKind::part_deadline));
}

void stop_part(Engine& e, int head, int part, const ha::StopResource& out, Time deadline) {
  Part& p = e.part(part, e.head(head).side);
  const Run was = p.run;
  order(e, head, p, Run::stopping, value(out.id), deadline);
  if (was == Run::stopped || was == Run::failed) {
    enter(e, p, Run::stopped);
    return answer(e, head, part, p, ha::Outcome::done, ha::Reason::none, kAtOnce);
  }
  p.forced = out.force;
  const Fault* slow = turn_fault(e, SentenceId::fault_part_takes, part, head, true);
  Duration takes = slow != nullptr ? Duration{slow->amount[0]} : e.part_layout(part).stop;
  if (const int volume = e.part_layout(part).volume; volume >= 0) takes += sync_takes(e, volume);
  e.later(stretched(e, head, out.force ? kKillTakes : takes), part_due(e, head, part, DueKind::part_done));
  e.later(std::max(Duration{0}, deadline - e.now()), part_due(e, head, part, DueKind::part_deadline));
}

void part_done(Engine& e, const Due& due) {
  Part& p = state_of(e, due);
  if (p.turn != due.life) return;
  if (!e.machine(due.head).programs_run()) return wait_for(e, due);
  const int part = static_cast<int>(due.a);
  e.because = p.because;
  // What hangs is looked at again and again until it goes on, or until its deadline ends it.
  if (hangs(e, due.head, part, p) || storage_of(e, part, due.head) != Reach::works) return e.later(kTriesAgain, due);
  if (p.run == Run::starting) return start_done(e, due.head, part, p);
  if (p.run == Run::stopping) stop_done(e, due.head, part, p);
}

void part_deadline(Engine& e, const Due& due) {
  Part& p = state_of(e, due);
  if (p.turn != due.life || (p.run != Run::starting && p.run != Run::stopping)) return;
  if (!e.machine(due.head).programs_run()) return wait_for(e, due);
  const int part = static_cast<int>(due.a);
  e.because = p.because;
  const Reach storage = storage_of(e, part, due.head);
  if (p.run == Run::stopping) {
    const ha::Reason why = storage == Reach::works ? ha::Reason::stop_hung : reason_of(storage);
    return answer(e, due.head, part, p, ha::Outcome::unknown, why);
  }
  const ThingKind kind = e.part_layout(part).kind;
  const bool behind = storage == Reach::works && database_applies(e, due.head, part);
  const ha::Reason why = behind                    ? ha::Reason::database_lag
                         : storage == Reach::works ? failed_start(kind)
                                                   : reason_of(storage);
  if (kind != ThingKind::mount && storage == Reach::works && !behind)
    return answer(e, due.head, part, p, ha::Outcome::unknown, why);
  enter(e, p, Run::stopped);  // a mount that never came about was given up: surely nothing is mounted
  answer(e, due.head, part, p, ha::Outcome::refused, why);
}

namespace {

/// It runs no more; its monitor will find out.
void breaks(Engine& e, int head, int part) {
  Part& p = e.part(part, e.head(head).side);
  if (p.run != Run::running) return;
  const Duration every = e.part_layout(part).check;
  const Duration ran = e.now() - p.since;
  enter(e, p, Run::failed);
  p.crashed = true;
  say_run(e, head, part, false, 1);
  e.later(every - ran % every + check_takes(e, head, part), part_due(e, head, part, DueKind::part_checked));
}

}  // namespace

void part_crashes(Engine& e, const Due& due) {
  Part& p = state_of(e, due);
  const int part = static_cast<int>(due.a);
  if (p.turn != due.life || p.run != Run::running) return;
  if (!e.machine(due.head).programs_run()) return wait_for(e, due);
  const Fault* fault = part_fault(e, SentenceId::fault_part_crashes, part, due.head);
  if (fault == nullptr) return;
  e.because = fault->event;
  breaks(e, due.head, part);
}

void part_checked(Engine& e, const Due& due) {
  const Part& p = state_of(e, due);
  const bool ill = p.run == Run::running && stale_mount(e, static_cast<int>(due.a), due.head);
  if (p.turn != due.life || (p.run != Run::failed && !ill)) return;
  if (!e.machine(due.head).programs_run()) return wait_for(e, due);
  const int part = static_cast<int>(due.a);
  if (!check_is_blind(e, due.head, part)) {
    e.later(Duration{0}, {.kind = DueKind::part_failed,
                          .head = due.head,
                          .life = e.core(due.head).life,
                          .b = static_cast<std::uint64_t>(e.part_layout(part).resource) |
                               static_cast<std::uint64_t>(ha::Reason::service_failed) << 16});
  }
  e.later(notices_after(e, part), due);  // the monitor finds it again while nobody does anything
}

void parts_die(Engine& e, int head) {
  const HeadLayout& me = e.head(head);
  for (int i = 0; i < static_cast<int>(e.layout->parts.size()); ++i) {
    if (e.part_layout(i).cell != me.cell) continue;
    Part& p = e.part(i, me.side);
    const Run was = p.run;
    if (was == Run::stopped) continue;
    enter(e, p, Run::stopped);
    p.request = 0;
    p.crashed = false;
    say_run(e, head, i, false, 0);
  }
}

void starts_die(Engine& e, int head) {
  const HeadLayout& me = e.head(head);
  for (int i = 0; i < static_cast<int>(e.layout->parts.size()); ++i) {
    if (e.part_layout(i).cell != me.cell) continue;
    Part& p = e.part(i, me.side);
    if (p.run == Run::starting && is_careful(e, p)) enter(e, p, Run::stopped);
  }
}

void lose_locks(Engine& e, ThingId store) {
  for (int part = 0; part < static_cast<int>(e.layout->parts.size()); ++part) {
    const PartLayout& laid = e.part_layout(part);
    if (!is_program(laid.kind) || !keeps_locks(e, laid.service, store)) continue;
    for (int h = 0; h < e.heads(); ++h) {
      if (e.head(h).cell == laid.cell) breaks(e, h, part);
    }
  }
}

void make_stale(Engine& e, int volume) {
  Volume& v = e.s.tables.volume[static_cast<std::size_t>(volume)];
  v.stale = v.mounted;
  for (int part = 0; part < static_cast<int>(e.layout->parts.size()); ++part) {
    const PartLayout& laid = e.part_layout(part);
    for (int h = 0; h < e.heads() && laid.volume == volume; ++h) {
      if (!v.stale[static_cast<std::size_t>(h)] || e.head(h).cell != laid.cell) continue;
      const Duration ran = e.now() - e.part(part, e.head(h).side).since;
      e.later(laid.check - ran % laid.check, part_due(e, h, part, DueKind::part_checked));
    }
  }
}

void apply_part_faults(Engine& e) {
  for (const Fault& fault : e.s.faults) {
    if (fault.id != SentenceId::fault_part_crashes) continue;
    const int part = e.layout->part_of(fault.thing[0]);
    for (int h = 0; h < e.heads() && part >= 0; ++h) {
      if (e.head(h).cell == e.part_layout(part).cell) plan_crash(e, h, part);
    }
  }
}

void start_by_hand(Engine& e, int head, int part) {
  Part& p = e.part(part, e.head(head).side);
  if (!e.machine(head).programs_run() || p.run != Run::stopped) return;
  p.token = e.s.tables.marker[static_cast<std::size_t>(e.part_layout(part).service)].epoch;
  enter(e, p, Run::starting);
  p.deadline = kNever;
  p.because = e.because;
  e.later(stretched(e, head, e.part_layout(part).start), part_due(e, head, part, DueKind::part_done));
}

void stop_by_hand(Engine& e, int head, int part) {
  Part& p = e.part(part, e.head(head).side);
  if (!e.machine(head).programs_run() || p.run != Run::running) return;
  enter(e, p, Run::failed);  // the core believes that it runs: its monitor will find out
  p.crashed = true;
  say_run(e, head, part, false, 0);
  e.later(notices_after(e, part) + check_takes(e, head, part), part_due(e, head, part, DueKind::part_checked));
}

void intruder_checked(Engine& e, const Due& due) {
  Part& p = state_of(e, due);
  if (p.turn != due.life || p.run != Run::running) return;
  if (!e.machine(due.head).programs_run()) return wait_for(e, due);
  const int part = static_cast<int>(due.a);
  const bool mine = e.core(due.head).has(e.layout->number_of(e.part_layout(part).service));
  if (mine || check_is_blind(e, due.head, part)) return;
  e.because = p.because;
  e.emit(EventKind::alert, e.id_of(due.head), {.reason = ha::Reason::already_running});
  enter(e, p, Run::stopping);
  p.request = 0;
  p.forced = false;
  e.later(e.part_layout(part).stop, part_due(e, due.head, part, DueKind::part_done));
}

bool runs_all(Engine& e, int service, int head) {
  const ServiceLayout& laid = e.layout->services[static_cast<std::size_t>(service)];
  for (int i = 0; i < laid.parts; ++i) {
    if (e.part(laid.first_part + i, e.head(head).side).run != Run::running) return false;
  }
  return laid.parts > 0;
}

bool all_served(Engine& e, const std::vector<int>& services, int head) {
  return std::all_of(services.begin(), services.end(), [&](int service) {
    for (int h = 0; h < e.heads(); ++h) {
      if (e.head(h).cell != e.layout->services[static_cast<std::size_t>(service)].cell) continue;
      if (!e.machine(h).user_space_runs() || !runs_all(e, service, h)) continue;
      if (h == head || round_trip(e, e.id_of(head), e.id_of(h))) return true;
    }
    return false;
  });
}

}  // namespace hasim::sim
