// Wiring: from declared things that mention each other by name to a `WorldSpec` of numbers.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "core/config.h"
#include "lang/declarations.h"
#include "lang/refuse.h"

namespace hasim {
namespace {

using enum ClauseId;

constexpr std::size_t kThingsMax = 10'000;

class Wiring {
 public:
  explicit Wiring(const Declarations& declared) : declared_(declared) {}

  WorldSpec wire() {
    world_.name = declared_.name;
    world_.title = declared_.title;
    world_.system = declared_.system;
    world_.path = declared_.path;
    world_.digest = declared_.digest;
    number();
    for (const Declaration& thing : declared_.things) fill(thing);
    connect();
    check();
    settings();
    return std::move(world_);
  }

 private:
  /// Every thing gets its number first, since things may mention later ones.
  void number() {
    for (const Declaration& thing : declared_.things) {
      add(thing.kind, thing.name);
      const Clause* volumes = thing.clause(nas_exports_names);
      if (volumes == nullptr) volumes = thing.clause(disk_holds_names);
      if (volumes == nullptr) continue;
      const ThingId on = static_cast<ThingId>(world_.things.size() - 1);
      for (const std::string& volume : volumes->names) world_.volumes.push_back({add(ThingKind::volume, volume), on});
    }
    for (const auto& [group, members] : declared_.groups) world_.groups[group] = ids(members);
  }

  ThingId add(ThingKind kind, const std::string& name) {
    if (world_.things.size() >= kThingsMax)
      refuse({1, 1, 1}, fmt::format("more than {} things in one world", kThingsMax));
    const ThingId id = static_cast<ThingId>(world_.things.size());
    const auto index = static_cast<std::uint16_t>(slot_of(kind)++);
    world_.things.push_back({kind, index, name});
    ids_.emplace(name, id);
    return id;
  }

  /// Counts things by kind; parts are counted together, since they share one vector.
  std::size_t& slot_of(ThingKind kind) { return counts_[static_cast<std::size_t>(std::min(kind, ThingKind::address))]; }

  ThingId id(const std::string& name) const {
    const auto found = ids_.find(name);
    return found == ids_.end() ? kNoThing : found->second;
  }

  std::vector<ThingId> ids(const std::vector<std::string>& names) const {
    std::vector<ThingId> all;
    for (const std::string& name : names) {
      if (id(name) != kNoThing) all.push_back(id(name));
    }
    return all;
  }

  std::vector<ThingId> ids(const Declaration& thing, ClauseId clause) const {
    const Clause* found = thing.clause(clause);
    return found == nullptr ? std::vector<ThingId>{} : ids(found->names);
  }

  ThingId one(const Declaration& thing, ClauseId clause) const {
    const std::vector<ThingId> all = ids(thing, clause);
    return all.empty() ? kNoThing : all.front();
  }

  static Duration time(const Declaration& thing, ClauseId clause, Duration otherwise = Duration{0}) {
    const Clause* found = thing.clause(clause);
    return found == nullptr ? otherwise : Duration{found->number};
  }

  static std::string word(const Declaration& thing, ClauseId clause) {
    const Clause* found = thing.clause(clause);
    return found == nullptr ? std::string{} : found->word;
  }

  static bool has(const Declaration& thing, ClauseId clause) { return thing.clause(clause) != nullptr; }

  /// The branch taken of a clause with alternatives.
  static std::uint8_t pick(const Declaration& thing, ClauseId clause, std::uint8_t otherwise) {
    const Clause* found = thing.clause(clause);
    return found == nullptr ? otherwise : found->pick;
  }

  void fill(const Declaration& thing) {
    const ThingId self = id(thing.name);
    switch (thing.kind) {
      case ThingKind::head: return head(thing, self);
      case ThingKind::network: return network(thing, self);
      case ThingKind::bmc: return bmc(thing, self);
      case ThingKind::pdu: world_.pdus.push_back({self, one(thing, pdu_on_net)}); return;
      case ThingKind::nas:
        world_.nas.push_back({self, ids(thing, nas_on_nets), ids(thing, nas_exports_names), time(thing, nas_grace_dur),
                              pick(thing, nas_speaks_nfs3_nfs4, 0) == 1, has(thing, nas_speaks_nfs3_nfs4)});
        return;
      case ThingKind::disk:
        world_.disks.push_back({self, ids(thing, disk_reached_by_heads), ids(thing, disk_holds_names)});
        return;
      case ThingKind::voter:
        world_.voters.push_back({self, ids(thing, voters_on_nets), pick(thing, voters_mount_hard_soft, 1) == 0});
        return;
      case ThingKind::witness:
        world_.witnesses.push_back({self, ids(thing, witness_on_nets), pick(thing, witness_speaks_lease_vote, 0) == 0,
                                    one(thing, witness_stores_on_volume)});
        return;
      case ThingKind::clients: return clients(thing, self);
      case ThingKind::cell: return cell(thing, self);
      case ThingKind::service:
        world_.services.push_back({self,
                                   one(thing, service_in_cell),
                                   one(thing, service_prefers_head),
                                   ids(thing, service_needs_services),
                                   {},
                                   0});
        return;
      case ThingKind::volume: return;
      default: return part(thing, self);
    }
  }

