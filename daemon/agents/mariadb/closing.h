// How a copy that takes writes is closed, and follows the other one.
#pragma once

#include "daemon/agents/mariadb/copy.h"

namespace hacored::agents {

/// Returns when no client can write any more. Throws `Failure` if that was not verified.
void close_copy(const Copy& copy);

}  // namespace hacored::agents
