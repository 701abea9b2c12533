// A head node made of namespaces: its chassis, its cables, its first process and its core. Mechanics only: what happens
// to it is told to the judge by the house that it stands in.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lang/trace.h"
#include "netns/cables.h"
#include "netns/disk.h"
#include "netns/log_pipe.h"
#include "netns/plan.h"
#include "netns/wires.h"

namespace hasim::netns {

class System;

/// What an order was answered: all that hactl printed, when it ended.
struct Answered {
  std::uint64_t order;
  std::string text;
};

class Machine {
 public:
  Machine(const Plan& plan, const HeadSpec& spec, const System& system, Cables& switches, Wires& wires);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// A new boot: its namespaces, its cables, a new boot id and an empty /run. The kernel takes its time, in which
  /// `meanwhile` is called every few milliseconds.
  void power_on(const std::function<void()>& meanwhile);
  /// Off its switches, and its core decides nothing any more: what follows takes a moment, and nothing of it is heard.
  void fall_silent();
  /// After `fall_silent`: all its processes are killed. Returns when the last of them was gone.
  Time power_off(const std::function<void()>& meanwhile);
  bool powered() const { return first_ != 0; }
  /// After `power_off`, which is what a panic does: another kernel, with these of its networks up and no core.
  void start_crash_kernel(const std::vector<ThingId>& networks, const std::function<void()>& meanwhile);

  void start_core();
  void kill_core();
  /// Asks it to end, as a supervisor does.
  void end_core() const;
  /// The core ended by itself; it was reaped. False: it runs.
  bool core_ended();
  pid_t core() const { return core_; }
  pid_t first() const { return first_; }

  /// Its processes stand still, or go on: all of them, or the core alone.
  void stand_still(bool still);
  void core_stands_still(bool still) const;

  /// Pulls its cable to that network out of the switch; the carrier stays. Put in again, or at the next boot, as it
  /// was.
  void pull(ThingId network, bool out);
  /// Its own kernel takes all its interfaces down.
  void networks_down();
  /// Moves its cable from the switch to the wires, for good.
  void rewire(ThingId network);
  /// Takes the carrier of that cable away, as seen from the head.
  void carrier(ThingId network, bool there);

  /// Runs hactl on it, and does not wait for it; `typed` is what it is answered if it asks.
  void hactl(std::uint64_t order, const std::vector<std::string>& words, const std::string& typed);
  /// The orders whose hactl ended since the last call.
  std::vector<Answered> answered();
  /// Runs a program on it, and does not wait for it. Returns its process.
  pid_t run(const std::vector<std::string>& words);
  bool runs(pid_t program) const;

  /// Takes what was logged, and who has ended.
  void look();
  /// Where its core writes its log to.
  LogPipe& log() { return log_; }

  Disk& disk() { return *disk_; }
  const HeadSpec& spec() const { return spec_; }
  std::string folder() const { return plan_.folder_of_head(spec_.id); }
  std::string black_box() const { return folder() + "/run/blackbox"; }

 private:
  struct Cable {
    ThingId network;
    int pulled = 0;  ///< by so many faults
    int dark = 0;
    bool wired = false;  ///< in the wires, not in a switch
  };
  void start_kernel();
  void wire(const std::vector<ThingId>& up, const std::function<void()>& meanwhile);
  Cable& cable(ThingId network);
  void plug_as_it_is(const Cable& cable);
  std::vector<std::string> kernel_nfs_mounts() const;

  const Plan& plan_;
  const HeadSpec& spec_;
  const System& system_;
  Cables& switches_;
  Wires& wires_;
  std::optional<Disk> disk_;
  pid_t first_ = 0, core_ = 0;
  int boots_ = 0;
  std::vector<Cable> cables_;
  struct UnderWay {
    std::uint64_t order;
    pid_t hactl;
    std::string said;  ///< file
  };
  std::vector<UnderWay> orders_;
  std::vector<pid_t> programs_;  ///< what somebody runs there by hand
  LogPipe log_;
};

}  // namespace hasim::netns
