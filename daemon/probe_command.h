// `hacored --check --probe`: whether the `status` of each resource and each fence device can be relied on, before
// anything does.
#pragma once

#include <cstdio>

#include "daemon/settings.h"

namespace hacored {

/// Asks every resource whether it runs on this head, storage that is not mounted here whether it can be reached from
/// here, and every fence level how the other head's power reads; prints what they say; nothing changes. Returns the
/// exit status: 2 if a resource cannot tell, which hacored would have to take for "it may run", if storage is out of
/// reach, or if a level cannot be asked or switches another machine.
int probe_command(const Settings& settings, std::FILE* out);

}  // namespace hacored
