// Outputs of cores: each becomes an act in the world and, while an operation is under way, a step of it.
#include "sim/host.h"

#include "sim/carrier.h"
#include "sim/clients.h"
#include "sim/clock.h"
#include "sim/configs.h"
#include "sim/cpu.h"
#include "sim/disk.h"
#include "sim/faults.h"
#include "sim/fitness.h"
#include "sim/machine.h"
#include "sim/network.h"
#include "sim/parts.h"
#include "sim/power.h"
#include "sim/report.h"
#include "sim/steps_of.h"
#include "sim/storage.h"
#include "sim/store.h"
#include "sim/tell.h"
#include "sim/voters.h"
#include "sim/watchdog.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kProbeTakes = milliseconds{5};
constexpr Duration kSupervisorWaits = seconds{1};
constexpr Duration kDiskLookedAt = seconds{10};

/// What a beat says besides that the sender lives.
std::uint64_t news_of(const ha::Beat& beat) {
  std::uint64_t news = stream_key(beat.flags, value(beat.term), beat.peer.boot, beat.peer.start);
  for (std::size_t i = 0; i < beat.services; ++i) {
    const ha::ServiceBeat& service = beat.service[i];
    news = stream_key(news, service.flags, value(service.request), value(service.grant), value(service.epoch),
                      static_cast<std::uint64_t>(service.role));
  }
  return news;
}

/// One output of `head`.
class Performer {
 public:
  Performer(Engine& e, int head) : e_{e}, head_{head}, core_{e.core(head)} {}

  void operator()(const ha::Persist& out) {
    if (!slots_usable(e_, head_))
      return crash_core(e_, head_);  // what could not be made durable must have no consequences
    const ha::PerService<ha::Epoch> before = core_.durable.disk.promised;
    core_.durable.disk = out.record;
    std::size_t changed = 0;  // the first one that is news, else the first
    for (std::size_t i = before.size(); i-- > 0;) changed = before[i] != out.record.promised[i] ? i : changed;
    step(StepKind::persists, e_.layout->named(head_, changed), value(out.record.promised[changed]));
  }
  void operator()(const ha::PersistBoot& out) {
    // The end of the right moves with every renewal: only a change of what runs is a step.
    const bool news = out.record.running != core_.durable.boot.running || out.record.base != core_.durable.boot.base;
    core_.durable.boot = out.record;
    if (news) step(StepKind::persists_boot);
  }
  void operator()(const ha::SendBeat& out) {
    core_.last_sent = out;
    core_.last_sent.beat.seq += core_.seq_ahead;
    send_beat(e_, head_, core_.last_sent);
    const std::uint64_t news = news_of(out.beat);
    if (news != core_.sent_news) step(StepKind::sends_news);
    core_.sent_news = news;
  }
  void operator()(const ha::ArmWatchdog&) {
    arm_watchdog(e_, head_);
    step(StepKind::arms_watchdog);
  }
  void operator()(const ha::KickWatchdog&) { kick_watchdog(e_, head_); }
  void operator()(const ha::DisarmWatchdog&) {
    disarm_watchdog(e_, head_);
    step(StepKind::disarms_watchdog);
  }
  void operator()(const ha::Probe& out) {
    answer_later(kProbeTakes, DueKind::probe_answer, value(out.id));
    step(StepKind::probes);
  }
  void operator()(const ha::StartResource& out) {
    const int part = part_of(out.resource);
    start_part(e_, head_, part, out, true_time(e_.machine(head_).clock, out.deadline));
    step(starts(part), thing_of(part));
  }
  void operator()(const ha::StopResource& out) {
    const int part = part_of(out.resource);
    stop_part(e_, head_, part, out, true_time(e_.machine(head_).clock, out.deadline));
    step(out.force ? StepKind::kills : stops(part), thing_of(part));
  }
  void operator()(const ha::ReadMarker& out) {
    read_marker(e_, head_, out);
    step(StepKind::reads_marker, e_.layout->named(head_, out.service));
  }
  void operator()(const ha::WriteMarker& out) {
    write_marker(e_, head_, out);
    step(StepKind::writes_marker, e_.layout->named(head_, out.service), value(out.epoch));
  }
  void operator()(const ha::PowerOff& out) {
    order_off(e_, head_, out, true_time(e_.machine(head_).clock, out.deadline));
    step(StepKind::orders_off, e_.id_of(e_.head(head_).peer));
  }
  void operator()(const ha::ReadPower& out) {
    ask_power(e_, head_, out);
    step(StepKind::reads_power, e_.id_of(e_.head(head_).peer));
  }
  void operator()(const ha::PowerOn& out) {
    order_on(e_, head_, out.level);
    step(StepKind::orders_on, e_.id_of(e_.head(head_).peer));
  }
  void operator()(const ha::StoreRead& out) {
    ask_store(e_, head_, out);
    step(StepKind::reads_store);
  }
  void operator()(const ha::StoreRenew& out) { ask_store(e_, head_, out); }
  void operator()(const ha::StoreClaim& out) {
    ask_store(e_, head_, out);
    step(StepKind::claims, kNoThing, value(out.term));
  }
  void operator()(const ha::AskVoters& out) {
    ask_voters(e_, head_, value(out.id));
    step(StepKind::asks_voters);
  }
  void operator()(const ha::Ping& out) {
    ping(e_, head_, value(out.id));
    step(StepKind::pings);
  }
  void operator()(const ha::PingPeer& out) {
    ping_peer(e_, head_, value(out.id));
    step(StepKind::pings, e_.id_of(e_.head(head_).peer));
  }
  void operator()(const ha::Announce& out) {
    announce(e_, head_, out.service);
    step(StepKind::announces, e_.layout->named(head_, out.service));
  }
  void operator()(const ha::Stage& out) { stage_config(e_, head_, value(out.id)); }
  void operator()(const ha::UseConfig&) { use_config(e_, head_); }
  void operator()(const ha::Reply& out) {
    const bool moves = out.kind == ha::CommandKind::makeactive;
    if (moves && out.outcome == ha::Outcome::refused) e_.s.tables.forced[static_cast<std::size_t>(head_)] = false;
    e_.emit(EventKind::reply, e_.id_of(head_),
            {.x = static_cast<int>(out.kind),
             .y = static_cast<int>(out.outcome),
             .value = value(out.id),
             .reason = out.reason});
    step(StepKind::replies);
  }
  void operator()(const ha::Reboot& out) {
    step(StepKind::reboots);
    e_.drop_outputs(head_);
    reset_machine(e_, head_, ResetBy::itself, out.cause);
  }
  void operator()(const ha::Left&) {
    step(StepKind::leaves);
    core_left(e_, head_);
  }
  void operator()(const ha::Report& out) { report(e_, head_, out); }

