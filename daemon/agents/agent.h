// What all programs that touch a head have in common: parameters in the environment, one action, an exit code as OCF's
// and at most one line `reason=WORD` on stdout (docs/agents.md).
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/reason.h"
#include "daemon/agent_exit.h"

namespace hacored::agents {

/// Thrown by an action that cannot do what it was asked for. `reason` is printed for the core unless it is `none`,
/// `text` goes to the log.
struct Failure {
  AgentExit exit = AgentExit::failed;
  ha::Reason reason = ha::Reason::none;
  std::string text;
};

/// The parameters of a resource, as its caller gives them: `HACORE_INTERFACE` in the environment is `interface` here,
/// and `HACORE_PARAM_SID` is `param_SID`. A value that cannot be read is the Failure `misconfigured`.
class Parameters {
 public:
  explicit Parameters(std::map<std::string, std::string> values) : values_(std::move(values)) {}
  static Parameters of_environment();

  /// Must be there and not empty.
  const std::string& required(const std::string& name) const;
  std::string text(const std::string& name, const std::string& fallback = {}) const;
  std::uint64_t number(const std::string& name, std::uint64_t fallback) const;
  /// In the environment: seconds, with a fraction if wanted ("0.2").
  std::chrono::milliseconds seconds(const std::string& name, std::chrono::milliseconds fallback) const;
  const std::map<std::string, std::string>& all() const { return values_; }

 private:
  std::map<std::string, std::string> values_;
};

struct Action {
  std::string_view name;
  std::function<AgentExit(const Parameters&)> run;
};

/// The whole of such a program: finds the action that is its one argument, runs it, prints the reason of a failure, and
/// returns the exit code.
int run_agent(std::span<const Action> actions, int argc, const char* const* argv);

/// A line for the log of the core.
void log(std::string_view line);

}  // namespace hacored::agents
