// Base Command Manager: a passive head that asks the compute nodes, powers the active head off and believes it.
//
// After chapter 15 of the NVIDIA Base Command Manager 11 Administrator Manual, as CATALOGUE rows with BCM15.x report
// it, and seed 000 (`cmha status`: ping, mysql and status are what one head checks of the other).
#pragma once

#include "sim/rules/head.h"

namespace hasim::rules {

/// The rules:
///  - The passive head counts the other as dead after `dead_after` without status messages on all networks that carry
///    them, or after `init_dead` while it boots.
///  - A dead head that still answers ping is "mostly dead": nothing happens (BCM15.4.2, BCM15.4.4).
///  - Else the compute nodes are asked. Only if more than half of all of them have lost the active head does it go on;
///    without their answers it waits, for ever if need be (BCM15.1.6, BCM15.4.6).
///  - Then the active head is powered off through its BMC, tried until the command succeeds (BCM15.2.4). What the BMC
///    says is believed; nobody looks whether the chassis went dark.
///  - A head that says it goes down is not replaced: that takes `cmha makeactive` (BCM15.4.4).
///  - Unmount scripts are believed (BCM15.4.6). A failed service is started again where it was.
class Bcm : public Head {
 public:
  Bcm(const ha::Config& config, const ha::Durable& survived, ha::Incarnation boot)
      : Head{config, survived, boot, Stops::believed} {}
  void step(ha::Instant now, const ha::Input&, ha::Outputs&);

 private:
  ha::Instant decide(ha::Outputs&);
  void choose_role(ha::Outputs&);
  ha::Instant watch_active(ha::Outputs&);
  ha::Instant poll(ha::Outputs&);
  ha::Instant fence(ha::Outputs&);
  void give_up_takeover(ha::Outputs&);
  void counted(const ha::VoterTally&, ha::Outputs&);
  void pinged(const ha::PingAnswer&, ha::Outputs&);
  void powered_off(const ha::PowerOffAnswer&, ha::Outputs&);
  void ordered(const ha::Command&, ha::Outputs&);
  void begin_poll(ha::Outputs&);

  ha::RequestId question_{};           ///< ping, vote or power-off under way
  ha::Instant next_try_ = ha::kNever;  ///< of that question
  ha::Instant votes_until_ = ha::kNever;
};

}  // namespace hasim::rules
