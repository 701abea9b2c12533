// What a `*.world` file says, checked and resolved: the things of a world, how they are wired, and their settings.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/time.h"

namespace hasim {

using ha::Duration;

/// Index into `WorldSpec::things`; names are unique in a world over all kinds.
using ThingId = std::uint16_t;
inline constexpr ThingId kNoThing = 0xffff;

/// Kinds of things. A part of a service is a thing of its own, named `service.part`. The BMC of a head is a thing named
/// "bmc of head1".
enum class ThingKind : std::uint8_t {
  head,
  network,
  bmc,
  pdu,
  nas,
  volume,
  disk,
  voter,
  witness,
  clients,
  cell,
  service,
  address,
  mount,
  database,
  daemon,
  script
};

struct Thing {
  ThingKind kind{};
  std::uint16_t index = 0;  ///< position in the vector of its kind in WorldSpec (parts: in WorldSpec::parts)
  std::string name;
};

struct NetworkSpec {
  ThingId id;
  std::string prefix;
  bool beats = false;
  bool cable = false;
  Duration latency = std::chrono::microseconds{100};
  std::uint64_t rate_bits = 0;
};
enum class Restores : std::uint8_t { off, on, last };
struct HeadSpec {
  ThingId id;
  std::vector<ThingId> networks;
  std::vector<ThingId> pdus;
  Duration boot = std::chrono::seconds{90};
  Duration watchdog{0};  ///< 0: none
  bool soft_watchdog = false;
  Duration panic_reboot{0};  ///< 0: a panicked kernel stays where it is
  Restores restores = Restores::last;
  std::uint64_t disk_bytes = 0;  ///< 0: not said
  int cpus = 1;
  ThingId bmc = kNoThing;
  ThingId cell = kNoThing;
};
struct BmcSpec {
  ThingId id;
  ThingId head;
  bool redfish = false;
  ThingId network = kNoThing;
  bool powered_apart = true;
  Duration power_off = std::chrono::milliseconds{200};  ///< from the command until the chassis is off
};
struct PduSpec {
  ThingId id;
  ThingId network = kNoThing;
};
struct NasSpec {
  ThingId id;
  std::vector<ThingId> networks;
  std::vector<ThingId> exports;
  Duration grace{0};
  bool nfs4 = false;
  bool says_protocol = false;  ///< which it speaks is said in the world, and not taken for granted
};
/// A shared array: its volumes are reached by the heads themselves, without a network.
struct DiskSpec {
  ThingId id;
  std::vector<ThingId> heads;
  std::vector<ThingId> volumes;
};
struct VolumeSpec {
  ThingId id;
  ThingId on; /* nas or disk */
};
struct VoterSpec {
  ThingId id;
  std::vector<ThingId> networks;
  bool hard = false;  ///< waits for a NAS that does not answer, and says nothing meanwhile
};
struct WitnessSpec {
  ThingId id;
  std::vector<ThingId> networks;
  bool lease = true;  ///< keeps leases and claims; otherwise it votes, as a voter does
  ThingId stores_on = kNoThing;
};
struct ClientsSpec {
  ThingId id;
  std::vector<ThingId> networks;
  bool hard = true;
  Duration writing_every{0};
  Duration wait{0};
  std::vector<ThingId> services;
};
struct CellSpec {
  ThingId id;
  std::array<ThingId, 2> heads{kNoThing, kNoThing};
  std::vector<ThingId> services; /* in the order of the file */
};
struct PartSpec {
  ThingId id;
  ThingKind kind{};
  ThingId service = kNoThing;
  ThingId volume = kNoThing;   ///< of a mount
  ThingId network = kNoThing;  ///< of an address
  std::string address, path;
  bool exclusive = false;
  bool replicates = false;
  Duration start{0}, stop{0}, check{0}, behind{0};
  std::vector<ThingId> after;  ///< `starts after SERVICES`
};
struct ServiceSpec {
  ThingId id;
  ThingId cell = kNoThing;
  ThingId prefers = kNoThing;
  std::vector<ThingId> needs;
  std::vector<ThingId> parts; /* in start order */
  std::uint8_t number = 0;    ///< within its cell: `ha::ServiceIndex`
};

/// Values of settings by name, in ns for durations; lists and choices as their words. Per head where `set X on HEAD`.
struct Settings {
  std::map<std::string, std::int64_t, std::less<>> numbers;            ///< durations in ns, counts, ppm
  std::map<std::string, std::vector<std::string>, std::less<>> words;  ///< choices and lists
  /// Value of a duration or count; also the computed `failover_max`. The name must be a known setting.
  std::int64_t number(std::string_view name) const;
  Duration duration(std::string_view name) const { return Duration{number(name)}; }
  const std::vector<std::string>& words_of(std::string_view name) const;
  bool is(std::string_view name, std::string_view word) const;
};
/// All settings with the defaults of docs/vocabulary.md.
Settings default_settings();

struct WorldSpec {
  std::string name, title, system = "hacore";
  std::string path;          ///< the file it was read from
  std::uint64_t digest = 0;  ///< of the file and all it is like
  std::vector<Thing> things;
  std::vector<NetworkSpec> networks;
  std::vector<HeadSpec> heads;
  std::vector<BmcSpec> bmcs;
  std::vector<PduSpec> pdus;
  std::vector<NasSpec> nas;
  std::vector<DiskSpec> disks;
  std::vector<VolumeSpec> volumes;
  std::vector<VoterSpec> voters;
  std::vector<WitnessSpec> witnesses;
  std::vector<ClientsSpec> clients;
  std::vector<CellSpec> cells;
  std::vector<PartSpec> parts;
  std::vector<ServiceSpec> services;
  std::map<std::string, std::vector<ThingId>, std::less<>> groups;  ///< own groups; the built-in ones are computed
  Settings settings;                                                ///< of all heads
  std::map<ThingId, Settings> settings_on;                          ///< whole settings of heads that differ

  ThingId find(std::string_view name) const;  ///< kNoThing if there is none
  const std::string& name_of(ThingId id) const { return things[id].name; }
  ThingKind kind_of(ThingId id) const { return things[id].kind; }
  const Settings& settings_of(ThingId head) const;
  /// Index 0 or 1 of a head in its cell, and its peer.
  int side_of(ThingId head) const;
  ThingId peer_of(ThingId head) const;
  /// A witness keeps leases and claims.
  bool has_store() const;
  /// How many votes there are: those of the voters, and of witnesses that vote.
  std::size_t votes() const;
  /// Index of the witness whose lease a cell uses: the first one that both its heads reach, which a quorum disk on an
  /// array of others is not. -1: none.
  int witness_of(const CellSpec&) const;
};

/// The core's configuration of one head in this world: the same for every world that runs hacore.
ha::Config core_config(const WorldSpec&, ThingId head);

/// What the settings of that head have to fit: its watchdog, the peer's power devices, the parts of its services.
ha::Surroundings surroundings(const WorldSpec&, ThingId head);

}  // namespace hasim
