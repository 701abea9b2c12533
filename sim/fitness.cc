// The checks of a host, with a time limit of their own, believed when several in a row agree (core/agreement.h).
#include "sim/fitness.h"

#include <algorithm>

#include "sim/carrier.h"
#include "sim/cpu.h"
#include "sim/databases.h"
#include "sim/disk.h"
#include "sim/faults.h"
#include "sim/images.h"
#include "sim/part_faults.h"
#include "sim/storage.h"
#include "sim/strangers.h"
#include "sim/tell.h"
#include "sim/ways.h"

namespace hasim::sim {

namespace {

using Found = ha::Fitness;
constexpr Found unfit(ha::Reason reason) { return {ha::Fit::unfit, reason}; }
constexpr Found degraded(ha::Reason reason) { return {ha::Fit::degraded, reason}; }

bool owns(Engine& e, int head, int service) { return e.core(head).has(e.layout->number_of(service)); }
bool owns_something(Engine& e, int head) {
  for (std::size_t i = 0; i < ha::kServicesMax; ++i) {
    if (e.core(head).has(i)) return true;
  }
  return false;
}

/// Without its slots a core can promise nothing; on a full disk it can, but nothing else there works for long [ST09].
Found disk(Engine& e, int head) {
  if (!slots_usable(e, head)) return unfit(ha::Reason::disk_dead);
  return takes_files(e, head) ? Found{} : unfit(ha::Reason::disk_full);
}

Found volume(Engine& e, int v, int head) {
  const Reach got = reach_files(e, v, head);
  const bool stale = e.s.tables.volume[static_cast<std::size_t>(v)].stale[static_cast<std::size_t>(head)];
  if (got != Reach::works && !stale) return unfit(reason_of(got));  // what is stale its monitor mounts again
  if (fails(e, v, false) || fails(e, v, true)) return unfit(ha::Reason::storage_lost);
  // What is wrong with a volume wherever it is mounted is no reason to move.
  const bool mine = owns(e, head, e.layout->volumes[static_cast<std::size_t>(v)].service);
  if (mine && !takes_writes(e, v)) return degraded(write_trouble(e, v));
  return {};
}

Found storage(Engine& e, int head) {
  Found worst;
  for (int v = 0; v < static_cast<int>(e.layout->volumes.size()); ++v) {
    const int service = e.layout->volumes[static_cast<std::size_t>(v)].service;
    if (service < 0 || e.layout->services[static_cast<std::size_t>(service)].cell != e.head(head).cell) continue;
    worst = graver(worst, volume(e, v, head));
  }
  return worst;
}

/// File systems that are another here than on the peer: found by comparing, before anything is mounted [ST05].
Found identities(Engine& e, int head) {
  for (int part = 0; part < static_cast<int>(e.layout->parts.size()); ++part) {
    const PartLayout& laid = e.part_layout(part);
    if (laid.cell != e.head(head).cell || owns(e, head, laid.service)) continue;
    if (mount_fault(e, SentenceId::fault_volume_renumbered, part, head) >= 0) return unfit(ha::Reason::wrong_mount);
  }
  return {};
}

/// Is any client of a network seen from that head? A network without clients tells nothing.
bool clients_seen(Engine& e, int network, int head) {
  bool any = false;
  for (const ClientsLayout& clients : e.layout->clients) {
    if ((e.layout->networks_of[clients.id] >> network & 1U) == 0) continue;
    any = true;
    if (passes(e, network, e.id_of(head), clients.id) && passes(e, network, clients.id, e.id_of(head))) return true;
  }
  return !any;
}

/// The networks on which the service has addresses: a head that is cut off there is of no use to anybody [HB03, NW11].
Found networks(Engine& e, int head) {
  for (const PartLayout& part : e.layout->parts) {
    if (part.kind != ThingKind::address || part.cell != e.head(head).cell || part.network < 0) continue;
    if (!has_carrier(e, part.network, head)) return unfit(ha::Reason::unreachable);
    if (!clients_seen(e, part.network, head)) return unfit(ha::Reason::clients_lost);
  }
  return {};
}

/// The copies of the databases that this head would have to open [DB01, DB06].
Found databases(Engine& e, int head) {
  const ha::Reason trouble = database_trouble(e, head);
  return trouble == ha::Reason::none ? Found{} : unfit(trouble);
}

/// Old images and a job under way are no reason to leave nobody in charge [DB08, PR12].
Found images(Engine& e, int head) {
  const ha::Reason trouble = image_trouble(e, head);
  return trouble == ha::Reason::none ? Found{} : Found{ha::Fit::degraded, trouble};
}

/// Users come through the gateway; whether that is worth a move is a matter of policy [NW13].
Found gateway(Engine& e, int head) {
  const ThingId me = e.id_of(head);
  if (fault_on(e, SentenceId::fault_gateway_lost, me) == nullptr) return {};
  const bool moves = e.layout->spec->settings_of(me).is("on_gateway_loss", "handover");
  return {moves ? ha::Fit::unfit : ha::Fit::degraded, ha::Reason::gateway_lost};
}

/// An ARP probe for an address that we do not have is answered: a start would fail [NW03]. Who has it defends it.
Found strangers(Engine& e, int head) {
  for (int part = 0; part < static_cast<int>(e.layout->parts.size()); ++part) {
    const PartLayout& laid = e.part_layout(part);
    if (laid.kind != ThingKind::address || laid.cell != e.head(head).cell || !foreign_owner(e, part)) continue;
    return owns(e, head, laid.service) ? degraded(ha::Reason::address_taken) : unfit(ha::Reason::address_taken);
  }
  return {};
}

/// Fencing needs no new process, starting a daemon does [ND14].
Found programs(Engine& e, int head) { return can_fork(e, head) ? Found{} : degraded(ha::Reason::start_failed); }

/// The gravest of all that is wrong; of equal ones the first in this order, which is the same on both heads.
Found look(Engine& e, int head) {
  Found worst;
  for (const auto check : {disk, storage, identities, networks, strangers, gateway, programs, databases, images}) {
    worst = graver(worst, check(e, head));
  }
  return worst;
}

/// Tells of the paths on which beats pass and frames of full length do not, when two probes in a row agree: what two
/// heads have to tell one another may not fit one day [HB12].
void probe_paths(Engine& e, int head) {
  const HeadLayout& me = e.head(head);
  Checks& checks = e.core(head).checks;
  for (std::size_t p = 0; p < static_cast<std::size_t>(me.paths); ++p) {
    const bool lost = loses_large_frames(e, me.path[p], me.id, e.id_of(me.peer));
    if (checks.short_only[p].take(lost, ha::kChecksAgree)) tell_link(e, head, static_cast<int>(p));
  }
}

bool quiet(const Checks& checks) {
  return checks.fitness.quiet(ha::kChecksAgree) &&
         std::all_of(checks.short_only.begin(), checks.short_only.end(),
                     [](const ha::Agreement<bool>& path) { return path.quiet(1); });
}

}  // namespace

void checks_needed(Engine& e) {
  for (int h = 0; h < e.heads(); ++h) {
    Checks& checks = e.core(h).checks;
    if (checks.planned) continue;
    checks.planned = true;
    e.later(ha::kChecksEvery, {.kind = DueKind::host_checks, .head = static_cast<std::uint8_t>(h)});
  }
}

void check_fitness(Engine& e, const Due& due) {
  const int head = due.head;
  Core& core = e.core(head);
  Checks& checks = core.checks;
  checks.planned = false;
  if (!core.runs() || !core_runs(e, head)) {
    checks.fitness.interrupt();
  } else {
    probe_paths(e, head);
    const Found found = look(e, head);
    if (checks.fitness.take(found, looks_for(found, owns_something(e, head)))) {
      e.later(Duration{0}, {.kind = DueKind::fitness,
                            .head = due.head,
                            .life = core.life,
                            .a = static_cast<std::uint64_t>(found.fit),
                            .b = static_cast<std::uint64_t>(found.reason)});
    }
  }
  if (e.s.faults.empty() && quiet(checks)) return;
  checks.planned = true;
  e.later(ha::kChecksEvery, {.kind = DueKind::host_checks, .head = due.head});
}

}  // namespace hasim::sim
