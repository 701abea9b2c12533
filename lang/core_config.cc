// What a world and its settings mean for the core of one head.
#include <algorithm>

#include "lang/digest.h"
#include "lang/power_levels.h"
#include "lang/spec.h"

namespace hasim {
namespace {

const HeadSpec& spec_of(const WorldSpec& world, ThingId head) { return world.heads[world.things[head].index]; }

const CellSpec& cell_of(const WorldSpec& world, const HeadSpec& head) {
  return world.cells[world.things[head.cell].index];
}
const ServiceSpec& service_of(const WorldSpec& world, ThingId id) { return world.services[world.things[id].index]; }

std::uint8_t beat_paths(const WorldSpec& world, const HeadSpec& head) {
  const auto carried = std::count_if(head.networks.begin(), head.networks.end(), [&](ThingId network) {
    return world.networks[world.things[network].index].beats;
  });
  return static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(carried, ha::kPathsMax));
}

/// The paths among them that are a direct cable: there a lost carrier is the peer's own (D2).
std::uint8_t cable_paths(const WorldSpec& world, const HeadSpec& head) {
  unsigned cables = 0;
  int path = 0;
  for (const ThingId network : head.networks) {
    const NetworkSpec& spec = world.networks[world.things[network].index];
    if (!spec.beats || path == ha::kPathsMax) continue;
    cables |= spec.cable ? 1U << path : 0U;
    ++path;
  }
  return static_cast<std::uint8_t>(cables);
}

/// A soft watchdog stops with the kernel it should reset, so it proves nothing (catalogue FE18).
bool has_proving_watchdog(const HeadSpec& head) { return head.watchdog > Duration{0} && !head.soft_watchdog; }

/// A service with a mount keeps its data there; one with a database alone keeps a copy on each head.
ha::Storage storage_of(const WorldSpec& world, const ServiceSpec& service) {
  const auto has = [&](ThingKind kind) {
    return std::any_of(service.parts.begin(), service.parts.end(),
                       [&](ThingId id) { return world.kind_of(id) == kind; });
  };
  if (has(ThingKind::mount)) return ha::Storage::shared;
  return has(ThingKind::database) ? ha::Storage::local : ha::Storage::none;
}

std::uint32_t mounts_of(const WorldSpec& world, const ServiceSpec& service) {
  std::uint32_t mounts = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(service.parts.size(), ha::kResourcesMax); ++i)
    mounts |= world.kind_of(service.parts[i]) == ThingKind::mount ? 1U << i : 0U;
  return mounts;
}

void set_timings(ha::Config& config, const Settings& settings) {
  config.keep_alive = settings.duration("keep_alive");
  config.warn_after = settings.duration("warn_after");
  config.dead_after = settings.duration("dead_after");
  config.init_dead = settings.duration("init_dead");
  config.quorum_wait = settings.duration("quorum_wait");
  config.fence_max = settings.duration("fence_max");
  config.fence_delay = settings.duration("fence_delay");
  config.start_max = settings.duration("start_max");
  config.stop_max = settings.duration("stop_max");
  config.right_to_run = settings.duration("right_to_run");
  config.watchdog_after = settings.duration("watchdog_after");
  config.margin = settings.duration("margin");
  config.mount_retry = settings.duration("mount_retry");
  config.dump_max = settings.duration("dump_max");
  config.damping_window = settings.duration("damping_window");
  config.reannounce_every = settings.duration("reannounce_every");
  config.bmc_check_every = settings.duration("bmc_check_every");
  config.drift_max = ha::Drift{settings.number("drift_max")};
}

std::uint64_t hardware_id(const WorldSpec& world, ThingId head) { return Digest{}.add(world.name_of(head)).value(); }

std::uint8_t small(std::int64_t n) { return static_cast<std::uint8_t>(std::clamp<std::int64_t>(n, 0, UINT8_MAX)); }

struct NamedLevel {
  PowerLevel level;
  std::string word;
};

std::string spoken_by(const WorldSpec& world, const HeadSpec& head) {
  return world.bmcs[world.things[head.bmc].index].redfish ? "redfish" : "ipmi";
}

/// The levels that the setting names and the peer has; of several words for one device the first.
std::vector<NamedLevel> named_levels(const WorldSpec& world, ThingId head) {
  const HeadSpec& peer = spec_of(world, world.peer_of(head));
  std::vector<NamedLevel> levels;
  for (const std::string& word : world.settings_of(head).words_of("fence_levels")) {
    const bool by_bmc = word == "ipmi" || word == "redfish" || word == "agent";
    if (!by_bmc && word != "pdu") continue;
    const PowerLevel level = by_bmc ? PowerLevel::bmc : PowerLevel::pdu;
    const bool there = by_bmc ? peer.bmc != kNoThing : !peer.pdus.empty();
    const bool known = std::any_of(levels.begin(), levels.end(), [&](auto& one) { return one.level == level; });
    if (there && !known) levels.push_back({level, by_bmc && word != "agent" ? spoken_by(world, peer) : word});
  }
  return levels;
}

