// From names and clauses to numbers.
#include "sim/layout.h"

#include <fmt/format.h>
#include <algorithm>
#include <cstdlib>

#include "sim/line_rate.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kAddressTakes = milliseconds{10};
constexpr Duration kMountTakes = milliseconds{300};
constexpr Duration kProgramTakes = seconds{1};

template <class Specs>
int place_in(const Specs& specs, ThingId id) {
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (specs[i].id == id) return static_cast<int>(i);
  }
  return -1;
}

std::uint16_t bits_of(const WorldSpec& spec, const std::vector<ThingId>& networks) {
  unsigned bits = 0;
  for (std::size_t i = 0; i < spec.networks.size(); ++i) {
    const bool joined = std::find(networks.begin(), networks.end(), spec.networks[i].id) != networks.end();
    bits |= joined ? 1U << i : 0U;
  }
  return static_cast<std::uint16_t>(bits);
}

std::string too_large(const WorldSpec& spec) {
  const auto replicates = [](const PartSpec& part) { return part.kind == ThingKind::database && part.replicates; };
  const auto databases = std::count_if(spec.parts.begin(), spec.parts.end(), replicates);
  const auto over = [](std::size_t have, int most, const char* what) {
    return have > static_cast<std::size_t>(most) ? fmt::format("{} {}, and the simulator holds {}", have, what, most)
                                                 : "";
  };
  for (const std::string& complaint :
       {over(spec.heads.size(), kHeads, "heads"), over(spec.cells.size(), kCells, "cells"),
        over(spec.networks.size(), kNetworks, "networks"), over(spec.nas.size(), kNas, "NAS"),
        over(spec.volumes.size(), kVolumes, "volumes"), over(spec.parts.size(), kParts, "parts"),
        over(spec.services.size(), kServices, "services"), over(spec.clients.size(), kClients, "clients"),
        over(static_cast<std::size_t>(databases), kDatabases, "databases that replicate"),
        over(spec.voters.size(), kVoters, "voters"), over(spec.witnesses.size(), kWitnesses, "witnesses")}) {
    if (!complaint.empty()) return complaint;
  }
  return "";
}

/// The models of other systems decide about one service; a second one in its cell would silently never start.
std::string too_many_services(const WorldSpec& spec, System system) {
  for (const CellSpec& cell : spec.cells) {
    if (system == System::hacore || cell.services.size() < 2) continue;
    return fmt::format("{} has {} services, and by {} its heads decide about one", spec.name_of(cell.id),
                       cell.services.size(), spec.system);
  }
  return "";
}

