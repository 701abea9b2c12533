// One step after the other.
#include "daemon/host.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>

#include "core/check.h"
#include "daemon/clock.h"

namespace hacored {

namespace asio = boost::asio;

Host::Host(asio::io_context& io, const ha::Node& node, std::span<std::byte> black_box, Persist persist, Hands& hands)
    : node_{node},
      journal_{black_box, node},
      persist_{std::move(persist)},
      hands_{hands},
      timer_{io, timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)} {
  wait_for_deadline();
}

void Host::tell(const ha::Input& input) {
  if (!busy_) return step(input);
  const auto is_beat = [](const ha::Input& one) { return std::holds_alternative<ha::BeatReceived>(one); };
  if (is_beat(input) && std::count_if(waiting_.begin(), waiting_.end(), is_beat) >= std::ptrdiff_t{kBeatsWaiting})
    waiting_.erase(std::find_if(waiting_.begin(), waiting_.end(), is_beat));
  waiting_.push_back(input);
}

void Host::reconfigure(const ha::Config& config) {
  node_.reconfigure(config);
  journal_.reconfigured(node_);
  tell(ha::Tick{});
}

void Host::step(const ha::Input& input) {
  busy_ = true;
  const ha::Instant at = now();
  out_.clear();
  next_ = 0;
  node_.step(at, input, out_);
  journal_.write(node_, at, input, out_);
  perform();
}

void Host::perform() {
  while (next_ < out_.size()) {
    const ha::Output& output = out_[next_++];
    if (const auto* record = std::get_if<ha::Persist>(&output))
      return persist_(record->record, [this](bool durable) { durable ? perform() : disk_failed_(); });
    hands_.perform(output);
  }
  busy_ = false;
  if (waiting_.empty()) return set_timer();
  const ha::Input input = waiting_.front();
  waiting_.pop_front();
  step(input);  // the depth of this is bounded by what can wait
}

void Host::set_timer() {
  const ha::Instant due = node_.deadline();
  if (due == timer_at_) return;
  timer_at_ = due;
  const std::int64_t ns = std::max<std::int64_t>(1, due.time_since_epoch().count());
  itimerspec at{};
  if (due != ha::kNever) at.it_value = {.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
  HA_CHECK(timerfd_settime(timer_.native_handle(), TFD_TIMER_ABSTIME, &at, nullptr) == 0);
}

void Host::wait_for_deadline() {
  timer_.async_wait(asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code error) {
    if (error) return;
    std::uint64_t times = 0;
    if (read(timer_.native_handle(), &times, sizeof times) == sizeof times) {
      if (timer_at_ != ha::kNever) lateness_.add(now() - timer_at_);
      timer_at_ = ha::kNever;
      hands_.catch_up();
      tell(ha::Tick{});
    }
    wait_for_deadline();
  });
}

}  // namespace hacored
