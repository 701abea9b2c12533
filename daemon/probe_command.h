// `hacored --check --probe`: whether the `status` of each resource can be relied on, before anything does.
#pragma once

#include <cstdio>

#include "daemon/settings.h"

namespace hacored {

/// Asks every resource whether it runs on this head, and storage that is not mounted here whether it can be reached
/// from here; prints what they say; nothing changes. Returns the exit status: 2 if one of them cannot tell, which
/// hacored would have to take for "it may run", or if storage is out of reach.
int probe_command(const Settings& settings, std::FILE* out);

}  // namespace hacored
