// The administrator's program that is told when something happened that people should know: alerts, takeovers, a
// service that begins or ends to run here, fences. One call at a time, in the order of the reports
// (docs/observability.md).
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "core/telling.h"
#include "daemon/runner.h"
#include "daemon/settings.h"

namespace hacored {

class AlertHook {
 public:
  static constexpr std::size_t kWaiting = 64;          ///< reports; if more wait, the oldest is dropped
  static constexpr std::chrono::seconds kCallMax{10};  ///< then the program is killed and the next call made

  /// Without a program in `settings.alert_hook` nothing is called.
  AlertHook(const Settings& settings, Runner& runner);

  /// From the next call on: that program.
  void use(const std::string& program) { program_ = program; }

  /// Calls the program for that report if it is one for people. Never blocks.
  void tell(const ha::Report& report);

  /// Since the start.
  std::uint64_t called() const { return called_; }
  std::uint64_t failed() const { return failed_; }    ///< another exit status than 0, or too late
  std::uint64_t dropped() const { return dropped_; }  ///< never called for, because too many waited

 private:
  using Environment = std::map<std::string, std::string>;

  void call_next();
  void called(const Environment& environment, const Ended& ended);

  std::string program_;
  ha::Names names_;
  Environment always_;  ///< what every call is told
  Runner& runner_;
  std::deque<Environment> waiting_;
  bool busy_ = false;
  std::uint64_t called_ = 0, failed_ = 0, dropped_ = 0;
};

}  // namespace hacored
