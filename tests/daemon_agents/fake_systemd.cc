// A child on the private bus, with the calls that resource-unit makes.
#include "tests/daemon_agents/fake_systemd.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "daemon/agents/deadline.h"
#include "daemon/file_descriptor.h"

namespace hacored::agents::testing {
namespace {

constexpr const char* kName = "org.freedesktop.systemd1";
constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr const char* kCalls = "org.freedesktop.systemd1.Manager";
constexpr const char* kUnits = "/org/freedesktop/systemd1/unit";

struct Unit {
  std::string state = "inactive";
  std::string load = "loaded";
  std::string waiting_job;  ///< of a stop that does not come to its end
};

struct World {
  sd_bus* bus = nullptr;
  int jobs = 0;
  std::map<std::string, Unit> units{{"good.service", {}},
                                    {"broken.service", {}},
                                    {"masked.service", {"inactive", "masked", ""}},
                                    {"stuck.service", {"active", "loaded", ""}},
                                    {"leaky.service", {"failed", "loaded", ""}}};

  std::string new_job() { return "/org/freedesktop/systemd1/job/" + std::to_string(++jobs); }
  void over(const std::string& job, const std::string& unit, const char* result) {
    sd_bus_emit_signal(bus, kPath, kCalls, "JobRemoved", "uoss", static_cast<std::uint32_t>(jobs), job.c_str(),
                       unit.c_str(), result);
  }
};

/// "/org/freedesktop/systemd1/unit/good_2eservice".
std::string path_of(const std::string& unit) {
  char* path = nullptr;
  if (sd_bus_path_encode(kUnits, unit.c_str(), &path) < 0) return kUnits;
  const std::unique_ptr<char, void (*)(void*)> owned{path, ::free};
  return path;
}

std::string unit_named(sd_bus_message* call) {
  const char* unit = nullptr;
  return sd_bus_message_read(call, "s", &unit) < 0 ? "" : unit;
}

int nothing(sd_bus_message* call, void*, sd_bus_error*) { return sd_bus_reply_method_return(call, ""); }

int load_unit(sd_bus_message* call, void* world, sd_bus_error*) {
  const std::string unit = unit_named(call);
  static_cast<World*>(world)->units.try_emplace(unit, Unit{"inactive", "not-found", ""});
  return sd_bus_reply_method_return(call, "o", path_of(unit).c_str());
}

int start_unit(sd_bus_message* call, void* data, sd_bus_error*) {
  World& world = *static_cast<World*>(data);
  const std::string unit = unit_named(call);
  const std::string job = world.new_job();
  const bool works = unit != "broken.service";
  world.units[unit].state = works ? "active" : "failed";
  world.over(job, unit, works ? "done" : "failed");  // before the answer, as a fast job of systemd may be
  return sd_bus_reply_method_return(call, "o", job.c_str());
}

int stop_unit(sd_bus_message* call, void* data, sd_bus_error*) {
  World& world = *static_cast<World*>(data);
  const std::string unit = unit_named(call);
  const std::string job = world.new_job();
  if (unit == "stuck.service") {
    world.units[unit].state = "deactivating";
    world.units[unit].waiting_job = job;
    return sd_bus_reply_method_return(call, "o", job.c_str());
  }
  if (unit != "leaky.service") world.units[unit].state = "inactive";
  const int answered = sd_bus_reply_method_return(call, "o", job.c_str());
  world.over(job, unit, "done");
  return answered;
}

int kill_unit(sd_bus_message* call, void* data, sd_bus_error*) {
  World& world = *static_cast<World*>(data);
  const std::string unit = unit_named(call);
  if (!world.units[unit].waiting_job.empty()) {
    world.units[unit].state = "failed";
    world.over(world.units[unit].waiting_job, unit, "done");
  }
  return sd_bus_reply_method_return(call, "");
}

int unit_processes(sd_bus_message* call, void*, sd_bus_error*) {
  if (unit_named(call) != "leaky.service") return sd_bus_reply_method_return(call, "a(sus)", 0);
  return sd_bus_reply_method_return(call, "a(sus)", 1, "/leaky.service", 4711U, "sleep");
}

int unit_property(sd_bus*, const char* path, const char*, const char* property, sd_bus_message* answer, void* data,
                  sd_bus_error*) {
  for (const auto& [name, unit] : static_cast<World*>(data)->units)
    if (path_of(name) == path)
      return sd_bus_message_append(answer, "s",
                                   (std::string{property} == "LoadState" ? unit.load : unit.state).c_str());
  return -ENOENT;
}

constexpr sd_bus_vtable kCallTable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Subscribe", "", "", nothing, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("ResetFailedUnit", "s", "", nothing, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("LoadUnit", "s", "o", load_unit, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("StartUnit", "ss", "o", start_unit, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("StopUnit", "ss", "o", stop_unit, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("KillUnit", "ssi", "", kill_unit, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("GetUnitProcesses", "s", "a(sus)", unit_processes, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL("JobRemoved", "uoss", 0),
    SD_BUS_VTABLE_END,
};
constexpr sd_bus_vtable kUnitTable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("ActiveState", "s", unit_property, 0, 0),
    SD_BUS_PROPERTY("LoadState", "s", unit_property, 0, 0),
    SD_BUS_VTABLE_END,
};

