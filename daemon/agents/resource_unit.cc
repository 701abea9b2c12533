// A unit runs, does not run, or is in between, which counts as running.
#include "daemon/agents/resource_unit.h"

#include <fmt/core.h>
#include <signal.h>

#include <array>

#include "daemon/agents/systemd.h"

namespace hacored::agents {
namespace {

bool runs(const std::string& state) { return state == "active" || state == "reloading"; }

/// A unit that failed has stopped only if none of its processes is left behind.
bool stopped(Systemd& systemd, const std::string& unit, const std::string& state) {
  return state == "inactive" || (state == "failed" && systemd.processes(unit) == 0);
}

AgentExit status(const Parameters& parameters) {
  Systemd systemd;
  const std::string& unit = parameters.required("unit");
  const std::string state = systemd.state(unit);
  if (runs(state)) return AgentExit::done;
  if (stopped(systemd, unit, state)) return AgentExit::not_running;
  throw Failure{AgentExit::failed, ha::Reason::none, fmt::format("{} is {}", unit, state)};
}

AgentExit start(const Parameters& parameters) {
  Systemd systemd;
  const std::string& unit = parameters.required("unit");
  if (runs(systemd.state(unit))) return AgentExit::done;
  systemd.reset_failed(unit);
  const std::string result = systemd.await(systemd.order("StartUnit", unit));
  const std::string state = systemd.state(unit);
  if (result == "done" && runs(state)) return AgentExit::done;
  throw Failure{AgentExit::failed, ha::Reason::start_failed,
                fmt::format("start of {}: the job is {}, the unit {}", unit, result, state)};
}

AgentExit ready(const Parameters& parameters) {
  const std::string& unit = parameters.required("unit");
  const std::string state = Systemd{}.load_state(unit);
  if (state == "loaded") return AgentExit::done;
  throw Failure{AgentExit::failed, ha::Reason::start_failed, fmt::format("the unit {} is {}", unit, state)};
}

/// `by_force`: its processes get SIGKILL once the stop is queued, so that nothing starts them again.
AgentExit stop_unit(const Parameters& parameters, bool by_force) {
  Systemd systemd;
  const std::string& unit = parameters.required("unit");
  if (stopped(systemd, unit, systemd.state(unit))) return AgentExit::done;
  const std::string job = systemd.order("StopUnit", unit);
  if (by_force) systemd.kill(unit, SIGKILL);
  const std::string result = systemd.await(job);
  const std::string state = systemd.state(unit);
  if (stopped(systemd, unit, state)) return AgentExit::done;
  throw Failure{AgentExit::failed, ha::Reason::none,
                fmt::format("stop of {}: the job is {}, the unit {}", unit, result, state)};
}

AgentExit stop(const Parameters& parameters) { return stop_unit(parameters, false); }
AgentExit kill(const Parameters& parameters) { return stop_unit(parameters, true); }

}  // namespace

std::span<const Action> unit_actions() {
  static const std::array actions{Action{"start", start}, Action{"stop", stop}, Action{"kill", kill},
                                  Action{"status", status}, Action{"ready", ready}};
  return actions;
}

}  // namespace hacored::agents
