// What the core reports, as lines of the log.
#pragma once

#include "core/telling.h"
#include "daemon/settings.h"

namespace hacored {

/// How people call the things of this head.
ha::Names names_of(const Settings& settings);

/// Writes one report of the core to the log: what changed, of which service, and why.
void tell(const ha::Names& names, const ha::Report& report);

}  // namespace hacored
