// A machine that is no head: a voter, or the server of a store. Namespaces of its own, plugged into the switches of its
// networks, and programs that run there.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "netns/cables.h"
#include "netns/plan.h"

namespace hasim::netns {

class Box {
 public:
  /// Its power is off. What lies in `disk()` is shown there as /run/state and survives; `folders` are made at each
  /// boot; of all volumes it sees its own.
  Box(const Plan& plan, ThingId thing, const std::vector<ThingId>& networks, Cables& switches,
      std::vector<std::string> folders = {}, std::vector<ThingId> own_volumes = {});
  ~Box();
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;

  /// It boots at once. Throws `Failure`.
  void power_on();
  /// Off its switches, then all its processes killed; nobody waits until the kernel has taken them.
  void power_off();
  bool powered() const { return first_ != 0; }
  /// Waits until the kernel has taken what was killed.
  void await_end();

  /// Starts a program on it. Returns its PID; it ends with the power, or by `end`.
  pid_t start(const std::vector<std::string>& words);
  void end(pid_t program);

  /// Nothing from that head arrives, nothing reaches it, on any network; counted, and kept over boots.
  void deaf_to(ThingId head, bool deaf);

  ThingId thing() const { return thing_; }
  std::string folder() const;
  std::string disk() const { return folder() + "/disk"; }
  /// Somebody on it listens at that TCP port.
  bool listens(int port) const;

 private:
  void wire();
  void drop(ThingId head, bool dropped) const;

  const Plan& plan_;
  ThingId thing_;
  std::vector<ThingId> networks_;
  Cables& switches_;
  std::vector<std::string> folders_;
  std::vector<ThingId> own_volumes_;
  pid_t first_ = 0;
  std::vector<pid_t> programs_;
  std::vector<pid_t> gone_;      ///< killed, and not reaped yet
  std::map<ThingId, int> deaf_;  ///< by head: by so many faults
};

}  // namespace hasim::netns
