// A mapped black box, and reports as events.
#include "netns/listener.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>

#include <fmt/format.h>

#include "netns/descriptor.h"
#include "netns/failure.h"

namespace hasim::netns {

BlackBox::BlackBox(const WorldSpec& spec, ThingId head, std::string path, Stream& stream)
    : names_(core_names(spec, head)), name_(spec.name_of(head)), path_(std::move(path)), stream_(stream) {}

BlackBox::~BlackBox() { close(); }

void BlackBox::close() {
  follower_.reset();
  if (!memory_.empty()) ::munmap(const_cast<std::byte*>(memory_.data()), memory_.size());
  memory_ = {};
}

/// A core that starts begins a new file.
void BlackBox::open() {
  struct stat now {};
  if (::stat(path_.c_str(), &now) != 0 || now.st_ino == file_ || now.st_size == 0) return;
  const Descriptor file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
  const auto size = static_cast<std::size_t>(now.st_size);
  void* mapped = file ? ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0) : MAP_FAILED;
  fail_if(mapped == MAP_FAILED, path_);
  file_ = now.st_ino;
  memory_ = {static_cast<const std::byte*>(mapped), size};
  follower_ = std::make_unique<ha::Follower>(
      memory_, [this](ha::Instant at, const ha::Input& input, const ha::Outputs& out, const ha::Node& node, bool same) {
        step(at, input, out, node, same);
      });
}

void BlackBox::look() {
  if (!follower_) open();
  if (!follower_) return;
  const ha::Replay& replay = follower_->look();
  if (!replay.error.empty()) throw Failure(fmt::format("the black box of {}: {}", name_, replay.error));
}

void BlackBox::end(Time at) {
  look();
  close();
  if (seen_.runs) say(at, EventKind::core_runs, 0);
  seen_ = {};
  expected_.clear();
  orders_.clear();
}

void BlackBox::say(Time at, EventKind kind, int x, int y) {
  Event event;
  event.kind = kind;
  event.who = names_.head;
  event.x = static_cast<std::uint8_t>(x);
  event.y = static_cast<std::uint8_t>(y);
  event.value = kind == EventKind::core_runs || kind == EventKind::started_core ? starts_ : 0;
  stream_.saw(at, event);
}

void BlackBox::forget(std::uint64_t order) {
  std::erase_if(expected_, [order](const Expected& one) { return one.order == order; });
}

void BlackBox::take(const ha::Command& command) {
  const auto found =
      std::find_if(expected_.begin(), expected_.end(), [&](const Expected& one) { return one.kind == command.kind; });
  if (found == expected_.end()) return;  // nobody's but its own host's
  orders_[command.id] = found->order;
  expected_.erase(found);
}

void BlackBox::say_modes(Time at, const ha::Status& now) {
  const ha::Status& before = seen_.status;
  if (now.armed != before.armed) say(at, EventKind::armed, now.armed);
  if (now.leaving != before.leaving) say(at, EventKind::leaving, now.leaving);
  if (now.maintenance != before.maintenance) say(at, EventKind::maintenance, now.maintenance);
  if (now.standby != before.standby) say(at, EventKind::maintenance, now.standby, 1);
}

void BlackBox::step(ha::Instant instant, const ha::Input& input, const ha::Outputs& out, const ha::Node& node,
                    bool same) {
  if (!same) throw Failure(fmt::format("{}: the core decided otherwise than its inputs say (hasim replay)", name_));
  const Time at = instant.time_since_epoch();
  if (!seen_.runs) {
    ++starts_;
    seen_.runs = true;
    say(at, EventKind::core_runs, 1);
    say(at, EventKind::started_core, 0);
  }
  if (const auto* order = std::get_if<ha::Command>(&input)) take(*order);
  for (const ha::Output& one : out) {
    if (const auto* report = std::get_if<ha::Report>(&one)) {
      stream_.saw(at, event_of(names_, *report));
      if (report->kind != ha::ReportKind::role) continue;
      ha::Role& role = role_[report->service == ha::kEveryService ? 0 : report->service];
      if (const auto notice = notice_of(names_, *report, role)) stream_.saw(at, *notice);
      role = static_cast<ha::Role>(report->b);
    } else if (const auto* reply = std::get_if<ha::Reply>(&one)) {
      Event event;
      event.kind = EventKind::reply;
      event.who = names_.head;
      event.x = static_cast<std::uint8_t>(reply->kind);
      event.y = static_cast<std::uint8_t>(reply->outcome);
      const auto order = orders_.find(reply->id);
      event.value = order == orders_.end() ? 0 : order->second;
      event.reason = reply->reason;
      stream_.saw(at, event);
    }
  }
  const ha::Status status = node.status();
  say_modes(at, status);
  seen_.status = status;
  seen_.under_way = std::any_of(status.service.begin(), status.service.begin() + status.services,
                                [](const ha::ServiceStatus& s) { return s.operation != ha::Operation{}; });
}

}  // namespace hasim::netns
