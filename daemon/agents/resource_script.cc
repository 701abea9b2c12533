// The exit codes of LSB scripts beside ours.
#include "daemon/agents/resource_script.h"

#include <fmt/core.h>
#include <unistd.h>

#include <array>

#include "daemon/agents/command.h"

namespace hacored::agents {
namespace {

/// Exit codes of `status` (LSB 5.0, §22.2). 1 and 2 are "dead, and something was left behind", which is not "stopped".
enum Lsb : int { kRuns = 0, kStopped = 3 };

const std::string& program_of(const Parameters& parameters) {
  const std::string& path = parameters.required("path");
  if (path.front() != '/') throw Failure{AgentExit::wrong_configuration, ha::Reason::none, "path: an absolute path"};
  if (::access(path.c_str(), X_OK) != 0)
    throw Failure{AgentExit::not_installed, ha::Reason::none, fmt::format("{} cannot be run", path)};
  return path;
}

int call(const Parameters& parameters, const std::string& action) {
  return run_command({program_of(parameters), action});
}

AgentExit ready(const Parameters& parameters) {
  (void)program_of(parameters);
  return AgentExit::done;
}

AgentExit status(const Parameters& parameters) {
  const int code = call(parameters, "status");
  if (code == kRuns) return AgentExit::done;
  if (code == kStopped) return AgentExit::not_running;
  throw Failure{AgentExit::failed, ha::Reason::none, fmt::format("status ends with {}", code)};
}

AgentExit start(const Parameters& parameters) {
  if (const int code = call(parameters, "start"); code != 0)
    throw Failure{AgentExit::failed, ha::Reason::start_failed, fmt::format("start ends with {}", code)};
  return status(parameters);
}

/// A script that says it has stopped is asked: unmount scripts that swallow an error are in the field [ST04].
AgentExit stop_by(const Parameters& parameters, const std::string& action) {
  if (const int code = call(parameters, action); code != 0)
    throw Failure{AgentExit::failed, ha::Reason::none, fmt::format("{} ends with {}", action, code)};
  if (status(parameters) == AgentExit::not_running) return AgentExit::done;
  throw Failure{AgentExit::failed, ha::Reason::none, "it says that it has stopped, and its status does not"};
}

AgentExit stop(const Parameters& parameters) { return stop_by(parameters, "stop"); }

/// Scripts know no stop by force; one that does names its word.
AgentExit kill(const Parameters& parameters) { return stop_by(parameters, parameters.text("kill_action", "stop")); }

}  // namespace

std::span<const Action> script_actions() {
  static const std::array actions{Action{"start", start}, Action{"stop", stop}, Action{"kill", kill},
                                  Action{"status", status}, Action{"ready", ready}};
  return actions;
}

}  // namespace hacored::agents
