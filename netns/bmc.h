// The BMC of a head: OpenIPMI's emulator or our own Redfish service in a network namespace of its own, so that the
// fence agent speaks the real protocol over a real network. What its chassis does and says, the house decides
// (netns/chassis.cc).
#pragma once

#include <sys/types.h>

#include "netns/cables.h"
#include "netns/plan.h"

namespace hasim::netns {

/// Where the emulators must be: this one is Debian's, that one lies beside hasim.
inline constexpr const char* kIpmiEmulator = "/usr/bin/ipmi_sim";
inline constexpr const char* kRedfishEmulator = "hasim-redfish";

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
  /// Somebody changes the password that the heads use: an IPMI emulator begins anew, which takes it a moment. A Redfish
  /// service asks the house about each login.
  void reject_password(bool on);
  /// What it answers now is lost on its way, and what it is asked meanwhile: for that long.
  void lose_answers(bool on) { switches_.mute(plan_.port_of(spec_.id, spec_.network), on); }
  /// Its cable is pulled out of the switch, or it has no supply.
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
