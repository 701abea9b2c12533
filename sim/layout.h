// How a world is wired, as numbers: made once from a WorldSpec and shared by all runs in it.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/event.h"
#include "lang/core_report.h"
#include "lang/power_levels.h"
#include "sim/decider.h"
#include "sim/limits.h"

namespace hasim::sim {

struct HeadLayout {
  ThingId id = kNoThing;
  ha::Config config;
  CoreNames names;         ///< what its reports are about
  ha::Config twin_config;  ///< of a machine that booted a copy of its disk
  int cell = 0;
  int side = 0;  ///< 0 or 1 in its cell
  int peer = 0;  ///< index of the other head of the cell
  int bmc = -1;  ///< index in WorldSpec::bmcs
  int paths = 0;
  std::array<int, ha::kPathsMax> path{};  ///< network of each path
  std::vector<PowerLevel> levels;         ///< devices behind the fence levels of its core
  int feeds = 0;
  std::array<int, kFeeds> feed{};  ///< PDUs
  Duration boot{};
  Duration watchdog{};
  bool watchdog_usable = false;
  Duration panic_reboot{};
  Duration hang_max{};
  Restores restores = Restores::last;
};

struct PartLayout {
  ThingId id = kNoThing;
  ThingKind kind{};
  int cell = 0;
  int service = 0;
  int resource = 0;   ///< number in the core's list of its cell
  int volume = -1;    ///< of a mount
  int network = -1;   ///< of an address
  int prefix = 0;     ///< of an address: length of its network's prefix
  int database = -1;  ///< number among those that replicate
  Duration start{}, stop{}, check{};
  Duration behind{};       ///< how far its replica is behind on an ordinary day
  std::vector<int> after;  ///< services that are served before it starts
};

struct VolumeLayout {
  ThingId id = kNoThing;
  int nas = -1;                    ///< -1: on an array that the heads reach themselves
  int service = -1;                ///< whose mount it is
  std::uint32_t reached_by = ~0U;  ///< bit per head that is cabled to the array
};

struct ServiceLayout {
  ThingId id = kNoThing;
  int cell = 0;
  int number = 0;      ///< within its cell: `ha::ServiceIndex`
  int first_part = 0;  ///< parts of one service lie together
  int parts = 0;
  int marker_volume = -1;  ///< its first volume carries the marker
  bool has_address = false;
  std::vector<int> needs;  ///< services that are served before anything of this one starts
};

struct CellLayout {
  ThingId id = kNoThing;
  std::array<int, 2> head{};
  int resources = 0;
  std::array<int, ha::kResourcesMax> part{};  ///< of each resource
  int services = 0;
  ha::PerService<int> service{};  ///< by number
  int witness = -1;
  int witness_volume = -1;
};

struct ClientsLayout {
  ThingId id = kNoThing;
  bool hard = true;
  Duration every{};
  Duration wait{};
  std::uint32_t services = 0;  ///< bit per service
};

/// The parts of Slurm, known by the names of their daemons; -1: the world has none.
struct SchedulerLayout {
  int controller = -1;  ///< slurmctld
  int accounting = -1;  ///< slurmdbd
  int database = -1;    ///< of its service
  int volume = -1;      ///< the state directory: the first volume of its service
  bool private_state = false;
};

struct Layout {
  std::shared_ptr<const WorldSpec> spec;
  System system = System::hacore;  ///< what decides on all heads
  std::vector<HeadLayout> heads;
  std::vector<PartLayout> parts;
  std::vector<VolumeLayout> volumes;
  std::vector<ServiceLayout> services;
  std::vector<CellLayout> cells;
  std::vector<ClientsLayout> clients;
  std::vector<Duration> beat_takes;  ///< by network: latency, and the time to clock a beat out
  std::vector<int> databases;        ///< parts that replicate
  Duration lag_max{}, failover_max{};
  SchedulerLayout scheduler;
  std::vector<std::uint16_t> networks_of;  ///< by thing: bit per network it is on
  Duration write_every{};                  ///< shortest interval of all writing clients; 0: nobody writes
  std::uint32_t written_services = 0;      ///< bit per service that they write to

  int index_of(ThingId id) const { return spec->things[id].index; }
  bool is(ThingId id, ThingKind kind) const { return id != kNoThing && spec->kind_of(id) == kind; }
  const CellLayout& cell_of(int head) const {
    return cells[static_cast<std::size_t>(heads[static_cast<std::size_t>(head)].cell)];
  }
  /// The service of that number in the cell of a head, -1 if it has none.
  int service_of(int head, std::size_t number) const {
    const CellLayout& cell = cell_of(head);
    return static_cast<int>(number) < cell.services ? cell.service[number] : -1;
  }
  /// What an event says of the service it is about: nothing where there is but one.
  ThingId named(int head, std::size_t number) const {
    const CellLayout& cell = cell_of(head);
    return cell.services < 2 || static_cast<int>(number) >= cell.services
               ? kNoThing
               : services[static_cast<std::size_t>(cell.service[number])].id;
  }
  /// The number of a service within its cell, by its index in the world.
  std::size_t number_of(int service) const {
    return static_cast<std::size_t>(services[static_cast<std::size_t>(service)].number);
  }
  /// The part with that thing, -1 if it is none.
  int part_of(ThingId id) const;
};

/// The layout of a world, or why this simulator cannot hold it.
struct Laid {
  std::shared_ptr<const Layout> layout;
  std::string complaint;
};
Laid lay_out(std::shared_ptr<const WorldSpec> spec);

}  // namespace hasim::sim
