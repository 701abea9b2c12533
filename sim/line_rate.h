// Size and rate: what a line makes of a frame because of its length.
#pragma once

#include "sim/line_faults.h"

namespace hasim::sim {

/// Bytes on the wire. A beat with its authentication, a ping, a request to a store or a BMC fit into `kSmallFrame`;
/// whatever moves data fills whole segments.
inline constexpr std::int64_t kSmallFrame = 300;
inline constexpr std::int64_t kFullFrame = 1514;

/// Is a frame of that length lost there because it is too long for something on the way?
bool too_long(Engine&, const LineOf&, std::int64_t bytes);
/// How long the line takes to clock out that many bytes; 0 where nobody limits its rate.
Duration clocked_out(Engine&, const LineOf&, std::int64_t bytes);
/// How long a small frame that is sent now waits for the frames before it and for itself; nothing if the switch has no
/// room left and drops it. Only of lines whose rate a fault limits.
std::optional<Duration> queued(Engine&, const LineOf&);

}  // namespace hasim::sim