  void head(const Declaration& thing, ThingId self) {
    HeadSpec head;
    head.id = self;
    head.networks = ids(thing, head_on_nets);
    head.pdus = ids(thing, head_fed_by_pdus);
    head.boot = time(thing, head_boots_in_dur, head.boot);
    head.watchdog = time(thing, head_watchdog_dur_soft);
    head.soft_watchdog = pick(thing, head_watchdog_dur_soft, 0) == 1;
    head.panic_reboot = time(thing, head_panics_reboot_in_dur);
    constexpr std::array kRestores{Restores::on, Restores::off, Restores::last};
    head.restores = kRestores[pick(thing, head_restores_on_off_last, 2)];
    if (const Clause* disk = thing.clause(head_disk_size)) head.disk_bytes = static_cast<std::uint64_t>(disk->number);
    if (const Clause* cpus = thing.clause(head_cpus_int)) head.cpus = static_cast<int>(cpus->number);
    world_.heads.push_back(std::move(head));
  }

  void network(const Declaration& thing, ThingId self) {
    NetworkSpec network;
    network.id = self;
    network.prefix = word(thing, network_at_prefix);
    network.beats = has(thing, network_carries_beats);
    network.cable = has(thing, network_cable);
    network.latency = time(thing, network_latency_dur, network.latency);
    if (const Clause* rate = thing.clause(network_rate_rate)) {
      network.rate_bits = static_cast<std::uint64_t>(rate->number);
    }
    world_.networks.push_back(std::move(network));
  }

  void bmc(const Declaration& thing, ThingId self) {
    BmcSpec bmc;
    bmc.id = self;
    bmc.head = one(thing, bmc_of_head);
    bmc.redfish = pick(thing, bmc_speaks_ipmi_redfish, 0) == 1;
    bmc.network = one(thing, bmc_on_net);
    bmc.powered_apart = pick(thing, bmc_powered_apart_by_its_host, 0) == 0;
    if (has(thing, bmc_takes_dur_to_power_off)) bmc.power_off = time(thing, bmc_takes_dur_to_power_off);
    world_.bmcs.push_back(bmc);
  }

  void clients(const Declaration& thing, ThingId self) {
    world_.clients.push_back({self, ids(thing, clients_on_nets), pick(thing, clients_mount_hard_soft, 0) == 0,
                              time(thing, clients_writing_every_dur), time(thing, clients_wait_dur),
                              ids(thing, clients_use_services)});
  }

  void cell(const Declaration& thing, ThingId self) {
    const std::vector<ThingId> heads = ids(thing, cell_heads_names);
    if (heads.size() != 2 || heads[0] == heads[1]) no(thing, "a cell has two heads");
    for (const ThingId head : heads) {
      if (world_.kind_of(head) != ThingKind::head) no(thing, fmt::format("\"{}\" is no head", world_.name_of(head)));
    }
    world_.cells.push_back({self, {heads[0], heads[1]}, {}});
  }

  void part(const Declaration& thing, ThingId self) {
    PartSpec part;
    part.id = self;
    part.kind = thing.kind;
    part.service = id(thing.service);
    if (thing.kind == ThingKind::mount) part.volume = id(thing.name.substr(thing.service.size() + 1));
    part.network = one(thing, part_address_on_net);
    part.address = word(thing, part_address_at_prefix);
    part.path = word(thing, part_mount_at_path);
    part.exclusive = has(thing, part_mount_exclusive);
    part.replicates = has(thing, part_database_replicates);
    part.behind = time(thing, part_database_at_dur_behind);
    const bool daemon = thing.kind == ThingKind::daemon, script = thing.kind == ThingKind::script;
    part.start = time(thing, daemon   ? part_daemon_starts_in_dur
                             : script ? part_script_starts_in_dur
                                      : part_database_starts_in_dur);
    part.stop = time(thing, daemon   ? part_daemon_stops_in_dur
                            : script ? part_script_stops_in_dur
                                     : part_database_stops_in_dur);
    part.check = time(thing, daemon ? part_daemon_checked_every_dur : part_database_checked_every_dur);
    part.after = ids(thing, part_daemon_starts_after_services);
    world_.parts.push_back(std::move(part));
  }