int any_unit(sd_bus*, const char*, const char*, void* world, void** found, sd_bus_error*) {
  *found = world;
  return 1;
}

/// The child: says on `tell` when it answers, and serves until it is killed.
[[noreturn]] void serve(const std::string& address, int tell) {
  World world;
  const bool good = sd_bus_new(&world.bus) >= 0 && sd_bus_set_address(world.bus, address.c_str()) >= 0 &&
                    sd_bus_set_bus_client(world.bus, 1) >= 0 && sd_bus_start(world.bus) >= 0 &&
                    sd_bus_add_object_vtable(world.bus, nullptr, kPath, kCalls, kCallTable, &world) >= 0 &&
                    sd_bus_add_fallback_vtable(world.bus, nullptr, kUnits, "org.freedesktop.systemd1.Unit", kUnitTable,
                                               any_unit, &world) >= 0 &&
                    sd_bus_request_name(world.bus, kName, 0) >= 0;
  if (!good || ::write(tell, "!", 1) != 1) ::_exit(1);
  while (sd_bus_process(world.bus, nullptr) > 0 || sd_bus_wait(world.bus, UINT64_MAX) >= 0) continue;
  ::_exit(0);
}

/// A socket is there before anybody listens at it.
bool listens(const std::string& path) {
  const FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un place{};
  place.sun_family = AF_UNIX;
  path.copy(static_cast<char*>(place.sun_path), sizeof place.sun_path - 1);
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0;
}

}  // namespace

FakeSystemd::FakeSystemd(bool answers) {
  std::string name = "/tmp/fake-systemd-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) return;
  folder_ = name;
  const std::string socket = folder_ + "/bus";
  address_ = "unix:path=" + socket;
  std::ofstream{folder_ + "/bus.conf"} << "<busconfig><listen>" << address_
                                       << "</listen><policy context=\"default\"><allow user=\"*\"/><allow own=\"*\"/>"
                                          "<allow send_destination=\"*\"/><allow receive_sender=\"*\"/></policy>"
                                          "</busconfig>";
  bus_ = std::make_unique<Running>("/usr/bin/dbus-daemon",
                                   std::vector<std::string>{"--nofork", "--config-file=" + folder_ + "/bus.conf"},
                                   std::map<std::string, std::string>{});
  const Deadline deadline{std::chrono::milliseconds{5000}};
  while (!(ready_ = listens(socket)) && !deadline.passed()) ::sched_yield();
  if (!ready_ || !answers) return;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
  systemd_ = ::fork();
  if (systemd_ == 0) serve(address_, ends[1]);
  ::close(ends[1]);
  char told = 0;
  ready_ = ::read(ends[0], &told, 1) == 1;
  ::close(ends[0]);
}

FakeSystemd::~FakeSystemd() {
  if (systemd_ > 0) {
    ::kill(systemd_, SIGKILL);
    ::waitpid(systemd_, nullptr, 0);
  }
  bus_.reset();
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

std::map<std::string, std::string> FakeSystemd::environment() const { return {{"DBUS_SYSTEM_BUS_ADDRESS", address_}}; }

}  // namespace hacored::agents::testing
