// Power devices: BMCs and PDUs, from the order of a core to the chassis, and what they say about it.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// The fence agent on that head waits as long as it is told.
bool agent_keeps_delay(Engine&, int head);
void order_off(Engine&, int head, const ha::PowerOff&, Time deadline);
void ask_power(Engine&, int head, const ha::ReadPower&);

/// The agent of the sender is ready: it looks at its deadline and sends.
/// Gives the peer its power back by that level, if the device takes the order.
void order_on(Engine&, int head, int level);
void off_sent(Engine&, const Due&);
/// A device carries out an off that it was sent, whatever became of the sender.
void off_executes(Engine&, const Due&);
void chassis_on(Engine&, const Due&);
void power_read(Engine&, const Due&);
void bmc_back(Engine&, const Due&);

/// The supply of a BMC may have changed: it starts anew when it comes back.
void bmc_supply_changed(Engine&, int head);

}  // namespace hasim::sim
