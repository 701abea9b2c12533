// `resource-address`: a virtual address that is on exactly one head.
#pragma once

#include <span>

#include "daemon/agents/agent.h"

namespace hacored::agents {

/// start, stop, kill, status, announce. Parameters in docs/agents.md.
std::span<const Action> address_actions();

}  // namespace hacored::agents
