// With which devices a head can switch its peer off, in the order in which it tries them.
#pragma once

#include <cstdint>
#include <vector>

#include "lang/spec.h"

namespace hasim {

enum class PowerLevel : std::uint8_t { bmc, pdu };

/// With what `head` can switch its peer off: the levels that its setting `fence_levels` names and its peer has. The BMC
/// is one level, whether it is spoken to by ipmi, redfish or an agent; all PDUs that feed the peer are another. Level i
/// of the core's fencing is the i-th of these.
std::vector<PowerLevel> power_levels(const WorldSpec&, ThingId head);

}  // namespace hasim
