// `resource-ocf`: a resource that an agent of the OCF standard looks after.
#pragma once

#include <span>

#include "daemon/agents/agent.h"

namespace hacored::agents {

/// start, stop, kill, status. Parameters in docs/agents.md.
std::span<const Action> ocf_actions();

}  // namespace hacored::agents
