// `resource-unit`: a unit of systemd.
#pragma once

#include <span>

#include "daemon/agents/agent.h"

namespace hacored::agents {

/// start, stop, kill, status. Parameters in docs/agents.md.
std::span<const Action> unit_actions();

}  // namespace hacored::agents
