// What hacored knows of every program it runs: where it lies, what its answer says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/reason.h"
#include "daemon/agent_exit.h"
#include "daemon/runner.h"

namespace hacored {

/// The executable of that name in the first folder that has it; an absolute path is taken as it is.
std::optional<std::string> find_agent(const std::vector<std::string>& folders, const std::string& name);

/// It ended by itself, with that exit code.
bool exited(const Ended& ended, AgentExit exit);

/// The last line that is not empty, without the blanks behind it.
std::string_view last_line(std::string_view text);

/// The value of a line `NAME=VALUE` of an agent's output.
std::optional<std::string> said(const Ended& ended, std::string_view name);

/// The reason that the agent gave in a line `reason=WORD`, else `otherwise`.
ha::Reason reason_of(const Ended& ended, ha::Reason otherwise);

/// How it ended, for the log: "exit status 1: cannot connect", "killed at its deadline".
std::string describe(const Ended& ended);

}  // namespace hacored
