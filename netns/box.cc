// Power, cables and programs of a machine that is no head.
#include "netns/box.h"

#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "netns/failure.h"
#include "netns/files.h"
#include "netns/process.h"
#include "netns/sandbox.h"

namespace hasim::netns {

Box::Box(const Plan& plan, ThingId thing, const std::vector<ThingId>& networks, Cables& switches,
         std::vector<std::string> folders, std::vector<ThingId> own_volumes)
    : plan_(plan),
      thing_(thing),
      networks_(networks),
      switches_(switches),
      folders_(std::move(folders)),
      own_volumes_(std::move(own_volumes)) {
  for (const char* part : {"/run", "/disk"}) std::filesystem::create_directories(folder() + part);
  write_file(folder() + "/boot_id", fmt::format("00000000-0000-4000-9000-{:012x}\n", thing_));
  write_file(folder() + "/stat", "btime 1\n");
}

Box::~Box() {
  try {
    power_off();
    await_end();
  } catch (const Failure& failure) {  // what is left ends with the namespaces of the run
    fmt::print(stderr, "hasim: {} was not taken down: {}\n", plan_.spec().name_of(thing_), failure.what());
  }
}

std::string Box::folder() const { return fmt::format("{}/{}", kFolder, plan_.spec().name_of(thing_)); }

void Box::power_on() {
  if (powered()) return;
  await_end();
  const std::string here = folder();
  HeadMounts mounts{
      plan_.spec().name_of(thing_), here + "/run", disk(), here + "/boot_id", here + "/stat", {}, folders_};
  for (const VolumeSpec& volume : plan_.spec().volumes)
    if (std::find(own_volumes_.begin(), own_volumes_.end(), volume.id) == own_volumes_.end())
      mounts.hidden.push_back(plan_.folder_of(volume.id));
  first_ = start_head(mounts);
  wire();
}

void Box::wire() {
  for (const ThingId network : networks_) {
    switches_.remove(plan_.port_of(thing_, network));  // of the last boot; nobody waited for the kernel to take it
    switches_.add_cable(plan_.port_of(thing_, network), plan_.interface_of(network), first_);
  }
  Cables inside = Cables::of(first_);
  inside.set_up("lo", true);
  for (const ThingId network : networks_) {
    const std::string port = plan_.port_of(thing_, network);
    inside.set_mac(plan_.interface_of(network), plan_.mac_of(thing_, network));  // others remember it
    inside.add_address(plan_.interface_of(network), plan_.address_with_prefix(thing_, network));
    inside.set_up(plan_.interface_of(network), true);
    switches_.plug(port, plan_.bridge_of(network));
    switches_.set_up(port, true);
  }
  for (const auto& [head, faults] : deaf_)
    if (faults > 0) drop(head, true);
}

void Box::power_off() {
  if (!powered()) return;
  for (const ThingId network : networks_) switches_.mute(plan_.port_of(thing_, network));
  ::kill(first_, SIGKILL);
  gone_.insert(gone_.end(), programs_.begin(), programs_.end());  // our children, though they live there
  gone_.push_back(first_);
  programs_.clear();
  first_ = 0;
}

void Box::await_end() {
  for (const pid_t one : std::exchange(gone_, {})) end_process(one);
}

pid_t Box::start(const std::vector<std::string>& words) {
  programs_.push_back(start_on(first_, words, folder() + "/log"));
  return programs_.back();
}

void Box::end(pid_t program) {
  if (std::erase(programs_, program) > 0) end_process(program);
}

void Box::deaf_to(ThingId head, bool deaf) {
  int& faults = deaf_[head];
  const bool was = faults > 0;
  faults += deaf ? 1 : -1;
  if (powered() && was != (faults > 0)) drop(head, faults > 0);
}

void Box::drop(ThingId head, bool dropped) const {
  const std::vector<ThingId>& joined = plan_.spec().heads[plan_.spec().things[head].index].networks;
  for (const ThingId network : networks_)
    if (std::find(joined.begin(), joined.end(), network) != joined.end())
      drop_address(first_, plan_.address_of(head, network), dropped);
}

bool Box::listens(int port) const {
  if (!powered()) return false;
  const std::string end = fmt::format(":{:04X}", port);
  for (const char* family : {"tcp", "tcp6"}) {
    std::istringstream table{read_file(fmt::format("/proc/{}/net/{}", first_, family))};
    std::string line, number, local, remote, state;
    for (std::getline(table, line); std::getline(table, line);) {
      std::istringstream row{line};
      if (row >> number >> local >> remote >> state && state == "0A" && local.ends_with(end)) return true;
    }
  }
  return false;
}

}  // namespace hasim::netns
