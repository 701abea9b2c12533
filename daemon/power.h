// Power of the peer: each level is a fence agent with one device or several, called by the FenceAgentAPI. What an agent
// must not tell anybody goes to its standard input only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/event.h"
#include "daemon/runner.h"
#include "daemon/settings.h"

namespace hacored {

/// A machine's id as BMCs and DMI spell it, as a number: dashes and capitals do not matter. 0 for an empty text.
std::uint64_t machine_number(std::string_view id);

/// What an agent's answer to `status` says: its exit code and its words together, or nothing is known.
ha::Reading reading_of(const Ended&);

class Power {
 public:
  using Tell = std::function<void(const ha::Input&)>;

  /// Throws `Refused` if an agent is not installed.
  Power(const Settings& settings, Runner& runner, Tell tell);

  void off(const ha::PowerOff& order);
  void read(const ha::ReadPower& order);
  void on(const ha::PowerOn& order);

 private:
  struct Level {
    FenceLevel settings;
    std::string agent;
    std::vector<std::string> inputs;  ///< one a device: its parameters as lines, without the action
    bool minds_deadline = false;      ///< it knows the option `send_by`
  };
  void ask(const Level& level, const std::string& lines, ha::Instant deadline,
           std::function<void(const std::vector<Ended>&)> then);

  std::vector<Level> levels_;
  Runner& runner_;
  Tell tell_;
};

}  // namespace hacored
