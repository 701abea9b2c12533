// A BMC that speaks IPMI 2.0 over the network, by libfreeipmi. That library is GPL-3+, so whatever is linked with this
// file is too: the program fence_hacore_ipmi and nothing else.
#pragma once

#include "daemon/agents/fence_agent.h"

namespace hacored::agents {

/// The agent's name and options; names as those of fence_ipmilan.
FenceAgentDescription ipmi_agent();

/// Logs in. Reasons of failure: bmc_silent, bmc_login.
std::unique_ptr<PowerDevice> open_ipmi(const FenceOptions& options);

}  // namespace hacored::agents
