// A BMC that speaks Redfish.
#pragma once

#include "daemon/agents/fence_agent.h"

namespace hacored::agents {

/// The agent's name and options; names as those of fence_redfish.
FenceAgentDescription redfish_agent();

/// Finds the computer system that the BMC controls. Reasons of failure: bmc_silent, bmc_login, cannot_fence.
std::unique_ptr<PowerDevice> open_redfish(const FenceOptions& options);

}  // namespace hacored::agents
