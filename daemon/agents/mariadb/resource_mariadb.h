// `resource-mariadb`: which of two replicated MariaDB servers takes writes. Both run all the time; "runs here" is that
// this one is open, and the other one follows it. libmariadb is in this one program.
#pragma once

#include <span>

#include "daemon/agents/agent.h"

namespace hacored::agents {

/// start, stop, kill, status, ready, probe. Parameters in docs/agents.md.
std::span<const Action> mariadb_actions();

}  // namespace hacored::agents
