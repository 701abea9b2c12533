// What /metrics says of a head (docs/observability.md lists it).
#pragma once

#include <string>

#include "daemon/status.h"

namespace hacored {

/// Everything, in the text format of Prometheus. Reads only.
std::string metrics(const Seen& seen);

}  // namespace hacored
