// /proc, netlink, locks.
#include "netns/truth.h"

#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <sstream>

#include <fmt/format.h>

#include "netns/failure.h"
#include "netns/files.h"
#include "netns/part_faults.h"
#include "netns/plan.h"

namespace hasim::netns {
namespace {

/// The process that holds a lock on that file; 0: nobody.
pid_t holder(int file) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  return ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? lock.l_pid : 0;
}

std::uint64_t sequence_of(const std::string& record) {
  std::uint64_t sequence = 0;
  (void)std::from_chars(record.data() + record.rfind(' ') + 1, record.data() + record.size(), sequence);
  return sequence;
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
    if (service.cell != machine.spec().cell) continue;
    Held& held = parts_.emplace_back();
    held.spec = &part;
    held.address = number_of(part.address);
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
    part.struck = part.lost = false;
    change(part, false, at);
  }
  epoch_ = {};
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
    if (is_program(part.spec->kind)) change(part, holder(part.lock.get()) != 0, at);
}

/// Of an address and of a mount it is told twice: that the part runs, and what the kernel has.
void HeadTruth::change(Held& part, bool held, Time at) {
  if (part.held == held) return;
  part.held = held;
  part.since = at;
  Event event;
  event.kind = EventKind::part_runs;
  event.who = part.spec->id;
  event.with = machine_.spec().id;
  event.x = held ? 1 : 0;
  event.y = held ? (part.lost ? 2 : 0) : (part.struck ? 1 : 0);
  part.lost = !held && (part.lost || part.struck);
  part.struck = false;
  stream_.saw(at, event);
  event.y = 0;
  if (part.spec->kind == ThingKind::address) {
    event.kind = EventKind::address_up;
    stream_.saw(at, event);
  }
  if (part.spec->kind != ThingKind::mount) return;
  event.kind = EventKind::mounted;
  event.who = part.spec->volume;
  stream_.saw(at, event);
  event.kind = EventKind::may_write;
  event.value = epoch_.at(service_of(part).number);
  stream_.saw(at, event);
}

const ServiceSpec& HeadTruth::service_of(const Held& part) const {
  return plan_.spec().services[plan_.spec().things[part.spec->service].index];
}

void HeadTruth::owns(const ha::Status& status) {
  for (std::size_t i = 0; i < epoch_.size(); ++i) epoch_.at(i) = value(status.service.at(i).epoch);
}

const HeadTruth::Held* HeadTruth::find(ThingId part) const {
  const auto found = std::find_if(parts_.begin(), parts_.end(), [part](const Held& h) { return h.spec->id == part; });
  return found == parts_.end() ? nullptr : &*found;
}

bool HeadTruth::runs(ThingId part) const {
  const Held* const found = find(part);
  return found != nullptr && found->held;
}

bool HeadTruth::runs_all(const ServiceSpec& service) const {
  return std::all_of(service.parts.begin(), service.parts.end(), [this](ThingId part) { return runs(part); });
}

pid_t HeadTruth::program_of(ThingId part) const {
  const Held* const found = find(part);
  return found != nullptr && found->held && is_program(found->spec->kind) ? holder(found->lock.get()) : 0;
}

Time HeadTruth::since(ThingId part) const {
  const Held* const found = find(part);
  return found == nullptr ? Time{0} : found->since;
}

void HeadTruth::struck(ThingId part) {
  for (Held& held : parts_) held.struck = held.struck || (held.spec->id == part && held.held);
}

void HeadTruth::stopped_by_hand(ThingId part) {
  for (Held& held : parts_) held.lost = held.lost || (held.spec->id == part && held.held);
}

void HeadTruth::failed_to_start(ThingId part, Time at) {
  Event event;
  event.kind = EventKind::part_runs;
  event.who = part;
  event.with = machine_.spec().id;
  event.y = 1;
  stream_.saw(at, event);
}

VolumeTruth::VolumeTruth(const Plan& plan, ThingId volume, Stream& stream)
    : spec_(plan.spec()), volume_(volume), stream_(stream), path_(plan.folder_of(volume) + "/writes") {}

/// "3 head1 25" is the 25th record of head1 under epoch 3.
VolumeTruth::Newest& VolumeTruth::newest_of(const std::string& record) {
  return newest_[record.substr(0, record.rfind(' '))];
}

void VolumeTruth::told(const std::string& record) {
  Newest& newest = newest_of(record);
  newest.told = std::max(newest.told, sequence_of(record));
}

/// What clients were told before this look was written before it, and so it must stand there now.
void VolumeTruth::look(Time at) {
  read(at);
  for (auto& [of, newest] : newest_) {
    if (newest.told <= newest.stands) continue;
    Event event;
    event.kind = EventKind::writes_lost;
    event.who = volume_;
    event.value = newest.told - newest.stands;
    stream_.saw(at, event);
    newest.told = newest.stands;
  }
}

void VolumeTruth::read(Time at) {
  if (!file_) file_ = Descriptor{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file_) return;
  std::array<char, 4096> text;
  for (ssize_t got = 0; (got = ::pread(file_.get(), text.data(), text.size(), seen_)) > 0; seen_ += got)
    rest_.append(text.data(), static_cast<std::size_t>(got));
  for (std::size_t end = 0; (end = rest_.find('\n')) != std::string::npos; rest_.erase(0, end + 1)) {
    const std::string line = rest_.substr(0, rest_.find_last_not_of(' ', end - 1) + 1);
    std::istringstream record{line};
    Event event;
    std::string head;
    if (!(record >> event.value >> head)) throw Failure("a damaged record in " + path_);
    event.kind = EventKind::wrote;
    event.who = volume_;
    event.with = spec_.find(head);
    stream_.saw(at, event);
    Newest& newest = newest_of(line);
    newest.stands = std::max(newest.stands, sequence_of(line));
  }
}

}  // namespace hasim::netns
