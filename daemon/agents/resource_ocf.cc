// OCF's actions and exit codes beside ours.
#include "daemon/agents/resource_ocf.h"

#include <fmt/core.h>
#include <unistd.h>

#include <array>

#include "daemon/agents/command.h"

namespace hacored::agents {
namespace {

/// What comes before the name of a parameter of the OCF agent.
constexpr std::string_view kItsOwn = "param_";

/// Exit codes of an OCF agent that are none of ours (OCF Resource Agent API 1.1, §3.2).
enum Ocf : int { kWrongArguments = 2, kUnimplemented = 3, kNoPermission = 4, kRunsPromoted = 8 };

struct OcfAgent {
  std::string path;
  std::map<std::string, std::string> variables;
};

/// "ocf:PROVIDER:TYPE" or "PROVIDER:TYPE".
OcfAgent agent_of(const Parameters& parameters) {
  std::string name = parameters.required("agent");
  if (name.starts_with("ocf:")) name.erase(0, 4);
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos || name.find('/') != std::string::npos)
    throw Failure{AgentExit::wrong_configuration, ha::Reason::none,
                  fmt::format("agent: \"{}\" is not PROVIDER:TYPE", name)};
  const std::string provider = name.substr(0, colon);
  const std::string type = name.substr(colon + 1);
  const std::string root = parameters.text("ocf_root", "/usr/lib/ocf");
  OcfAgent agent{fmt::format("{}/resource.d/{}/{}", root, provider, type), {}};
  if (::access(agent.path.c_str(), X_OK) != 0)
    throw Failure{AgentExit::not_installed, ha::Reason::none, fmt::format("there is no {}", agent.path)};
  agent.variables = {{"OCF_ROOT", root},
                     {"OCF_RA_VERSION_MAJOR", "1"},
                     {"OCF_RA_VERSION_MINOR", "1"},
                     {"OCF_RESOURCE_INSTANCE", parameters.text("resource", type)},
                     {"OCF_RESOURCE_PROVIDER", provider},
                     {"OCF_RESOURCE_TYPE", type}};
  for (const auto& [parameter, value] : parameters.all())
    if (parameter.starts_with(kItsOwn)) agent.variables["OCF_RESKEY_" + parameter.substr(kItsOwn.size())] = value;
  return agent;
}

AgentExit ours(int code) {
  switch (code) {
    case static_cast<int>(AgentExit::done):
    case kRunsPromoted: return AgentExit::done;
    case static_cast<int>(AgentExit::not_running): return AgentExit::not_running;
    case static_cast<int>(AgentExit::not_installed): return AgentExit::not_installed;
    case static_cast<int>(AgentExit::wrong_configuration):
    case kWrongArguments:
    case kUnimplemented:
    case kNoPermission: return AgentExit::wrong_configuration;
    default: return AgentExit::failed;
  }
}

AgentExit ask(const OcfAgent& agent, const std::string& action) {
  return ours(run_command({agent.path, action}, agent.variables));
}

AgentExit status(const Parameters& parameters) { return ask(agent_of(parameters), "monitor"); }

AgentExit start(const Parameters& parameters) {
  const OcfAgent agent = agent_of(parameters);
  const AgentExit started = ask(agent, "start");
  return started == AgentExit::done ? ask(agent, "monitor") : started;
}

/// Its `validate-all` is not asked: some of them look at storage that is not mounted on a passive head.
AgentExit ready(const Parameters& parameters) {
  (void)agent_of(parameters);
  return AgentExit::done;
}

/// The standard knows no stop by force, so `kill` is a stop too. What counts is that the agent finds nothing
/// afterwards.
AgentExit stop(const Parameters& parameters) {
  const OcfAgent agent = agent_of(parameters);
  if (const AgentExit stopped = ask(agent, "stop"); stopped != AgentExit::done) return AgentExit::failed;
  if (ask(agent, "monitor") == AgentExit::not_running) return AgentExit::done;
  throw Failure{AgentExit::failed, ha::Reason::none, "it says that it has stopped, and its monitor does not"};
}

}  // namespace

std::span<const Action> ocf_actions() {
  static const std::array actions{Action{"start", start}, Action{"stop", stop}, Action{"kill", stop},
                                  Action{"status", status}, Action{"ready", ready}};
  return actions;
}

}  // namespace hacored::agents
