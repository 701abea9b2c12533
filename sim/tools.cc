// Copies take their time, need both heads, and are refused where they would destroy what is newer.
#include "sim/tools.h"

#include "sim/actions.h"
#include "sim/databases.h"
#include "sim/faults.h"
#include "sim/host.h"
#include "sim/images.h"
#include "sim/jobs.h"
#include "sim/machine.h"
#include "sim/settle.h"
#include "sim/tell.h"
#include "sim/twin.h"
#include "sim/users.h"

namespace hasim::sim {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kRecoverTakes = seconds{60};
constexpr Duration kCloneTakes = minutes{10};         ///< if the world does not say how large a disk is
constexpr std::uint64_t kCopiesInAMicrosecond = 100;  ///< bytes, from disk to disk over the network
constexpr Duration kLooksAgain = seconds{1};

std::int64_t number_at(const Sentence& sentence, std::size_t n) {
  for (const Value& value : sentence.values) {
    if (value.slot != Slot::INT && value.slot != Slot::DUR) continue;
    if (n-- == 0) return value.number.lo;
  }
  return 0;
}

ToolRun& run_on(Engine& e, int head) { return e.s.tables.tool[static_cast<std::size_t>(head)]; }

int word_of(Tool tool) {
  return kToolReply + static_cast<int>(tool == Tool::clone ? CommandWord::clone : CommandWord::recover);
}

void reply(Engine& e, int head, ha::Outcome outcome, ha::Reason reason) {
  const ToolRun& run = run_on(e, head);
  e.emit(EventKind::reply, e.id_of(head),
         {.x = word_of(run.tool), .y = static_cast<int>(outcome), .value = run.request, .reason = reason});
}

/// Somebody starts a tool that copies onto that head.
void begin(Engine& e, int head, Tool tool, ha::Reason no, Duration takes, std::uint16_t line) {
  ToolRun& run = run_on(e, head);
  e.because = 0;
  const std::uint64_t request = ++e.s.tables.requests;
  e.because = e.s.tables.last_fault =
      e.emit(EventKind::action, e.id_of(head), {.x = word_of(tool), .value = request, .line = line});
  const bool another = run.tool != Tool::none;
  const ToolRun before = run;
  run.request = request;
  run.tool = tool;
  if (another || no != ha::Reason::none) {
    reply(e, head, ha::Outcome::refused, another ? ha::Reason::in_progress : no);
    run = before;
    return;
  }
  reply(e, head, ha::Outcome::unknown, ha::Reason::none);
  ++run.turn;
  begin_copying_databases(e, head);
  if (tool == Tool::clone) power_off(e, head);
  e.later(takes, {.kind = DueKind::tool_ends, .head = static_cast<std::uint8_t>(head), .life = run.turn});
}

ha::Reason cannot_recover(Engine& e, int head) {
  if (!e.machine(head).user_space_runs()) return ha::Reason::path_lost;
  return cannot_copy(e, head);
}

/// Who copies in the wrong direction destroys the newer state [OP11].
ha::Reason cannot_clone(Engine& e, int from, int onto) {
  for (std::size_t i = 0; i < ha::kServicesMax; ++i) {
    const auto owned = [&](int head) { return value(e.core(head).durable.disk.owned[i]); };
    if (owned(onto) > owned(from)) return ha::Reason::stale_target;
  }
  if (!e.machine(from).user_space_runs()) return ha::Reason::path_lost;
  return cannot_copy(e, onto);
}

/// All of the disk is copied, however little is on it.
Duration clone_takes(const Engine& e, int from) {
  const std::uint64_t bytes = e.layout->spec->heads[static_cast<std::size_t>(from)].disk_bytes;
  if (bytes == 0) return kCloneTakes;
  return std::chrono::microseconds{static_cast<std::int64_t>(bytes / kCopiesInAMicrosecond)};
}

/// The copy has the contents of its source, and no identity: the new disk has promised nothing.
void finish_clone(Engine& e, int head) {
  e.core(head).durable = {};
  copy_databases(e, head);
  copy_images(e, e.head(head).peer, head);
  power_on(e, head);
}

/// The machine gets another disk, with what was on it when the run began [OP12].
void boot_old_disk(Engine& e, int head) {
  power_off(e, head);
  e.core(head).durable = first_disk(e, head);
  age_databases(e, head);
  age_images(e, head);
  power_on(e, head);
}

}  // namespace

