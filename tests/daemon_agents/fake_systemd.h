// A bus of the test's own, and on it something that answers as systemd does for a few units:
//
//   good.service    starts and stops
//   broken.service  fails to start
//   stuck.service   stops only when its processes are killed, and has failed then
//   leaky.service   is "failed" and has a process left
#pragma once

#include <map>
#include <memory>
#include <string>

#include "tests/daemon_agents/agent_run.h"

namespace hacored::agents::testing {

class FakeSystemd {
 public:
  /// `answers`: without it there is a bus and nobody on it.
  explicit FakeSystemd(bool answers = true);
  ~FakeSystemd();
  FakeSystemd(const FakeSystemd&) = delete;
  FakeSystemd& operator=(const FakeSystemd&) = delete;

  bool ready() const { return ready_; }
  /// What a program needs to find the bus.
  std::map<std::string, std::string> environment() const;

 private:
  std::string folder_;
  std::string address_;
  std::unique_ptr<Running> bus_;
  pid_t systemd_ = -1;
  bool ready_ = false;
};

}  // namespace hacored::agents::testing
