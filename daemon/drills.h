// What drills have shown, kept on the disk: when the peer was last powered off and on by every level, and whether the
// watchdog of this head really resets it.
//
// A watchdog counts as tested (A2) if a drill of this device, in this machine, with this time, was noted as begun, the
// next thing that was noted came from another boot of the kernel, and that boot began soon afterwards. hacored notes a
// failure as soon as the time of the watchdog is over, so the machine did not live that long.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/time.h"

namespace hacored {

/// What is known of drills; by the wall, for people.
struct Drilled {
  using When = std::optional<std::chrono::system_clock::time_point>;
  When watchdog;         ///< it fired, in a drill of the watchdog as it is configured now
  When watchdog_failed;  ///< it did not, and there was no better drill since
  When fence;            ///< the peer went dark and came back by every level
};

/// A watchdog is another one with another device, machine or time.
struct WatchdogKind {
  std::string device;
  ha::Duration after{0};
  std::uint64_t machine = 0;
};

/// One boot of the kernel.
struct Boot {
  std::uint64_t id = 0;
  std::chrono::system_clock::time_point began;
};

/// This one, `id` being its boot id; began at 0 if the kernel does not say when.
Boot this_boot(std::uint64_t id);

class Drills {
 public:
  using When = std::chrono::system_clock::time_point;

  /// How long a machine may take from its reset to its next kernel.
  static constexpr std::chrono::minutes kFirmwareMax{15};

  /// Reads the file, if it is there, and concludes the drill of the watchdog that was under way: `text()` is to be
  /// written before another one begins. What cannot be read counts as never drilled.
  Drills(const std::string& path, WatchdogKind watchdog, Boot boot);

  const Drilled& drilled() const { return known_; }

  // Changes, in memory; `text()` is then to be written.
  void watchdog_begins(When now);
  void watchdog_fails(When now);
  void fence_done(When now) { known_.fence = now; }

  /// What the file is to say.
  std::string text() const;

 private:
  void read(const nlohmann::json& file);
  bool same_watchdog(const nlohmann::json& other) const;

  WatchdogKind watchdog_;
  Boot boot_;
  Drilled known_;
  Drilled::When under_way_;
};

}  // namespace hacored