 private:
  int part_of(std::uint8_t resource) const {
    const CellLayout& cell = e_.layout->cell_of(head_);
    HA_CHECK(resource < cell.resources);
    return cell.part[resource];
  }
  ThingId thing_of(int part) const {
    const PartLayout& laid = e_.part_layout(part);
    return laid.volume >= 0 ? e_.layout->volumes[static_cast<std::size_t>(laid.volume)].id : laid.id;
  }
  StepKind starts(int part) const {
    const ThingKind kind = e_.part_layout(part).kind;
    if (kind == ThingKind::mount) return StepKind::mounts;
    return kind == ThingKind::address ? StepKind::raises : StepKind::starts;
  }
  StepKind stops(int part) const {
    const ThingKind kind = e_.part_layout(part).kind;
    if (kind == ThingKind::mount) return StepKind::unmounts;
    return kind == ThingKind::address ? StepKind::lowers : StepKind::stops;
  }
  void answer_later(Duration after, DueKind kind, std::uint64_t id) {
    e_.later(stretched(e_, head_, after),
             {.kind = kind, .head = static_cast<std::uint8_t>(head_), .life = core_.life, .a = id});
  }
  void step(StepKind kind, ThingId with = kNoThing, std::uint64_t number = 0) {
    say_step(e_, head_, kind, with, number);
  }

  Engine& e_;
  int head_;
  Core& core_;
};

/// The head stopped running between two outputs.
void stall(Engine& e, int head) {
  Engine::Stalled& stalled = e.stalled[static_cast<std::size_t>(head)];
  stalled = {e.outputs, e.output, e.core(head).life, true};
  e.output = e.outputs.size();
  wait_for(e, {.kind = DueKind::outputs_go_on, .head = static_cast<std::uint8_t>(head)});
}

}  // namespace

