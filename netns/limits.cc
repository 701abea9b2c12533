// Refusals by name. What stands in no list here is refused, so that a new sentence of the language is never taken for
// one that was carried out.
#include "netns/limits.h"

#include <unistd.h>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "lang/power_levels.h"
#include "netns/array.h"
#include "netns/bmc.h"
#include "netns/disk.h"
#include "netns/limits_of_others.h"
#include "netns/lines.h"
#include "netns/part_faults.h"
#include "netns/plan.h"
#include "netns/storage_faults.h"
#include "netns/system.h"
#include "netns/witness.h"

namespace hasim::netns {
namespace {

using Why = std::optional<std::string>;

/// Storage that nobody serves is reached by a way of its own, so a head that is cut off would go on writing.
Why storage_would_stay(const WorldSpec& spec, const Reach& on) {
  for (const NasSpec& nas : spec.nas)
    for (const ThingId joined : nas.networks) {
      if (joined != on.network || nas.exports.empty() || Plan{spec}.is_server(nas)) continue;
      for (const HeadSpec& head : spec.heads)
        if (on.scope.covers(head.id, nas.id) || on.scope.covers(nas.id, head.id))
          return fmt::format("{} is a bind mount here, and this fault of {} would not reach it", spec.name_of(nas.id),
                             spec.name_of(on.network));
    }
  return std::nullopt;
}

Why cannot_isolate(const Sentence& isolated, const WorldSpec& spec) {
  for (const ThingId network : spec.heads[spec.things[isolated.values.at(0).things.front()].index].networks) {
    if (isolated.picks.at(0) == 1 && isolated.values.at(1).things.front() == network) continue;
    if (Why why = storage_would_stay(spec, {network, {}})) return why;
  }
  return std::nullopt;
}

bool is(const WorldSpec& spec, const Value& value, ThingKind kind) {
  return !value.things.empty() && spec.kind_of(value.things.front()) == kind;
}

Why cannot_on_witness(const Sentence& fault, const WorldSpec& spec) {
  const bool from_place = fault.picks.at(0) == 1;
  if (from_place && !is(spec, fault.values.at(1), ThingKind::head)) return "only heads ask a witness";
  return std::nullopt;
}

Why cannot_on_network(const Sentence& fault, const WorldSpec& spec) {
  if (fault.id == SentenceId::fault_head_isolated) return cannot_isolate(fault, spec);
  const Reach on = reach_of(fault);
  const auto is_head = [&](ThingId place) { return place == kNoThing || spec.kind_of(place) == ThingKind::head; };
  switch (fault.id) {
    // NFS speaks TCP, which knows no order, repeats what was lost and has nothing to do with these.
    case SentenceId::fault_net_drops_beats:
    case SentenceId::fault_net_drops_announcements:
    case SentenceId::fault_net_reorders:
    case SentenceId::fault_net_foreign_owner:
    case SentenceId::fault_net_duplicates: return std::nullopt;
    case SentenceId::fault_link_down:
    case SentenceId::fault_link_late:
    case SentenceId::fault_net_flaps:
      if (!is_head(on.scope.a)) return "only the link of a head can go down";
      break;
    default: break;
  }
  return storage_would_stay(spec, on);
}

/// Who only asks the kernel has no script that could do that.
Why needs_program(const Sentence& fault, const WorldSpec& spec) {
  const ThingId part = thing_at(fault, 0);
  if (is_program(spec.kind_of(part))) return std::nullopt;
  return fmt::format("{} is no program: of a mount say \"mount of VOLUME\", of an address take its link or its owner",
                     spec.name_of(part));
}

const BmcSpec& bmc_of(const WorldSpec& spec, ThingId head) {
  return spec.bmcs[spec.things[spec.heads[spec.things[head].index].bmc].index];
}

Why cannot_by_ipmi(const Sentence& fault) {
  switch (fault.id) {
    case SentenceId::fault_bmc_rejects:
      return fault.picks.at(0) == 0 ? std::nullopt : Why{"the IPMI emulator takes any cipher and any privilege"};
    case SentenceId::fault_bmc_ignores:
      return fault.picks.at(0) == 2 ? Why{"the IPMI emulator knows no soft power-off"} : std::nullopt;
    case SentenceId::fault_bmc_says:
      return fault.picks.at(0) == 2 ? Why{"the IPMI emulator always supports a reading"} : std::nullopt;
    case SentenceId::fault_bmc_answers_error: return "the IPMI emulator makes no errors";
    case SentenceId::fault_bmc_stuck_powering_off: return "IPMI knows no state between on and off";
    default: return std::nullopt;
  }
}

Why cannot_by_redfish(const Sentence& fault) {
  switch (fault.id) {
    case SentenceId::fault_bmc_rejects:
      return fault.picks.at(0) == 1 ? Why{"the cipher of Redfish is that of TLS, on which both sides agree"}
                                    : std::nullopt;
    case SentenceId::fault_bmc_loses_reply:
      return fault.picks.at(0) == 0
                 ? Why{"of a Redfish service that loses every reply nobody learns where to send an OFF"}
                 : std::nullopt;
    case SentenceId::fault_bmc_answers_error:
      return fault.picks.at(0) == 0 ? Why{"a Redfish service knows no completion codes: say \"http INT\""}
                                    : std::nullopt;
    default: return std::nullopt;
  }
}

Why cannot_fault(const Sentence& fault, const WorldSpec& spec) {
  if (on_networks(fault.id)) return cannot_on_network(fault, spec);
  if (on_storage(fault.id)) return cannot_on_storage(fault, spec);
  switch (fault.id) {
    case SentenceId::fault_head_lose_power:
    case SentenceId::fault_head_restart:
    case SentenceId::fault_head_unplugged:
    case SentenceId::fault_pdu_silent:
    case SentenceId::fault_pdu_fail_on_feed:
    case SentenceId::fault_pdu_lose_power:
    case SentenceId::fault_pdu_control_head_instead:
    case SentenceId::fault_disk_full:
    case SentenceId::fault_shutdown_hangs:
    case SentenceId::fault_head_panic:
    case SentenceId::fault_head_hang:
    case SentenceId::fault_head_frozen:
    case SentenceId::fault_boot_take:
    case SentenceId::fault_boot_fail:
    case SentenceId::fault_core_crashes:
    case SentenceId::fault_core_gone:
    case SentenceId::fault_core_stopped:
    case SentenceId::fault_voters_off:
    case SentenceId::fault_some_voters_off:
    case SentenceId::fault_voters_cannot_see:
    case SentenceId::fault_witness_restarts_taking:
    case SentenceId::fault_log_blocked:
    case SentenceId::fault_mount_fails:
    case SentenceId::fault_bmc_lose_power:
    case SentenceId::fault_bmc_silent:
    case SentenceId::fault_bmc_refused:
    case SentenceId::fault_bmc_disconnected:
    case SentenceId::fault_bmc_takes:
    case SentenceId::fault_bmc_execute_late:
    case SentenceId::fault_bmc_power_on_again_later: return std::nullopt;
    case SentenceId::fault_bmc_drops:
    case SentenceId::fault_bmc_duplicates:
    case SentenceId::fault_bmc_delay_replies_by:
    case SentenceId::fault_bmc_execute_twice:
    case SentenceId::fault_bmc_cycle_instead_of_off:
    case SentenceId::fault_bmc_stale_by: return std::nullopt;
    case SentenceId::fault_bmc_loses_reply:
    case SentenceId::fault_bmc_rejects:
    case SentenceId::fault_bmc_ignores:
    case SentenceId::fault_bmc_says:
    case SentenceId::fault_bmc_answers_error:
    case SentenceId::fault_bmc_stuck_powering_off:
      return bmc_of(spec, thing_at(fault, 0)).redfish ? cannot_by_redfish(fault) : cannot_by_ipmi(fault);
    case SentenceId::fault_witness_down: return cannot_on_witness(fault, spec);
    case SentenceId::fault_disk_readonly:
    case SentenceId::fault_disk_dead: {
      const std::string why = Disk::cannot_fail();
      return why.empty() ? std::nullopt : Why{why};
    }
    case SentenceId::fault_head_starved:
      return "hacored runs at real-time priority: what keeps it from a processor keeps the harness from it, too";
    case SentenceId::fault_clock_jump_signed:
    case SentenceId::fault_clock_off_by_signed: return "the kernel has no wall clock of its own for each head";
    case SentenceId::fault_fence_agent_ignores:
      return fault.picks.at(0) == 0 ? "hacored tells no agent to wait: it waits itself"
                                    : "an agent that ignores its deadline is killed at it by hacored";
    case SentenceId::fault_part_crashes:
    case SentenceId::fault_part_fails_to_start:
    case SentenceId::fault_part_hangs:
    case SentenceId::fault_part_takes:
    case SentenceId::fault_check_of_part: return needs_program(fault, spec);
    case SentenceId::fault_unmount_fails:
      return fault.picks.at(0) == 1 ? Why{"resource-mount asks the kernel itself, and nothing between them could lie"}
                                    : std::nullopt;
    case SentenceId::fault_script_of_service_hangs:
      return "hacored runs no script before a switch; what is a part of the service can hang in its stop";
    default: return fmt::format("the fault \"{}\" is not real yet", info(fault.id).pattern);
  }
}

Why cannot_act(const Sentence& action, const WorldSpec& spec) {
  switch (action.id) {
    case SentenceId::do_makeactive:
    case SentenceId::do_migrate:
    case SentenceId::do_acknowledge_off:
    case SentenceId::do_maintenance:
    case SentenceId::do_drill:
    case SentenceId::do_reload:
    case SentenceId::do_change_setting:
    case SentenceId::do_shut_down_head:
    case SentenceId::do_reboot_head:
    case SentenceId::do_part:
    case SentenceId::do_address:
    case SentenceId::do_mount:
    case SentenceId::do_flush_addresses:
    case SentenceId::do_standby:
    case SentenceId::do_cancel:
    case SentenceId::do_power_head:
    case SentenceId::do_reset_head:
    case SentenceId::do_core: return std::nullopt;
    case SentenceId::do_power_things: return action.picks.at(1) == 1 ? std::nullopt : cannot_on_storage(action, spec);
    case SentenceId::do_restart_nas: return cannot_on_storage(action, spec);
    default: return fmt::format("the action \"{}\" is not real yet", info(action.id).pattern);
  }
}

/// Seen by the kernel, the BMCs, the clients or in what the core decided.
Why cannot_see(const Sentence& seen) {
  switch (seen.id) {
    case SentenceId::see_about_to_write:
    case SentenceId::see_rejects:
    case SentenceId::see_announces:
    case SentenceId::see_start_refused:
    case SentenceId::see_db_writable:
    case SentenceId::see_db_needs_recovery:
    case SentenceId::see_replication:
    case SentenceId::see_count_commits_lost:
    case SentenceId::see_count_client_errors:
    case SentenceId::see_clients_reach_head:
    case SentenceId::see_job:
    case SentenceId::see_count_jobs_lost:
    case SentenceId::see_count_records_lost: return fmt::format("nobody observes \"{}\" yet", info(seen.id).pattern);
    default: return std::nullopt;
  }
}

/// hacored knows the resources of all services of a cell by their own names.
Why names_collide(const WorldSpec& spec) {
  std::set<std::pair<ThingId, std::string>> names;
  for (const PartSpec& part : spec.parts) {
    const std::string& whole = spec.name_of(part.id);
    const std::string own = whole.substr(whole.rfind('.') + 1);
    if (!names.emplace(spec.services[spec.things[part.service].index].cell, own).second)
      return fmt::format("two parts of a cell are called {}, which hacored refuses", own);
  }
  return std::nullopt;
}

}  // namespace

Why cannot(const Sentence& sentence, const WorldSpec& spec) {
  if (const System* system = system_named(spec.system); system != nullptr && !system->is_ours()) {
    if (Why why = cannot_of_other(sentence, *system, spec)) return why;
    if (!system->order(Plan{spec}, sentence).empty()) return std::nullopt;
  }
  switch (info(sentence.id).list) {
    case SentenceList::fault: return cannot_fault(sentence, spec);
    case SentenceList::action: return cannot_act(sentence, spec);
    case SentenceList::observation: return cannot_see(sentence);
    case SentenceList::operation: return "hacored cannot be stopped at each step of an operation";
  }
  return std::nullopt;
}

Why cannot_build_arbiters(const WorldSpec& spec) {
  if (spec.voters.empty() && spec.witnesses.empty()) return std::nullopt;
  if (spec.cells.size() != 1) return "arbiters serve one cell here";
  const auto all_join = [&](ThingId id, const std::vector<ThingId>& networks) -> Why {
    for (const HeadSpec& head : spec.heads)
      if (networks.empty() ||
          std::find(head.networks.begin(), head.networks.end(), networks.front()) == head.networks.end())
        return fmt::format("{} is on no network with {}", spec.name_of(id), spec.name_of(head.id));
    return std::nullopt;
  };
  for (const VoterSpec& voter : spec.voters)
    if (Why why = all_join(voter.id, voter.networks)) return why;
  for (const WitnessSpec& witness : spec.witnesses) {
    if (Why why = all_join(witness.id, witness.networks)) return why;
    if (!witness.lease) continue;
    if (witness.stores_on != kNoThing)
      return fmt::format("{} stores on {}, which is a bind mount here and no server", spec.name_of(witness.id),
                         spec.name_of(witness.stores_on));
    if (spec.cells.front().services.size() != 1) return "leases are observed for cells with one service";
    if (const std::string why = NfsServer::missing(); !why.empty()) return why;
  }
  for (const char* program : {"havoter", "hacore-store"})
    if (Plan::program(program) == program) return fmt::format("{} is not beside hasim", program);
  return std::nullopt;
}

Why cannot_build_servers(const WorldSpec& spec) {
  for (const NasSpec& nas : spec.nas) {
    if (!nas.says_protocol) continue;
    if (nas.nfs4) return fmt::format("{} speaks NFSv4, and heads mount by NFSv3 here", spec.name_of(nas.id));
    if (nas.networks.empty()) return fmt::format("{} is on no network", spec.name_of(nas.id));
    if (const std::string why = NfsServer::missing(); !why.empty()) return why;
    if (const std::string why = Disk::cannot_fail(); !why.empty()) return why;
    if (kernel_mounts_nfs()) continue;
    if (Plan::program("nfsfuse") == "nfsfuse") return "nfsfuse is not beside hasim";
    if (::access("/dev/fuse", R_OK | W_OK) != 0) return "this machine has no FUSE";
  }
  return std::nullopt;
}

Why cannot_build_bmcs(const WorldSpec& spec) {
  const bool redfish = std::any_of(spec.bmcs.begin(), spec.bmcs.end(), [](const BmcSpec& one) { return one.redfish; });
  for (const char* program : {kRedfishEmulator, "fence_hacore_redfish"})
    if (redfish && Plan::program(program) == program) return fmt::format("{} is not beside hasim", program);
  for (const BmcSpec& bmc : spec.bmcs) {
    if (bmc.redfish != redfish) return "all BMCs of a world speak the same here";
    if (bmc.network == kNoThing) return fmt::format("{} is on no network", spec.name_of(bmc.id));
  }
  return std::nullopt;
}

Why cannot_build_pdus(const WorldSpec& spec, const System& system) {
  if (spec.pdus.empty()) return std::nullopt;
  if (!system.is_ours()) return fmt::format("{} is told of no PDUs here", system.name());
  for (const PduSpec& pdu : spec.pdus)
    if (pdu.network == kNoThing) return fmt::format("{} is on no network", spec.name_of(pdu.id));
  for (const CellSpec& cell : spec.cells)
    if (power_levels(spec, cell.heads[0]) != power_levels(spec, cell.heads[1]))
      return fmt::format("the heads of {} have not the same fence devices", spec.name_of(cell.id));
  return std::nullopt;
}

std::string missing_program() {
  for (const char* program : {"hasim-cell", "hacored", "hactl", "resource-address", "resource-mount", "resource-script",
                              "fence_hacore_ipmi"}) {
    if (Plan::program(program) == program)
      return fmt::format("{} is not beside hasim: build all with `cmake --preset dev && ninja -C build/dev`", program);
  }
  if (::access(kIpmiEmulator, X_OK) != 0) return fmt::format("{} is missing: apt-get install openipmi", kIpmiEmulator);
  return "";
}

Why cannot_build(const WorldSpec& spec) {
  const System* const system = system_named(spec.system);
  if (system == nullptr) return fmt::format("{} does not run in namespaces", spec.system);
  if (const std::string missing = missing_of(*system); !missing.empty()) return missing;
  if (Why why = system->cannot_serve(spec)) return why;
  if (Why why = system->has_own_witness() ? std::nullopt : cannot_build_arbiters(spec)) return why;
  if (Why why = cannot_build_servers(spec)) return why;
  if (Why why = cannot_build_bmcs(spec)) return why;
  if (Why why = cannot_build_pdus(spec, *system)) return why;
  if (!spec.disks.empty() && !Array::not_here().empty()) return Array::not_here();
  for (const HeadSpec& head : spec.heads)
    if (head.cell == kNoThing || head.networks.empty()) return "a head without a cell or a network";
  for (const ServiceSpec& service : spec.services)
    if (!service.needs.empty())
      return fmt::format("hacored knows no services that need others, and {} does", spec.name_of(service.id));
  for (const PartSpec& part : spec.parts) {
    if (part.kind == ThingKind::database) return "databases are not started here yet";
    if (!part.after.empty() && !is_program(part.kind))
      return fmt::format("{} is no program, and only a script can wait for others", spec.name_of(part.id));
    for (const ThingId service : part.after)
      if (Plan{spec}.place_of_clients(service).empty())
        return fmt::format("{} has no address with a program behind it, so nobody can ask whether it is served",
                           spec.name_of(service));
    if (part.address.find(':') != std::string::npos) return "virtual addresses are IPv4 here";
  }
  if (Why why = names_collide(spec)) return why;
  for (const NetworkSpec& network : spec.networks)
    if (network.prefix.find(':') != std::string::npos) return "networks are IPv4 here";
  return std::nullopt;
}

}  // namespace hasim::netns
