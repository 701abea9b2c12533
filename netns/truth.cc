// /proc, netlink, locks.
#include "netns/truth.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <sstream>

#include <fmt/format.h>

#include "netns/failure.h"
#include "netns/files.h"

namespace hasim::netns {
namespace {

std::uint32_t number_of(const std::string& address) {
  in_addr number{};
  return ::inet_pton(AF_INET, address.substr(0, address.find('/')).c_str(), &number) == 1 ? number.s_addr : 0;
}

bool is_program(ThingKind kind) { return kind != ThingKind::address && kind != ThingKind::mount; }

bool locked(int file) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  return ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/// The IPv4 address that a message of route netlink is about, 0 if it is about none.
std::uint32_t local_address(const nlmsghdr* message) {
  const auto* about = static_cast<const ifaddrmsg*>(NLMSG_DATA(message));
  auto left = static_cast<int>(IFA_PAYLOAD(message));
  for (const rtattr* one = IFA_RTA(about); RTA_OK(one, left); one = RTA_NEXT(one, left)) {
    std::uint32_t number = 0;
    if (one->rta_type != IFA_LOCAL || RTA_PAYLOAD(one) != sizeof number) continue;
    std::memcpy(&number, RTA_DATA(one), sizeof number);
    return number;
  }
  return 0;
}

}  // namespace

HeadTruth::HeadTruth(const Plan& plan, const Machine& machine, Stream& stream)
    : plan_(plan), machine_(machine), stream_(stream) {
  const WorldSpec& spec = plan.spec();
  for (const PartSpec& part : spec.parts) {
    const ServiceSpec& service = spec.services[spec.things[part.service].index];
    if (service.cell == machine.spec().cell) parts_.push_back({&part, number_of(part.address), {}, false, false});
  }
}

void HeadTruth::begin() {
  addresses_ = address_watch(machine_.first());
  for (Held& part : parts_) {
    if (!is_program(part.spec->kind)) continue;
    const std::string path = fmt::format("{}/parts/{}", machine_.folder(), part.spec->id);
    part.lock = Descriptor{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)};
    fail_if(!part.lock, path);
  }
}

void HeadTruth::end(Time at) {
  addresses_.reset();
  for (Held& part : parts_) {
    part.lock.reset();
    part.struck = false;
    change(part, false, at);
  }
  epoch_ = 0;
}

void HeadTruth::look(Time at) {
  if (!machine_.powered()) return;
  hear_addresses(at);
  look_at_mounts(at);
  look_at_locks(at);
}

void HeadTruth::hear_addresses(Time at) {
  alignas(nlmsghdr) std::array<char, 8192> text;
  for (;;) {
    const ssize_t got = ::recv(addresses_.get(), text.data(), text.size(), 0);
    if (got <= 0) return;
    auto left = static_cast<unsigned>(got);
    for (auto* message = reinterpret_cast<nlmsghdr*>(text.data()); NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type != RTM_NEWADDR && message->nlmsg_type != RTM_DELADDR) continue;
      const std::uint32_t number = local_address(message);
      for (Held& part : parts_)
        if (part.spec->kind == ThingKind::address && part.address == number)
          change(part, message->nlmsg_type == RTM_NEWADDR, at);
    }
  }
}

void HeadTruth::look_at_mounts(Time at) {
  std::istringstream table{read_file(fmt::format("/proc/{}/mounts", machine_.first()))};
  std::vector<std::string> sources;
  for (std::string line; std::getline(table, line);) sources.push_back(line.substr(0, line.find(' ')));
  for (Held& part : parts_) {
    if (part.spec->kind != ThingKind::mount) continue;
    const std::string source = plan_.export_of(part.spec->volume);
    change(part, std::find(sources.begin(), sources.end(), source) != sources.end(), at);
  }
}

void HeadTruth::look_at_locks(Time at) {
  for (Held& part : parts_)
    if (is_program(part.spec->kind)) change(part, locked(part.lock.get()), at);
}

void HeadTruth::change(Held& part, bool held, Time at) {
  if (part.held == held) return;
  part.held = held;
  Event event;
  event.who = part.spec->id;
  event.with = machine_.spec().id;
  event.x = held ? 1 : 0;
  switch (part.spec->kind) {
    case ThingKind::address: event.kind = EventKind::address_up; break;
    case ThingKind::mount:
      event.kind = EventKind::mounted;
      event.who = part.spec->volume;
      break;
    default:
      event.kind = EventKind::part_runs;
      event.y = !held && part.struck ? 1 : 0;
      part.struck = false;
  }
  stream_.saw(at, event);
  if (part.spec->kind != ThingKind::mount) return;
  event.kind = EventKind::may_write;
  event.value = epoch_;
  stream_.saw(at, event);
}

bool HeadTruth::runs(ThingId part) const {
  return std::any_of(parts_.begin(), parts_.end(), [&](const Held& h) { return h.spec->id == part && h.held; });
}

bool HeadTruth::runs_all(const ServiceSpec& service) const {
  return std::all_of(service.parts.begin(), service.parts.end(), [this](ThingId part) { return runs(part); });
}

void HeadTruth::struck(ThingId part) {
  for (Held& held : parts_) held.struck = held.struck || (held.spec->id == part && held.held);
}

VolumeTruth::VolumeTruth(const Plan& plan, ThingId volume, Stream& stream)
    : spec_(plan.spec()), volume_(volume), stream_(stream), path_(plan.folder_of(volume) + "/writes") {}

void VolumeTruth::look(Time at) {
  if (!file_) file_ = Descriptor{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file_) return;
  std::array<char, 4096> text;
  for (ssize_t got = 0; (got = ::read(file_.get(), text.data(), text.size())) > 0;)
    rest_.append(text.data(), static_cast<std::size_t>(got));
  for (std::size_t end = 0; (end = rest_.find('\n')) != std::string::npos; rest_.erase(0, end + 1)) {
    std::istringstream record{rest_.substr(0, end)};
    Event event;
    std::string head;
    if (!(record >> event.value >> head)) throw Failure("a damaged record in " + path_);
    event.kind = EventKind::wrote;
    event.who = volume_;
    event.with = spec_.find(head);
    stream_.saw(at, event);
  }
}

}  // namespace hasim::netns
