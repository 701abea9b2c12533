// Refusals by name.
#include "netns/limits_of_others.h"

#include <fmt/format.h>

namespace hasim::netns {
namespace {

using Why = std::optional<std::string>;

Why cannot_fault(const Sentence& fault, const System& system) {
  switch (fault.id) {
    case SentenceId::fault_net_drops_beats: return "only the beats of hacored are told from other frames";
    case SentenceId::fault_core_stopped:
      return fmt::format("{} is more than one process; all of a head can be frozen", system.name());
    case SentenceId::fault_witness_down:
    case SentenceId::fault_witness_restarts_taking:
      return fmt::format("the witness of {} is a file on the storage", system.name());
    case SentenceId::fault_disk_full:
    case SentenceId::fault_disk_readonly:
    case SentenceId::fault_disk_dead: return "the disk here is that of hacored's state";
    default: return std::nullopt;
  }
}

Why cannot_act(const Sentence& action, const System& system, const WorldSpec& spec) {
  if (!system.order(Plan{spec}, action).empty()) return std::nullopt;
  switch (action.id) {
    case SentenceId::do_makeactive:
    case SentenceId::do_migrate:
    case SentenceId::do_acknowledge_off:
    case SentenceId::do_maintenance:
    case SentenceId::do_standby:
    case SentenceId::do_cancel:
    case SentenceId::do_drill:
    case SentenceId::do_reload:
    case SentenceId::do_change_setting: return fmt::format("{} has no such order here", system.name());
    default: return std::nullopt;
  }
}

/// Only what the kernels, the devices, the storage and the clients show.
bool shown_from_outside(const Sentence& seen) {
  constexpr int kActive = 0, kPassive = 1, kExecuted = 2;
  switch (seen.id) {
    case SentenceId::see_machine:
    case SentenceId::see_boots_panics_resets:
    case SentenceId::see_count_heads:
    case SentenceId::see_count_owners:
    case SentenceId::see_owns:
    case SentenceId::see_served:
    case SentenceId::see_part_running:
    case SentenceId::see_part_event:
    case SentenceId::see_count_restarts:
    case SentenceId::see_answered_by:
    case SentenceId::see_answered:
    case SentenceId::see_mounted_on:
    case SentenceId::see_mounted:
    case SentenceId::see_writes:
    case SentenceId::see_count_fences:
    case SentenceId::see_count_power_commands:
    case SentenceId::see_bmc:
    case SentenceId::see_count_logins:
    case SentenceId::see_count_failovers:
    case SentenceId::see_count_writes_lost:
    case SentenceId::see_clients_wait:
    case SentenceId::see_violation: return true;
    case SentenceId::see_role:
    case SentenceId::see_becomes: return seen.picks.at(0) == kActive || seen.picks.at(0) == kPassive;
    case SentenceId::see_fence_event: return seen.picks.at(0) == kExecuted;
    default: return false;
  }
}

}  // namespace

Why cannot_of_other(const Sentence& sentence, const System& system, const WorldSpec& spec) {
  switch (info(sentence.id).list) {
    case SentenceList::fault: return cannot_fault(sentence, system);
    case SentenceList::action: return cannot_act(sentence, system, spec);
    case SentenceList::observation:
      if (shown_from_outside(sentence)) return std::nullopt;
      return fmt::format("{} does not say \"{}\", and nobody else could", system.name(), info(sentence.id).pattern);
    default: return std::nullopt;
  }
}

}  // namespace hasim::netns
