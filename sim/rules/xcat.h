// xCAT service nodes: nothing happens by itself, somebody moves the compute nodes by hand.
//
// After seed 001, option 1 (manual fail over with shared disks): the administrator is alerted, activates the failed
// node's volume group on the other service node, mounts its files there and runs `snmove`.
#pragma once

#include "sim/rules/head.h"

namespace hasim::rules {

/// The rules:
///  - Service nodes are monitored; a silent one is an alert and nothing else.
///  - `do makeactive` (varyonvg, mount, snmove) starts the service where it is typed, at once. Whether the failed node
///  is
///    really dead is for the administrator to know: there is no fencing.
///  - A service node that boots serves what is its own in xCAT's tables, that is: what nobody has moved away since.
class Xcat : public Head {
 public:
  Xcat(const ha::Config& config, const ha::Durable& survived, ha::Incarnation boot)
      : Head{config, survived, boot, Stops::believed} {}
  void step(ha::Instant now, const ha::Input&, ha::Outputs&);

 private:
  void decide(ha::Outputs&);
  void ordered(const ha::Command&, ha::Outputs&);

  bool alerted_ = false;
};

}  // namespace hasim::rules
