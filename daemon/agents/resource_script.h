// `resource-script`: a resource that a script looks after, called `PATH start|stop|status` as init scripts are, and as
// Bull's haservices is.
#pragma once

#include <span>

#include "daemon/agents/agent.h"

namespace hacored::agents {

/// start, stop, kill, status. Parameters in docs/agents.md.
std::span<const Action> script_actions();

}  // namespace hacored::agents
