// The BMC of a head: OpenIPMI's emulator in a network namespace of its own, so that the fence agent speaks real IPMI
// over a real network. What its chassis does and says, the house decides (netns/chassis.cc).
#pragma once

#include <sys/types.h>

#include "netns/cables.h"
#include "netns/plan.h"

namespace hasim::netns {

/// Where the emulator must be.
inline constexpr const char* kIpmiEmulator = "/usr/bin/ipmi_sim";

class Bmc {
 public:
  Bmc(const Plan& plan, const BmcSpec& spec, Cables& switches);
  ~Bmc();
  Bmc(const Bmc&) = delete;
  Bmc& operator=(const Bmc&) = delete;

  /// Begins to answer, or ends: then whoever asks is told that nobody listens there.
  void run(bool on);
  /// It answers nothing and loses nothing: what comes waits.
  void silent(bool on);
  /// Somebody changes the password that the heads use: it begins anew, which takes it a moment.
  void reject_password(bool on);
  /// What it answers now is lost on its way, and what it is asked meanwhile: for that long.
  void lose_answers(bool on) { switches_.mute(plan_.port_of(spec_.id, spec_.network), on); }
  /// Its cable is pulled out of the switch.
  void disconnect(bool on);
  bool answers() const { return emulator_ != 0 && silent_ == 0 && pulled_ == 0; }
  const BmcSpec& spec() const { return spec_; }

 private:
  void start();
  const Plan& plan_;
  const BmcSpec& spec_;
  Cables& switches_;
  pid_t holder_ = 0;  ///< keeps its network namespace
  pid_t emulator_ = 0;
  int silent_ = 0, pulled_ = 0, ended_ = 0;  ///< by so many faults
  int other_password_ = 0;
};

}  // namespace hasim::netns