void perform_next(Engine& e) {
  const int head = e.output_head;
  if (!core_runs(e, head)) return stall(e, head);
  const bool record = std::holds_alternative<ha::Persist>(e.outputs[e.output]);
  if (record && !e.s.faults.empty() && waits_for_slot(e, head)) return stall(e, head);
  const ha::Output& next = e.outputs[e.output++];
  std::visit(Performer{e, head}, next);
  if (!e.outputs_wait() && e.core(head).runs()) step_is_over(e);
}

void outputs_go_on(Engine& e, const Due& due) {
  Engine::Stalled& stalled = e.stalled[due.head];
  if (!stalled.waits || stalled.core_life != e.core(due.head).life) return;
  if (!core_runs(e, due.head)) return wait_for(e, due);
  stalled.waits = false;
  e.outputs = stalled.outputs;
  e.output = stalled.output;
  e.output_head = due.head;
  e.because = e.core(due.head).heard;
}

void start_core(Engine& e, int head) {
  // Without its durable slots a core may not decide anything, so its host does not let it run [ND11, ST10].
  if (!slots_usable(e, head)) {
    e.emit(EventKind::alert, e.id_of(head), {.reason = ha::Reason::disk_dead});
    return e.later(
        kDiskLookedAt,
        {.kind = DueKind::core_starts, .head = static_cast<std::uint8_t>(head), .life = e.machine(head).life});
  }
  if (!config_lets_start(e, head)) return;
  Core& core = e.core(head);
  const Machine& machine = e.machine(head);
  const bool same_boot = core.incarnation.boot == machine.boot_id;
  core.incarnation = {machine.boot_id, same_boot ? core.incarnation.start + 1 : 1};
  ++core.life;
  core.node.emplace(e.layout->system, config_in_file(e, head), core.durable, core.incarnation);
  core.checks = {.fitness = {}, .short_only = {}, .planned = core.checks.planned};
  if (!e.s.faults.empty()) checks_needed(e);
  core.tick_at = kNever;
  core.sent_news = core.seq_ahead = 0;
  core.slot = SlotWrite::none;
  core.operations = {};
  core.modes = {};
  const std::uint64_t start = core.incarnation.boot << 16 | core.incarnation.start;
  e.emit(EventKind::core_runs, e.id_of(head), {.x = 1, .value = start});
  core.heard = core.reported = e.emit(EventKind::started_core, e.id_of(head), {.value = start});

  const auto tell_now = [&](Due due) {
    due.head = static_cast<std::uint8_t>(head);
    due.life = core.life;
    e.later(Duration{0}, due);
  };
  tell_now({.kind = DueKind::watchdog_state, .a = watchdog_usable(e, head) ? 1U : 0U});
  if (!agent_keeps_delay(e, head)) tell_now({.kind = DueKind::agent_state, .a = 0});
  for (int p = 0; p < e.head(head).paths; ++p) {
    if ((core.link_told >> p & 1U) == 0) tell_link(e, head, p);
  }
  core.tick_at = e.now();
  tell_now({.kind = DueKind::tick});
}

void end_core(Engine& e, int head) {
  Core& core = e.core(head);
  if (!core.runs()) return;
  e.drop_outputs(head);
  core.node.reset();
  core.operations = {};
  forget_waiting(e, head, true);
  starts_die(e, head);
  e.emit(EventKind::core_runs, e.id_of(head), {.value = core.incarnation.boot << 16 | core.incarnation.start});
}

void crash_core(Engine& e, int head) {
  end_core(e, head);
  e.later(kSupervisorWaits,
          {.kind = DueKind::core_starts, .head = static_cast<std::uint8_t>(head), .life = e.machine(head).life});
}

void core_starts(Engine& e, const Due& due) {
  const Machine& m = e.machine(due.head);
  if (m.life != due.life || m.kernel != Kernel::up || e.core(due.head).runs() || !m.core_wanted || m.core_gone) return;
  if (!m.user_space_runs()) return wait_for(e, due);
  e.because = m.last_event;
  start_core(e, due.head);
}

void stuck_core_beats(Engine& e, const Due& due) {
  Core& core = e.core(due.head);
  const Machine& m = e.machine(due.head);
  if (!core.runs() || core.life != due.life || !m.core_stuck) return;
  if (m.user_space_runs() && !m.starved && core.last_sent.paths != 0) {
    ++core.last_sent.beat.seq;
    ++core.seq_ahead;
    send_beat(e, due.head, core.last_sent);
  }
  e.later(e.head(due.head).config.keep_alive, due);
}

}  // namespace hasim::sim
