// What /etc/hacore/hacore.toml says, as values. One file serves both heads: arrays of two are of the first and of the
// second head in the order of `heads`.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/config.h"

namespace hacored {

using ha::Duration;
template <class T>
using PerHead = std::array<T, 2>;
/// Parameters of an agent, as it is given them. Ordered by name, so that what a program is told is always the same.
using Parameters = std::map<std::string, std::string>;

/// One network that carries beats, by UDP between two fixed addresses.
struct PathSettings {
  std::string name;
  PerHead<std::string> interface;
  PerHead<std::string> address;  ///< IPv4 or IPv6, without prefix
  std::uint16_t port = 5410;
  bool cable = false;  ///< a direct cable: its carrier is the peer's own
  bool operator==(const PathSettings&) const = default;
};

/// One resource of a service. Whatever its type, it is a program `resource-TYPE` that is told what to do
/// (docs/agents.md).
struct ResourceSettings {
  std::string name;
  std::string type;       ///< "address", "mount", "unit", "ocf", "mariadb", "script"
  Parameters parameters;  ///< of this head; `param.x` of an OCF agent is "param_x"
  std::uint8_t service = 0;
  Duration start_max{std::chrono::seconds{20}};  ///< limits; what it usually takes is in `Settings::surroundings`
  Duration stop_max{std::chrono::seconds{20}};
  Duration check_every{std::chrono::seconds{10}};  ///< 0: is not checked
  Duration check_max{std::chrono::seconds{10}};
  int failures = 1;  ///< it counts as failed after so many of …
  int of = 1;        ///< … the newest checks
  bool operator==(const ResourceSettings&) const = default;
};

struct ServiceSettings {
  std::string name;
  std::vector<ResourceSettings> resources;  ///< in start order
  std::string marker;  ///< the mount whose storage carries the epoch of its newest owner; empty: storage is not shared
  bool operator==(const ServiceSettings&) const = default;
};

/// One level of power fencing: an agent (FenceAgentAPI) and what it is told to reach each head. A level with several
/// devices is off only if all of them read off.
struct FenceLevel {
  std::string name;
  std::string agent;                           ///< a name in the agents' folders, or an absolute path
  PerHead<std::vector<Parameters>> devices;    ///< by the head that is switched; secrets are filled in
  Duration timeout{std::chrono::seconds{20}};  ///< of one call
  bool operator==(const FenceLevel&) const = default;
};

/// Where leases and claims are kept.
struct StoreSettings {
  std::string url;  ///< "nfs://SERVER/EXPORT/DIR", "dir:/PATH" or "block:/dev/…"; empty: there is none
  Duration timeout{std::chrono::seconds{2}};
  bool operator==(const StoreSettings&) const = default;
};

/// Whether and how the crash kernel of the other head is listened to.
struct DumpSettings {
  bool listen = false;
  std::uint16_t port = 7410;
  Duration interval{std::chrono::seconds{10}};  ///< that long after its last message it is still believed
  PerHead<std::string> address;                 ///< of the crash kernels, beside those of the paths; empty: no other
  bool operator==(const DumpSettings&) const = default;
};

struct VoterSettings {
  std::vector<std::string> addresses;
  std::uint16_t port = 5411;
  std::string key_file;
  bool operator==(const VoterSettings&) const = default;
};

struct Settings {
  std::string cell;  ///< its name
  PerHead<std::string> heads;
  std::uint8_t self = 0;
  ha::Config core;  ///< `self`, `digest` and everything that the rest of the file implies are set
  ha::Surroundings surroundings;

  std::vector<PathSettings> paths;
  std::vector<ServiceSettings> services;
  std::vector<FenceLevel> fence;
  PerHead<std::uint64_t> chassis{};  ///< what the fence devices must say of each machine (machine_number); 0: not told
  StoreSettings store;
  VoterSettings voters;
  std::vector<std::string> ping;  ///< addresses that tell "isolated" from "alone"
  DumpSettings dumps;

  std::string key_file = "/etc/hacore/key";               ///< of the beats, mode 0600
  std::string next_key_file;                              ///< accepted too, while keys are changed
  std::string secrets_file = "/etc/hacore/secrets.toml";  ///< what was needed of it is filled in
  std::string watchdog;                                   ///< device; empty: none
  std::string state_dir = "/var/lib/hacore";              ///< durable slots
  bool state_in_memory = false;                           ///< for tests: state_dir may forget at a power loss
  std::string run_dir = "/run/hacore";                    ///< tmpfs: boot record, black box, control socket
  std::vector<std::string> agent_dirs{"/usr/lib/hacore", "/usr/sbin", "/usr/share/cluster"};
  std::string control_group;                  ///< its members may give orders; empty: root alone
  std::string control_viewers;                ///< its members may ask and change nothing; empty: nobody
  std::string metrics;                        ///< "ADDRESS:PORT"; empty: off
  std::string alert_hook;                     ///< program; empty: none
  std::uint64_t black_box_bytes = 16U << 20;  ///< of the newest inputs
  int realtime_priority = 0;                  ///< SCHED_RR; 0: as everybody else
  std::string reset_program;                  ///< resets this machine at once; empty: reboot(2)

  /// Resources of all services in the order of the core's numbers.
  std::vector<ResourceSettings> resources() const {
    std::vector<ResourceSettings> all;
    for (const ServiceSettings& service : services)
      all.insert(all.end(), service.resources.begin(), service.resources.end());
    return all;
  }
};

}  // namespace hacored
