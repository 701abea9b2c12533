// Exit codes of the programs that act on a resource, as in the OCF standard (docs/agents.md).
#pragma once

namespace hacored {

/// Whatever is not in this list counts as failed, and a failed status as "may run".
enum class AgentExit : int { done = 0, failed = 1, not_installed = 5, wrong_configuration = 6, not_running = 7 };

}  // namespace hacored
