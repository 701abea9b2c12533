// The core's host: tells the core what happens, one input at a time, and sees to it that its outputs are performed in
// their order. A `Persist` is durable before anything after it is performed; until then inputs wait, as they do in the
// simulator. What the core was told is in the black box before its answers leave.
#pragma once

#include <deque>
#include <functional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "core/journal.h"
#include "core/node.h"
#include "daemon/lateness.h"

namespace hacored {

/// What performs the outputs of a core. Never blocks: long work answers later, through `Host::tell`.
class Hands {
 public:
  virtual ~Hands() = default;
  virtual void perform(const ha::Output& output) = 0;
  /// Tells the host what has arrived and was not looked at yet: after a stall nothing is judged before that.
  virtual void catch_up() = 0;
};

class Host {
 public:
  /// Makes a record durable and then calls back, from the io_context.
  using Persist = std::function<void(const ha::DiskRecord&, std::function<void(bool durable)>)>;

  /// `black_box` has at least `ha::Journal::kBytesMin` bytes.
  Host(boost::asio::io_context& io, const ha::Node& node, std::span<std::byte> black_box, Persist persist,
       Hands& hands);

  /// The first step of the core.
  void start() { tell(ha::Tick{}); }

  /// Tells the core. While a record is on its way to the disk the input waits; of beats only the newest ones do.
  void tell(const ha::Input& input);

  /// A new configuration comes into force at the next step.
  void reconfigure(const ha::Config& config);

  const ha::Node& node() const { return node_; }
  /// Of the ticks, since the start.
  const Lateness& lateness() const { return lateness_; }
  /// Called when a record could not be made durable. The core is not told anything any more.
  void on_disk_failure(std::function<void()> then) { disk_failed_ = std::move(then); }

 private:
  static constexpr std::size_t kBeatsWaiting = 64;

  void step(const ha::Input& input);
  void perform();
  void wait_for_deadline();
  void set_timer();

  ha::Node node_;
  ha::Journal journal_;
  Persist persist_;
  Hands& hands_;
  std::function<void()> disk_failed_;
  boost::asio::posix::stream_descriptor timer_;  ///< a timerfd of CLOCK_BOOTTIME
  ha::Instant timer_at_ = ha::kNever;
  Lateness lateness_;
  ha::Outputs out_;
  int next_ = 0;       ///< output to perform
  bool busy_ = false;  ///< a step is not over yet
  std::deque<ha::Input> waiting_;
};

}  // namespace hacored
