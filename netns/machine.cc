// Power, cables and processes of a head.
#include "netns/machine.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "netns/clock.h"
#include "netns/descriptor.h"
#include "netns/failure.h"
#include "netns/files.h"
#include "netns/nfs_server.h"
#include "netns/process.h"
#include "netns/system.h"

namespace hasim::netns {
namespace {

constexpr int kLooksUntilForce = 50;

bool has_ended(pid_t child) { return child <= 0 || ::waitpid(child, nullptr, WNOHANG) != 0; }

std::string make_folder(std::string path) {
  std::filesystem::create_directories(path);
  return path;
}

}  // namespace

Machine::Machine(const Plan& plan, const HeadSpec& spec, const System& system, Cables& switches, Wires& wires)
    : plan_(plan),
      spec_(spec),
      system_(system),
      switches_(switches),
      wires_(wires),
      log_(make_folder(folder()) + "/log-pipe", folder() + "/log") {
  for (const char* part : {"/run", "/parts"}) std::filesystem::create_directories(folder() + part);
  disk_.emplace(folder() + "/disk");
  for (const ThingId network : spec_.networks) cables_.push_back({network});
}

Machine::~Machine() {
  try {
    if (powered()) power_off([] {});
  } catch (const Failure& failure) {  // what is left ends with the namespaces of the run
    fmt::print(stderr, "hasim: {} was not taken down: {}\n", plan_.spec().name_of(spec_.id), failure.what());
  }
}

void Machine::power_on(const std::function<void()>& meanwhile) {
  ++boots_;
  disk_->renew();
  const std::string here = folder();
  for (const char* empty : {"/run", "/parts"}) {
    std::filesystem::remove_all(here + empty);
    std::filesystem::create_directories(here + empty);
  }
  std::filesystem::permissions(here + "/run", std::filesystem::perms::owner_all);
  write_file(here + "/boot_id",
             fmt::format("{:08x}-{:04x}-4000-8000-{:012x}\n", ::getpid(), boots_, boottime().count() & 0xffffffffffff));
  write_file(here + "/stat", fmt::format("btime {}\n", ::time(nullptr) + 1));
  start_kernel();
  wire(spec_.networks, meanwhile);
}

void Machine::start_crash_kernel(const std::vector<ThingId>& networks, const std::function<void()>& meanwhile) {
  start_kernel();
  wire(networks, meanwhile);
}

void Machine::start_kernel() {
  const std::string here = folder();
  HeadMounts mounts{
      plan_.spec().name_of(spec_.id), here + "/run", here + "/disk", here + "/boot_id", here + "/stat", {}, {}};
  for (const VolumeSpec& volume : plan_.spec().volumes) mounts.hidden.push_back(plan_.folder_of(volume.id));
  for (const PartSpec& part : plan_.spec().parts)
    if (part.kind == ThingKind::mount) mounts.mount_points.push_back(plan_.mount_point(part.id));
  mounts.shown = system_.shown(plan_, spec_.id);
  first_ = start_head(mounts);
}

/// All its cables are there again; the kernel brings some of its interfaces up.
void Machine::wire(const std::vector<ThingId>& up, const std::function<void()>& meanwhile) {
  for (const Cable& cable : cables_) {
    meanwhile();
    const std::string port = plan_.port_of(spec_.id, cable.network);
    switches_.add_cable(port, plan_.interface_of(cable.network), first_);
  }
  Cables inside = Cables::of(first_);
  inside.set_up("lo", true);
  for (const Cable& cable : cables_) {
    meanwhile();
    plug_as_it_is(cable);
    if (std::find(up.begin(), up.end(), cable.network) == up.end()) continue;
    const std::string interface = plan_.interface_of(cable.network);
    inside.set_mac(interface, plan_.mac_of(spec_.id, cable.network));
    inside.add_address(interface, plan_.address_with_prefix(spec_.id, cable.network));
    inside.set_up(interface, true);
  }
}

void Machine::fall_silent() {
  core_stands_still(true);
  // To take the cables away would take much longer.
  for (const Cable& cable : cables_) {
    if (cable.wired)
      wires_.unplug(spec_.id, cable.network);
    else if (cable.pulled == 0 && cable.dark == 0)
      switches_.mute(plan_.port_of(spec_.id, cable.network));
  }
}

std::vector<std::string> Machine::kernel_nfs_mounts() const {
  static const bool by_kernel = kernel_mounts_nfs();
  std::vector<std::string> points;
  for (const PartSpec& part : plan_.spec().parts)
    if (by_kernel && part.kind == ThingKind::mount && plan_.is_served(part.volume))
      points.push_back(plan_.mount_point(part.id));
  return points;
}

/// No signal ends a process that waits for what the kernel's NFS client has still to write, and its server may be gone.
Time Machine::power_off(const std::function<void()>& meanwhile) {
  const std::vector<std::string> served = kernel_nfs_mounts();
  const std::string space = fmt::format("/proc/{}/ns/mnt", first_);
  const Descriptor mounts{served.empty() ? -1 : ::open(space.c_str(), O_RDONLY | O_CLOEXEC)};
  ::kill(first_, SIGKILL);
  std::vector<pid_t> left{core_, first_};  // our children, though they live there: nobody else reaps them
  for (const UnderWay& order : std::exchange(orders_, {})) left.push_back(order.hactl);
  for (const pid_t program : std::exchange(programs_, {})) left.push_back(program);
  for (int looks = 1; std::erase_if(left, has_ended), !left.empty(); ++looks) {
    meanwhile();
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
    if (mounts && looks % kLooksUntilForce == 0) left.push_back(fail_nfs_calls(mounts.get(), served));
  }
  first_ = core_ = 0;
  const Time gone = boottime();
  for (const Cable& cable : cables_) {
    meanwhile();
    switches_.remove(plan_.port_of(spec_.id, cable.network));
  }
  return gone;
}

void Machine::start_core() { core_ = start_on(first_, system_.program(plan_, spec_.id), log_.path()); }

void Machine::end_core() const {
  if (core_ != 0) ::kill(core_, SIGTERM);
}

void Machine::kill_core() {
  end_process(core_);
  core_ = 0;
}

bool Machine::core_ended() {
  if (core_ == 0 || ::waitpid(core_, nullptr, WNOHANG) != core_) return false;
  core_ = 0;
  return true;
}

void Machine::stand_still(bool still) {
  if (!powered()) return;
  // What is forked while we look is found by the next look.
  for (std::size_t before = 0, found = 1; before != found;) {
    const std::vector<pid_t> all = all_in(first_);
    before = found;
    found = all.size();
    for (const pid_t pid : all)
      if (pid != first_) ::kill(pid, still ? SIGSTOP : SIGCONT);
  }
}

void Machine::core_stands_still(bool still) const {
  if (core_ != 0) ::kill(core_, still ? SIGSTOP : SIGCONT);
}

Machine::Cable& Machine::cable(ThingId network) {
  const auto found = std::find_if(cables_.begin(), cables_.end(), [&](const Cable& c) { return c.network == network; });
  if (found == cables_.end())
    throw Failure(fmt::format("{} is not on {}", plan_.spec().name_of(spec_.id), plan_.spec().name_of(network)));
  return *found;
}

void Machine::plug_as_it_is(const Cable& cable) {
  const std::string port = plan_.port_of(spec_.id, cable.network);
  if (!cable.wired) cable.pulled == 0 ? switches_.plug(port, plan_.bridge_of(cable.network)) : switches_.pull(port);
  switches_.set_up(port, cable.dark == 0);
  if (cable.wired) cable.pulled == 0 ? wires_.plug(spec_.id, cable.network) : wires_.unplug(spec_.id, cable.network);
}

void Machine::rewire(ThingId network) {
  Cable& changed = cable(network);
  changed.wired = true;
  if (!powered()) return;
  if (changed.pulled == 0) switches_.mute(plan_.port_of(spec_.id, network));
  plug_as_it_is(changed);
}

void Machine::pull(ThingId network, bool out) {
  Cable& changed = cable(network);
  changed.pulled += out ? 1 : -1;
  if (powered()) plug_as_it_is(changed);
}

void Machine::networks_down() {
  Cables inside = Cables::of(first_);
  for (const Cable& cable : cables_) inside.set_up(plan_.interface_of(cable.network), false);
}

void Machine::carrier(ThingId network, bool there) {
  Cable& changed = cable(network);
  changed.dark += there ? -1 : 1;
  if (powered()) plug_as_it_is(changed);
}

void Machine::hactl(std::uint64_t order, const std::vector<std::string>& words, const std::string& typed) {
  std::vector<std::string> all{"/bin/sh", "-c", R"(echo "$0" | "$@")", typed, Plan::program("hactl"), "--json", "-y"};
  all.insert(all.end(), words.begin(), words.end());
  const std::string said = fmt::format("{}/order-{}", folder(), order);
  orders_.push_back({order, start_on(first_, all, said), said});
}

std::vector<Answered> Machine::answered() {
  std::vector<Answered> all;
  std::erase_if(orders_, [&all](const UnderWay& one) {
    if (::waitpid(one.hactl, nullptr, WNOHANG) != one.hactl) return false;
    all.push_back({one.order, read_file(one.said)});
    return true;
  });
  return all;
}

pid_t Machine::run(const std::vector<std::string>& words) {
  programs_.push_back(start_on(first_, words, folder() + "/log"));
  return programs_.back();
}

bool Machine::runs(pid_t program) const {
  return std::find(programs_.begin(), programs_.end(), program) != programs_.end();
}

void Machine::look() {
  log_.drain();
  std::erase_if(programs_, has_ended);
}

}  // namespace hasim::netns
