// `resource-mount`: a file system that is mounted on exactly one head, and the marker on it.
#pragma once

#include <span>

#include "daemon/agents/agent.h"

namespace hacored::agents {

/// start, stop, kill, status, reach, read-marker, write-marker. Parameters in docs/agents.md.
std::span<const Action> mount_actions();

}  // namespace hacored::agents
