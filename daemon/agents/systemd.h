// systemd, over the system bus.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

struct sd_bus;

namespace hacored::agents {

/// Every function throws `Failure` when systemd says no or cannot be asked.
class Systemd {
 public:
  /// Not installed: there is no system bus, or systemd is not on it.
  Systemd();

  /// "active", "inactive", "failed", "activating", … Not installed: there is no such unit.
  std::string state(const std::string& unit);
  /// "loaded"; "not-found", "masked", "bad-setting", "error": it cannot be started.
  std::string load_state(const std::string& unit);
  /// How many processes the unit has.
  std::uint64_t processes(const std::string& unit);

  /// Orders a job ("StartUnit", "StopUnit") that replaces what is queued. Returns its path.
  std::string order(const std::string& method, const std::string& unit);
  /// Waits for the end of the job: its result, "done" if all is well.
  std::string await(const std::string& job);
  void kill(const std::string& unit, int signal);
  /// Forgets failures, so that a start is not refused because there were many.
  void reset_failed(const std::string& unit);

 private:
  struct Close {
    void operator()(sd_bus* bus) const;
  };
  std::string unit_path(const std::string& unit);
  std::string property(const std::string& unit, const char* name);

  std::unique_ptr<sd_bus, Close> bus_;
  std::map<std::string, std::string> results_;  ///< of the jobs that have ended
};

}  // namespace hacored::agents