/// The services of the cell in the order of the file; of one that nobody prefers the first head is the home.
void set_services(ha::Config& config, const WorldSpec& world, const CellSpec& cell) {
  config.services = std::max<std::uint8_t>(1, small(static_cast<std::int64_t>(cell.services.size())));
  if (cell.services.empty()) config.service[0].storage = ha::Storage::none;
  std::uint8_t first = 0;
  for (const ThingId id : cell.services) {
    const ServiceSpec& service = service_of(world, id);
    ha::ServiceConfig& set = config.service.at(service.number);
    set.first = first;
    set.resources = small(static_cast<std::int64_t>(service.parts.size()));
    set.preferred =
        service.prefers == kNoThing ? std::uint8_t{0} : static_cast<std::uint8_t>(world.side_of(service.prefers));
    set.storage = storage_of(world, service);
    config.mounts |= mounts_of(world, service) << first;
    first = static_cast<std::uint8_t>(first + set.resources);
  }
}

/// Under which word the times of such parts are added up.
std::string group_of(ThingKind part) {
  switch (part) {
    case ThingKind::address: return "addr";
    case ThingKind::mount: return "mounts";
    case ThingKind::database: return "db";
    case ThingKind::script: return "scripts";
    default: return "daemons";
  }
}

/// Over all that both heads must agree about, also that they have devices of the same kind; not which head it is.
std::uint32_t digest_of(const ha::Config& config) {
  Digest digest;
  for (const std::uint64_t number :
       {std::uint64_t{config.cell}, std::uint64_t{config.services}, std::uint64_t{config.mounts},
        std::uint64_t{config.paths}, std::uint64_t{config.fence_levels}, std::uint64_t{config.store},
        std::uint64_t{config.watchdog}, std::uint64_t{config.watchdog_proves}, std::uint64_t{config.ping},
        std::uint64_t{config.voters}, std::uint64_t{config.evidence}, static_cast<std::uint64_t>(config.without_votes),
        static_cast<std::uint64_t>(config.on_poweroff), std::uint64_t{config.restarts_max},
        std::uint64_t{config.failovers_max}, std::uint64_t{config.fences_max},
        static_cast<std::uint64_t>(config.drift_max)}) {
    digest.add(number);
  }
  for (const ha::ServiceConfig& service : config.service) {
    for (const std::uint64_t number : {std::uint64_t{service.first}, std::uint64_t{service.resources},
                                       std::uint64_t{service.preferred}, static_cast<std::uint64_t>(service.storage)}) {
      digest.add(number);
    }
  }
  for (const Duration duration :
       {config.keep_alive, config.warn_after, config.dead_after, config.init_dead, config.quorum_wait, config.fence_max,
        config.fence_delay, config.start_max, config.stop_max, config.right_to_run, config.watchdog_after,
        config.margin, config.late_max, config.mount_retry, config.dump_max, config.damping_window,
        config.reannounce_every, config.bmc_check_every}) {
    digest.add(static_cast<std::uint64_t>(duration.count()));
  }
  return static_cast<std::uint32_t>(digest.value() ^ (digest.value() >> 32));
}

}  // namespace

std::vector<PowerLevel> power_levels(const WorldSpec& world, ThingId head) {
  std::vector<PowerLevel> levels;
  for (const NamedLevel& level : named_levels(world, head)) levels.push_back(level.level);
  return levels;
}

ha::Surroundings surroundings(const WorldSpec& world, ThingId head) {
  const HeadSpec& self = spec_of(world, head);
  const HeadSpec& peer = spec_of(world, world.peer_of(head));
  ha::Surroundings known;
  known.watchdog = self.watchdog;
  for (const NamedLevel& level : named_levels(world, head)) {
    known.fence_levels.push_back(level.word);
    if (level.level == PowerLevel::bmc) known.off_takes = world.bmcs[world.things[peer.bmc].index].power_off;
  }
  for (const ThingId service : cell_of(world, self).services) {
    for (const ThingId id : service_of(world, service).parts) {
      const PartSpec& part = world.parts[world.things[id].index];
      known.parts.push_back({group_of(part.kind), part.start, part.stop, service_of(world, service).number});
    }
  }
  return known;
}

ha::Config core_config(const WorldSpec& world, ThingId head) {
  const HeadSpec& self = spec_of(world, head);
  const HeadSpec& peer = spec_of(world, world.peer_of(head));
  const Settings& settings = world.settings_of(head);
  ha::Config config;
  config.cell = world.things[self.cell].index + 1u;
  config.self = static_cast<std::uint8_t>(world.side_of(head));
  config.hardware_id = hardware_id(world, head);
  config.peer_hardware_id = hardware_id(world, world.peer_of(head));
  set_services(config, world, cell_of(world, self));
  config.paths = beat_paths(world, self);
  config.cables = cable_paths(world, self);
  config.evidence = settings.is("evidence", "on");
  config.fence_levels = small(static_cast<std::int64_t>(power_levels(world, head).size()));
  config.store = world.witness_of(cell_of(world, self)) >= 0;
  config.watchdog = self.watchdog > Duration{0};
  config.watchdog_proves = config.store && has_proving_watchdog(self) && has_proving_watchdog(peer) &&
                           settings.is("fence_levels", "watchdog");
  config.ping = !world.nas.empty();
  config.voters = static_cast<std::uint16_t>(world.votes());
  config.without_votes = settings.is("without_votes", "hold") ? ha::WithoutVotes::hold : ha::WithoutVotes::fence;
  config.on_poweroff = settings.is("on_poweroff", "stay") ? ha::OnPoweroff::stay : ha::OnPoweroff::handover;
  set_timings(config, settings);
  config.restarts_max = small(settings.number("restarts_max"));
  config.failovers_max = small(settings.number("failovers_max"));
  config.fences_max = small(settings.number("fences_max"));
  config.digest = digest_of(config);
  return config;
}

}  // namespace hasim
