// What a head is told before it starts: who it is, what it can use, and how long things may take.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"

namespace ha {

inline constexpr int kPathsMax = 8;
inline constexpr int kServicesMax = 4;
inline constexpr int kResourcesMax = 24;
inline constexpr int kFenceLevelsMax = 4;

/// What a full claim without any vote does when the voters stay silent for `quorum_wait`.
enum class WithoutVotes : std::uint8_t { fence, hold };
/// Where the data of a service lie. Only shared storage carries a marker, the epoch of its newest owner (E5).
enum class Storage : std::uint8_t {
  shared,
  local,  ///< each head has its own copy: nothing on it tells which one is the newest
  none,   ///< there are no data
};
enum class OnPoweroff : std::uint8_t { handover, stay };

/// One service of a cell: resources that start in order, stop in reverse, and move as one unit.
struct ServiceConfig {
  std::uint8_t first = 0;      ///< number of its first resource; the resources of one service lie together
  std::uint8_t resources = 0;  ///< how many, in start order
  std::uint8_t preferred = 0;  ///< the head that serves it when both boot and neither knows better
  Storage storage = Storage::shared;
};

/// The configuration of one head. Both heads of a cell carry the same values but for `self`; `digest` is compared in
/// beats. Durations are on the core's clock. Defaults are those of BCM 11 where it has one (seed 000).
struct Config {
  std::uint32_t cell = 1;
  std::uint32_t digest = 0;
  std::uint64_t hardware_id = 0;
  std::uint64_t peer_hardware_id = 0;  ///< what the peer's BMC must say of its chassis; 0: not known [FE08]
  std::uint8_t self = 0;               ///< 0 or 1: which head of the cell this is
  std::uint8_t paths = 1;              ///< networks that carry beats, 1..kPathsMax
  std::uint8_t services = 1;           ///< 1..kServicesMax; the first one decides the rank in a fencing race (F6)
  std::uint32_t mounts = 0;            ///< bit per resource: a mount, which waits for its storage [ST06]
  std::uint8_t fence_levels = 0;       ///< power levels tried in order (BMC, PDU, agent), 0..kFenceLevelsMax
  bool store = false;                  ///< a linearizable store for claims and leases is configured
  bool watchdog = false;               ///< this head has a watchdog that can be armed
  bool watchdog_proves = false;        ///< the peer's fired watchdog counts as proof (needs store and watchdog)
  bool ping = false;                   ///< a ping target is configured (tells "isolated" from "alone")
  bool evidence = true;                ///< a power loss is confirmed early by hard evidence (D2)
  std::uint8_t cables = 0;             ///< bit per path: a direct cable, whose carrier is the peer's own
  std::uint16_t voters = 0;            ///< static count of voters; 0: none configured
  WithoutVotes without_votes = WithoutVotes::fence;
  OnPoweroff on_poweroff = OnPoweroff::handover;

  Duration keep_alive = std::chrono::seconds{1};      ///< beat interval
  Duration warn_after = std::chrono::seconds{5};      ///< silence until a path, or the peer, is suspect
  Duration dead_after = std::chrono::seconds{10};     ///< silence on every path until the peer is lost
  Duration init_dead = std::chrono::seconds{30};      ///< a booting head listens at least this long
  Duration quorum_wait = std::chrono::seconds{60};    ///< how long silent voters are waited for
  Duration fence_max = std::chrono::seconds{25};      ///< of all fence levels together, without waits for slots
  Duration fence_delay = std::chrono::seconds{5};     ///< a slot in which only one rank may shoot (no store)
  Duration start_max = std::chrono::seconds{20};      ///< start of the whole service, without its waits for mounts
  Duration stop_max = std::chrono::seconds{20};       ///< stop of the whole service
  Duration right_to_run = std::chrono::seconds{7};    ///< L of PROTOCOL §9
  Duration watchdog_after = std::chrono::seconds{5};  ///< W of PROTOCOL §9, guaranteed maximum
  Duration margin = std::chrono::seconds{2};          ///< reset and in-flight writes (A7)
  Duration late_max = std::chrono::seconds{120};      ///< a fence command has no effect later than this (A3)
  Duration off_gap = std::chrono::milliseconds{500};  ///< between two readings that confirm a power loss early (D2)
  Duration hold_off = std::chrono::seconds{2};        ///< between two readings of a chassis that was off already (F5)
  Duration mount_retry = std::chrono::seconds{60};    ///< how long a start waits for the marker, and for each mount
  Duration dump_max = std::chrono::minutes{3};        ///< how long a fence waits for a crash dump of the peer [FE15]
  Duration damping_window = std::chrono::minutes{10};
  Duration reannounce_every = std::chrono::seconds{60};
  Duration bmc_check_every = std::chrono::seconds{60};
  Drift drift_max{200};
  std::uint8_t restarts_max = 3;                      ///< local restarts of a resource within `damping_window`
  std::uint8_t failovers_max = 1;                     ///< takeovers by one head within `damping_window`
  std::uint8_t fences_max = 2;                        ///< fences of one head within `damping_window`
  std::array<ServiceConfig, kServicesMax> service{};  ///< in start order

  /// Resources of all services together, at most kResourcesMax.
  int resources() const;
};

/// One part of the service, as its owner declared it.
struct PartTimes {
  std::string group;  ///< under which a sum of times is shown: "mounts", "addr", "db", "daemons"
  Duration start{0}, stop{0};
  std::uint8_t service = 0;  ///< whose part it is; times add up within one service
};

/// What the settings of a head do not say, and its machines and its service do. Zero and empty mean: not known.
struct Surroundings {
  Duration watchdog{0};                   ///< the watchdog of this head resets it this long after the last kick
  Duration off_takes{0};                  ///< from an OFF until the chassis is off, where the device works (F_exec)
  std::vector<std::string> fence_levels;  ///< names of the power levels, in order: "redfish", "pdu"
  std::vector<PartTimes> parts;           ///< in start order
};

/// How long a claimant waits until the peer's right to run and its watchdog must be over (PROTOCOL §9).
/// Worst case over both clocks: (1+ρ)·[(L+2W)/(1−ρ) + margin]. Source: catalogue FE19, SBD's msgwait rule, TR02.
Duration self_fence_wait(const Config&);

/// How far two clocks at the limit of drift part while the slower one counts `d`: d * 2ρ/(1−ρ), rounded up (A1).
Duration parts_by(const Config&, Duration d);

/// The rank of whoever has no better one; the owner has 0 (F6).
inline constexpr std::uint8_t kLastRank = 2;
/// The slots of all ranks, one after the other.
Duration slot_round(const Config&);
/// How long after the beginning of its slot an OFF may leave a head (F4, F6); the rest of the slot is for the device.
Duration shot_window(const Config&);

/// How long before the end of the right a head begins to stop, so that the watchdog need not do it.
Duration stop_budget(const Config&);

/// Why this configuration must not start: the two settings that collide, the rule, and what to do; nothing if it is
/// safe. What is known of the surroundings is checked too: a watchdog that fires later than the peer believes, an OFF
/// that has not landed when the slot of the other head begins (F6), parts that need longer than they get [FE19, FE04].
std::optional<std::string> unsafe(const Config&, const Surroundings& = {});

}  // namespace ha