void tool_ends(Engine& e, const Due& due) {
  ToolRun& run = run_on(e, due.head);
  if (run.turn != due.life || run.tool == Tool::none) return;
  const bool clone = run.tool == Tool::clone;
  const int from = e.head(due.head).peer;
  e.because = e.s.tables.last_fault;
  const bool source = e.machine(from).user_space_runs();
  const ha::Reason no = clone ? (source ? ha::Reason::none : ha::Reason::path_lost) : cannot_recover(e, due.head);
  if (no == ha::Reason::none) clone ? finish_clone(e, due.head) : copy_databases(e, due.head);
  reply(e, due.head, no == ha::Reason::none ? ha::Outcome::done : ha::Outcome::refused, no);
  run.tool = Tool::none;
}

void order_when_scripts_ran(Engine& e, const Due& due) {
  const ha::Config& config = e.head(due.head).config;
  const ha::Command order = command_in(due);
  const int service = order.service == ha::kEveryService ? kAllServices : e.layout->service_of(due.head, order.service);
  if (!script_hangs(e, due.head, service)) {
    return e.later(Duration{0}, {.kind = DueKind::command, .head = due.head, .a = due.a, .b = due.b});
  }
  if (due.life * kLooksAgain >= config.start_max) {
    // Nobody has stopped anything yet: the whole switch is off [PR11].
    e.because = e.s.tables.last_fault;
    e.s.tables.forced[due.head] = false;
    e.emit(EventKind::alert, e.id_of(due.head), {.reason = ha::Reason::script_hung});
    e.emit(EventKind::reply, e.id_of(due.head),
           {.x = static_cast<int>(order.kind),
            .y = static_cast<int>(ha::Outcome::refused),
            .value = due.a,
            .reason = ha::Reason::script_hung});
    return;
  }
  Due again = due;
  ++again.life;
  e.later(kLooksAgain, again);
}

bool act_with_tool(Engine& e, const Deed& deed) {
  const Sentence& sentence = *deed.sentence;
  const ThingId first = thing_at(sentence, 0);
  const auto index = [&](std::size_t n) { return e.layout->index_of(thing_at(sentence, n)); };
  const auto by = [&] { by_hand(e, first, deed.line); };
  switch (sentence.id) {
    case SentenceId::do_recover_database_onto_head:
      begin(e, index(0), Tool::recover, cannot_recover(e, index(0)), kRecoverTakes, deed.line);
      return true;
    case SentenceId::do_clone_head_onto_head:
      begin(e, index(1), Tool::clone, cannot_clone(e, index(0), index(1)), clone_takes(e, index(0)), deed.line);
      return true;
    case SentenceId::do_boot_clone_of_head: return by(), boot_twin(e, index(0)), true;
    case SentenceId::do_boot_old_disk_of_head: return by(), boot_old_disk(e, index(0)), true;
    case SentenceId::do_provision: return by(), provision(e, Duration{number_at(sentence, 1)}), true;
    case SentenceId::do_commit_image_change: return by(), commit_image_change(e), true;
    case SentenceId::do_write_files: return by(), write_files(e, index(0), number_at(sentence, 0)), true;
    case SentenceId::do_submit_jobs: return by(), submit_jobs(e, number_at(sentence, 0)), true;
    case SentenceId::do_finish_job: return by(), finish_job(e), true;
    case SentenceId::do_scontrol_reconfigure: return by(), reconfigure_controller(e), true;
    case SentenceId::do_scontrol_takeover_on_head: return order_move(e, index(0), false, deed.line), true;
    case SentenceId::do_migrate: return order_move(e, index(1), false, deed.line, index(0)), true;
    case SentenceId::do_move_clients_to_head: return by(), move_clients(e, index(0), index(1)), true;
    case SentenceId::do_add_to_arp_cache: return by(), pin_addresses(e, index(0)), true;
    default: return false;
  }
}

}  // namespace hasim::sim
