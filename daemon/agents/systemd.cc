// Calls of org.freedesktop.systemd1 by sd-bus.
#include "daemon/agents/systemd.h"

#include <fmt/core.h>
#include <systemd/sd-bus.h>

#include <cstring>

#include "daemon/agents/agent.h"

namespace hacored::agents {
namespace {

constexpr const char* kName = "org.freedesktop.systemd1";
constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr const char* kCalls = "org.freedesktop.systemd1.Manager";
constexpr const char* kUnit = "org.freedesktop.systemd1.Unit";
constexpr const char* kNoSuchUnit = "org.freedesktop.systemd1.NoSuchUnit";

struct BusError {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  BusError() = default;
  BusError(const BusError&) = delete;
  BusError& operator=(const BusError&) = delete;
  ~BusError() { sd_bus_error_free(&error); }

  void check(int result, const std::string& what) const {
    if (result >= 0) return;
    const bool absent = sd_bus_error_has_name(&error, kNoSuchUnit) != 0 ||
                        sd_bus_error_has_name(&error, SD_BUS_ERROR_SERVICE_UNKNOWN) != 0;
    throw Failure{absent ? AgentExit::not_installed : AgentExit::failed, ha::Reason::none,
                  fmt::format("{}: {}", what, error.message != nullptr ? error.message : std::strerror(-result))};
  }
};

struct Unref {
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, Unref>;

/// Signal JobRemoved(id, job, unit, result).
int job_removed(sd_bus_message* signal, void* results, sd_bus_error*) {
  std::uint32_t id = 0;
  const char* job = nullptr;
  const char* unit = nullptr;
  const char* result = nullptr;
  if (sd_bus_message_read(signal, "uoss", &id, &job, &unit, &result) >= 0)
    (*static_cast<std::map<std::string, std::string>*>(results))[job] = result;
  return 0;
}

}  // namespace

void Systemd::Close::operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }

Systemd::Systemd() {
  sd_bus* bus = nullptr;
  if (const int result = sd_bus_open_system(&bus); result < 0)
    throw Failure{AgentExit::not_installed, ha::Reason::none,
                  fmt::format("there is no system bus: {}", std::strerror(-result))};
  bus_.reset(bus);
  // First the ear, then the order: a job may end before its path is known.
  BusError error;
  error.check(sd_bus_match_signal(bus, nullptr, kName, kPath, kCalls, "JobRemoved", job_removed, &results_),
              "JobRemoved");
  error.check(sd_bus_call_method(bus, kName, kPath, kCalls, "Subscribe", &error.error, nullptr, ""), "Subscribe");
}

std::string Systemd::unit_path(const std::string& unit) {
  BusError error;
  sd_bus_message* answer = nullptr;
  const int result =
      sd_bus_call_method(bus_.get(), kName, kPath, kCalls, "LoadUnit", &error.error, &answer, "s", unit.c_str());
  const Message owned{answer};
  error.check(result, unit);
  const char* path = nullptr;
  error.check(sd_bus_message_read(answer, "o", &path), unit);
  return path;
}

std::string Systemd::property(const std::string& unit, const char* name) {
  const std::string path = unit_path(unit);
  BusError error;
  char* text = nullptr;
  error.check(sd_bus_get_property_string(bus_.get(), kName, path.c_str(), kUnit, name, &error.error, &text), unit);
  const std::unique_ptr<char, void (*)(void*)> owned{text, ::free};
  return std::string{text};
}

std::string Systemd::load_state(const std::string& unit) { return property(unit, "LoadState"); }

std::string Systemd::state(const std::string& unit) {
  if (load_state(unit) == "not-found")
    throw Failure{AgentExit::not_installed, ha::Reason::none, fmt::format("there is no unit {}", unit)};
  return property(unit, "ActiveState");
}

std::uint64_t Systemd::processes(const std::string& unit) {
  BusError error;
  sd_bus_message* answer = nullptr;
  const int result = sd_bus_call_method(bus_.get(), kName, kPath, kCalls, "GetUnitProcesses", &error.error, &answer,
                                        "s", unit.c_str());
  const Message owned{answer};
  error.check(result, unit);
  error.check(sd_bus_message_enter_container(answer, 'a', "(sus)"), unit);
  std::uint64_t count = 0;
  while (sd_bus_message_skip(answer, "(sus)") > 0) ++count;
  return count;
}

std::string Systemd::order(const std::string& method, const std::string& unit) {
  BusError error;
  sd_bus_message* answer = nullptr;
  const int result = sd_bus_call_method(bus_.get(), kName, kPath, kCalls, method.c_str(), &error.error, &answer, "ss",
                                        unit.c_str(), "replace");
  const Message owned{answer};
  error.check(result, method + " " + unit);
  const char* job = nullptr;
  error.check(sd_bus_message_read(answer, "o", &job), unit);
  return job;
}

std::string Systemd::await(const std::string& job) {
  const BusError error;
  while (!results_.contains(job)) {
    const int done = sd_bus_process(bus_.get(), nullptr);
    error.check(done, "bus");
    if (done == 0) error.check(sd_bus_wait(bus_.get(), UINT64_MAX), "bus");
  }
  return results_[job];
}

void Systemd::kill(const std::string& unit, int signal) {
  BusError error;
  const int result = sd_bus_call_method(bus_.get(), kName, kPath, kCalls, "KillUnit", &error.error, nullptr, "ssi",
                                        unit.c_str(), "all", static_cast<std::int32_t>(signal));
  if (result < 0) log(fmt::format("KillUnit {}: {}", unit, error.error.message));  // often it has no process any more
}

void Systemd::reset_failed(const std::string& unit) {
  // Refused where nothing has failed: no matter.
  (void)sd_bus_call_method(bus_.get(), kName, kPath, kCalls, "ResetFailedUnit", nullptr, nullptr, "s", unit.c_str());
}

}  // namespace hacored::agents
