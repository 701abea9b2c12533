// The hardware watchdog of this head: armed while the core may write, kicked by the core's own progress.
#pragma once

#include <string>

#include "core/time.h"

namespace hacored {

class Watchdog {
 public:
  /// `device` may be empty: there is none. Nothing is opened before it is armed, for opening starts the clock.
  Watchdog(std::string device, ha::Duration after) : device_{std::move(device)}, after_{after} {}
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Whether the device is there and would reset this machine after `after`, rounded up to seconds.
  bool usable() const;
  /// Returns why it could not be armed for that time; empty: it is armed.
  std::string arm();
  void kick();
  /// Ends its clock by the magic close. A device with `nowayout` goes on.
  void disarm();
  bool armed() const { return fd_ >= 0; }
  ha::Duration after() const { return after_; }

 private:
  std::string device_;
  ha::Duration after_;
  int fd_ = -1;
};

}  // namespace hacored
