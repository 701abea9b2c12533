// What the core reports, as lines of the log.
#pragma once

#include "core/event.h"
#include "daemon/settings.h"

namespace hacored {

/// Writes one report of the core to the log: what changed, of which service, and why.
void tell(const Settings& settings, const ha::Report& report);

}  // namespace hacored
