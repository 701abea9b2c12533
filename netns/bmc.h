// The BMC of a head: OpenIPMI's emulator or our own Redfish service in a network namespace of its own, so that the
// fence agent speaks the real protocol over a real network. What its chassis does and says, the house decides
// (netns/chassis.cc).
#pragma once

#include "netns/device.h"

namespace hasim::netns {

/// Where the emulators must be: this one is Debian's, that one lies beside hasim.
inline constexpr const char* kIpmiEmulator = "/usr/bin/ipmi_sim";
inline constexpr const char* kRedfishEmulator = "hasim-redfish";

class Bmc : public Device {
 public:
  Bmc(const Plan& plan, const BmcSpec& spec, Cables& switches);

  /// Somebody changes the password that the heads use: an IPMI emulator begins anew, which takes it a moment. A Redfish
  /// service asks the house about each login.
  void reject_password(bool on);
  const BmcSpec& spec() const { return spec_; }

 private:
  const Plan& plan_;
  const BmcSpec& spec_;
  int other_password_ = 0;  ///< by so many faults
};

}  // namespace hasim::netns