Duration beat_takes(const NetworkSpec& network) {
  if (network.rate_bits == 0) return network.latency;
  constexpr std::uint64_t kBits = static_cast<std::uint64_t>(kSmallFrame) * 8;
  return network.latency + Duration{static_cast<std::int64_t>(kBits * 1'000'000'000 / network.rate_bits)};
}

/// "10.1.0.1/16" has length 16.
int prefix_length(const std::string& address) {
  const std::size_t slash = address.find('/');
  return slash == address.npos ? 0 : std::atoi(address.c_str() + slash + 1);
}

void lay_networks(const WorldSpec& spec, Layout& layout) {
  for (const NetworkSpec& network : spec.networks) layout.beat_takes.push_back(beat_takes(network));
  layout.lag_max = spec.settings.duration("lag_max");
  layout.failover_max = spec.settings.duration("failover_max");
  layout.networks_of.assign(spec.things.size(), 0);
  const auto on = [&](ThingId id, const std::vector<ThingId>& networks) {
    layout.networks_of[id] = bits_of(spec, networks);
  };
  for (const HeadSpec& head : spec.heads) on(head.id, head.networks);
  for (const NasSpec& nas : spec.nas) on(nas.id, nas.networks);
  for (const VoterSpec& voter : spec.voters) on(voter.id, voter.networks);
  for (const WitnessSpec& witness : spec.witnesses) on(witness.id, witness.networks);
  for (const ClientsSpec& clients : spec.clients) on(clients.id, clients.networks);
  for (const BmcSpec& bmc : spec.bmcs) {
    if (bmc.network != kNoThing) on(bmc.id, {bmc.network});
  }
  for (const PduSpec& pdu : spec.pdus) {
    if (pdu.network != kNoThing) on(pdu.id, {pdu.network});
  }
}

Duration takes(const PartSpec& part, Duration said) {
  if (said > Duration{0}) return said;
  if (part.kind == ThingKind::address) return kAddressTakes;
  return part.kind == ThingKind::mount ? kMountTakes : kProgramTakes;
}

/// The heads that see the disks of a volume; of a NAS that nobody is cabled to, all.
std::uint32_t cabled(const WorldSpec& spec, const VolumeSpec& volume) {
  const int disk = place_in(spec.disks, volume.on);
  if (disk < 0 || spec.disks[static_cast<std::size_t>(disk)].heads.empty()) return ~0U;
  std::uint32_t heads = 0;
  for (const ThingId head : spec.disks[static_cast<std::size_t>(disk)].heads) heads |= 1U << place_in(spec.heads, head);
  return heads;
}

void lay_services(const WorldSpec& spec, Layout& layout) {
  for (const VolumeSpec& volume : spec.volumes) {
    const bool on_nas = spec.kind_of(volume.on) == ThingKind::nas;
    layout.volumes.push_back({volume.id, on_nas ? place_in(spec.nas, volume.on) : -1, -1, cabled(spec, volume)});
  }
  const auto places = [&](const std::vector<ThingId>& services) {
    std::vector<int> found;
    for (const ThingId id : services) found.push_back(place_in(spec.services, id));
    return found;
  };
  for (const ServiceSpec& service : spec.services) {
    ServiceLayout laid;
    laid.id = service.id;
    laid.cell = std::max(0, place_in(spec.cells, service.cell));
    laid.number = service.number;
    laid.needs = places(service.needs);
    laid.first_part = static_cast<int>(layout.parts.size());
    laid.parts = static_cast<int>(service.parts.size());
    for (const ThingId id : service.parts) {
      const PartSpec& part = spec.parts[static_cast<std::size_t>(place_in(spec.parts, id))];
      PartLayout p;
      p.id = id;
      p.kind = part.kind;
      p.cell = laid.cell;
      p.service = static_cast<int>(layout.services.size());
      p.volume = part.volume == kNoThing ? -1 : place_in(spec.volumes, part.volume);
      p.network = part.network == kNoThing ? -1 : place_in(spec.networks, part.network);
      p.prefix = prefix_length(part.address);
      p.start = takes(part, part.start);
      p.stop = takes(part, part.stop);
      p.behind = part.behind;
      p.after = places(part.after);
      p.check = part.check > Duration{0} ? part.check : spec.settings.duration("monitor_every");
      if (p.volume >= 0) {
        layout.volumes[static_cast<std::size_t>(p.volume)].service = p.service;
        if (laid.marker_volume < 0) laid.marker_volume = p.volume;
      }
      if (p.kind == ThingKind::database && part.replicates) {
        p.database = static_cast<int>(layout.databases.size());
        layout.databases.push_back(static_cast<int>(layout.parts.size()));
      }
      laid.has_address = laid.has_address || p.kind == ThingKind::address;
      layout.parts.push_back(p);
    }
    layout.services.push_back(laid);
  }
}

/// Jobs and accounting records belong to daemons of these names.
void lay_scheduler(const WorldSpec& spec, Layout& layout) {
  SchedulerLayout& scheduler = layout.scheduler;
  for (std::size_t i = 0; i < layout.parts.size(); ++i) {
    const std::string& name = spec.name_of(layout.parts[i].id);
    if (name.ends_with(".slurmctld")) scheduler.controller = static_cast<int>(i);
    if (name.ends_with(".slurmdbd")) scheduler.accounting = static_cast<int>(i);
  }
  if (scheduler.controller < 0) return;
  const int service = layout.parts[static_cast<std::size_t>(scheduler.controller)].service;
  scheduler.volume = layout.services[static_cast<std::size_t>(service)].marker_volume;
  scheduler.private_state = spec.settings.is("state_dir", "private");
  for (std::size_t i = 0; i < layout.parts.size(); ++i) {
    if (layout.parts[i].service == service && layout.parts[i].kind == ThingKind::database)
      scheduler.database = static_cast<int>(i);
  }
}

void lay_cells(const WorldSpec& spec, Layout& layout) {
  for (const CellSpec& cell : spec.cells) {
    CellLayout laid;
    laid.id = cell.id;
    laid.head = {place_in(spec.heads, cell.heads[0]), place_in(spec.heads, cell.heads[1])};
    for (const ThingId id : cell.services) {
      const int at = place_in(spec.services, id);
      const ServiceLayout& service = layout.services[static_cast<std::size_t>(at)];
      laid.service[static_cast<std::size_t>(laid.services++)] = at;
      for (int i = 0; i < service.parts; ++i) {
        const int part = service.first_part + i;
        layout.parts[static_cast<std::size_t>(part)].resource = laid.resources;
        laid.part[static_cast<std::size_t>(laid.resources++)] = part;
      }
    }
    laid.witness = spec.witness_of(cell);
    if (laid.witness >= 0) {
      const ThingId on = spec.witnesses[static_cast<std::size_t>(laid.witness)].stores_on;
      laid.witness_volume = on == kNoThing ? -1 : place_in(spec.volumes, on);
    }
    layout.cells.push_back(laid);
  }
}

void lay_heads(const WorldSpec& spec, Layout& layout) {
  for (const HeadSpec& head : spec.heads) {
    HeadLayout laid;
    laid.id = head.id;
    laid.config = core_config(spec, head.id);
    laid.names = core_names(spec, head.id);
    laid.cell = std::max(0, place_in(spec.cells, head.cell));
    laid.side = spec.side_of(head.id);
    laid.peer = place_in(spec.heads, spec.peer_of(head.id));
    laid.bmc = head.bmc == kNoThing ? -1 : place_in(spec.bmcs, head.bmc);
    for (std::size_t n = 0; n < spec.networks.size() && laid.paths < ha::kPathsMax; ++n) {
      const unsigned both = layout.networks_of[head.id] & layout.networks_of[spec.peer_of(head.id)];
      if (spec.networks[n].beats && (both >> n & 1U))
        laid.path[static_cast<std::size_t>(laid.paths++)] = static_cast<int>(n);
    }
    const Settings& settings = spec.settings_of(head.id);
    laid.levels = power_levels(spec, head.id);
    laid.config.paths = static_cast<std::uint8_t>(laid.paths);
    // In a state directory of its own a controller sees no file of the other one.
    if (layout.system == System::slurm_rules && settings.is("state_dir", "private")) laid.config.store = false;
    for (const ThingId pdu : head.pdus) {
      if (laid.feeds < kFeeds) laid.feed[static_cast<std::size_t>(laid.feeds++)] = place_in(spec.pdus, pdu);
    }
    laid.twin_config = laid.config;
    laid.twin_config.hardware_id = ~laid.config.hardware_id;
    laid.boot = head.boot;
    laid.watchdog = head.watchdog;
    laid.watchdog_usable = head.watchdog > Duration{0} && !head.soft_watchdog;
    laid.panic_reboot = head.panic_reboot;
    laid.hang_max = settings.duration("hang_max");
    laid.restores = head.restores;
    layout.heads.push_back(laid);
  }
}

void lay_clients(const WorldSpec& spec, Layout& layout) {
  for (const ClientsSpec& clients : spec.clients) {
    ClientsLayout laid{clients.id, clients.hard, clients.writing_every, clients.wait, 0};
    for (const ThingId service : clients.services) laid.services |= 1U << place_in(spec.services, service);
    if (laid.every > Duration{0}) {
      layout.write_every = layout.write_every == Duration{0} ? laid.every : std::min(layout.write_every, laid.every);
      layout.written_services |= laid.services;
    }
    layout.clients.push_back(laid);
  }
}

}  // namespace

int Layout::part_of(ThingId id) const {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].id == id) return static_cast<int>(i);
  }
  return -1;
}

Laid lay_out(std::shared_ptr<const WorldSpec> spec) {
  if (auto complaint = system_refused(spec->system)) return {nullptr, *complaint};
  if (std::string complaint = too_large(*spec); !complaint.empty()) return {nullptr, complaint};
  const System system = *system_named(spec->system);
  if (std::string complaint = too_many_services(*spec, system); !complaint.empty()) return {nullptr, complaint};
  auto layout = std::make_shared<Layout>();
  layout->system = system;
  lay_networks(*spec, *layout);
  lay_services(*spec, *layout);
  lay_scheduler(*spec, *layout);
  lay_cells(*spec, *layout);
  lay_heads(*spec, *layout);
  lay_clients(*spec, *layout);
  layout->spec = std::move(spec);
  return {layout, ""};
}

}  // namespace hasim::sim