  /// What is said at one thing and asked of another.
  void connect() {
    for (const BmcSpec& bmc : world_.bmcs) {
      if (bmc.head != kNoThing) world_.heads[world_.things[bmc.head].index].bmc = bmc.id;
    }
    for (const CellSpec& cell : world_.cells) {
      for (const ThingId head : cell.heads) world_.heads[world_.things[head].index].cell = cell.id;
    }
    for (ServiceSpec& service : world_.services) {
      if (service.cell == kNoThing) continue;
      std::vector<ThingId>& neighbours = world_.cells[world_.things[service.cell].index].services;
      service.number = static_cast<std::uint8_t>(std::min<std::size_t>(neighbours.size(), UINT8_MAX));
      neighbours.push_back(service.id);
    }
    for (const PartSpec& part : world_.parts) {
      world_.services[world_.things[part.service].index].parts.push_back(part.id);
    }
  }

  void check() const {
    for (const HeadSpec& head : world_.heads) {
      const Declaration& thing = declared(head.id);
      if (head.cell == kNoThing) no(thing, fmt::format("{} is in no cell", thing.name));
      const auto beats = std::count_if(head.networks.begin(), head.networks.end(), [&](ThingId network) {
        return world_.networks[world_.things[network].index].beats;
      });
      if (beats == 0) no(thing, fmt::format("{} is on no network that carries beats", thing.name));
      if (beats > ha::kPathsMax) no(thing, fmt::format("{} has more than {} beat paths", thing.name, ha::kPathsMax));
    }
    for (const ServiceSpec& service : world_.services) {
      const Declaration& thing = declared(service.id);
      if (service.cell == kNoThing) no(thing, fmt::format("service {} is in no cell: in CELL", thing.name));
      if (service.parts.size() > ha::kResourcesMax)
        no(thing, fmt::format("service {} has more than {} parts", thing.name, ha::kResourcesMax));
      if (service.prefers != kNoThing && world_.heads[world_.things[service.prefers].index].cell != service.cell) {
        no(thing, fmt::format("service {} prefers {}, which is no head of {}", thing.name,
                              world_.name_of(service.prefers), world_.name_of(service.cell)));
      }
      if (waits_for_itself(service)) no(thing, fmt::format("service {} waits for itself", thing.name));
    }
    for (const CellSpec& cell : world_.cells) check_services(cell);
    if (world_.cells.empty()) refuse({1, 1, 1}, "a world needs a cell: cell NAME heads A, B");
  }

  /// What the heads of one cell decide about has its bounds in the core.
  void check_services(const CellSpec& cell) const {
    if (cell.services.size() > ha::kServicesMax) {
      no(declared(cell.services[ha::kServicesMax]),
         fmt::format("{} has {} services, and its heads decide about {} at most", world_.name_of(cell.id),
                     cell.services.size(), ha::kServicesMax));
    }
    std::size_t parts = 0;
    for (const ThingId id : cell.services) {
      parts += world_.services[world_.things[id].index].parts.size();
      if (parts <= ha::kResourcesMax) continue;
      no(declared(id), fmt::format("the services of {} have more than {} parts together", world_.name_of(cell.id),
                                   ha::kResourcesMax));
    }
  }

  /// Does that service need itself, by whatever others?
  bool waits_for_itself(const ServiceSpec& service) const {
    std::vector<ThingId> needed = service.needs;
    for (std::size_t i = 0; i < needed.size(); ++i) {
      if (needed[i] == service.id) return true;
      for (const ThingId next : world_.services[world_.things[needed[i]].index].needs) {
        if (std::find(needed.begin(), needed.end(), next) == needed.end()) needed.push_back(next);
      }
    }
    return false;
  }

  const Declaration& declared(ThingId thing) const {
    return *std::find_if(declared_.things.begin(), declared_.things.end(),
                         [&](const Declaration& d) { return d.name == world_.name_of(thing); });
  }

  /// Refuses a thing in the file that declares it.
  [[noreturn]] void no(const Declaration& thing, std::string message) const {
    throw Refused{{thing.path, thing.place, std::move(message), thing.source_line, {}}};
  }

  void settings() {
    world_.settings = declared_.settings;
    for (const SettingLine& line : declared_.settings_on) {
      const ThingId head = id(line.head);
      if (head == kNoThing) continue;
      line.apply(world_.settings_on.try_emplace(head, world_.settings).first->second);
    }
  }

  static constexpr std::size_t kKinds = static_cast<std::size_t>(ThingKind::address) + 1;

  const Declarations& declared_;
  WorldSpec world_;
  std::map<std::string, ThingId, std::less<>> ids_;
  std::array<std::size_t, kKinds> counts_{};  ///< by kind; all parts together
};

}  // namespace

WorldSpec wire(const Declarations& declared) { return Wiring(declared).wire(); }

}  // namespace hasim
