// Tells systemd that hacored lives (Type=notify, WatchdogSec), as long as its thread comes round and its records reach
// the disk: a core whose record hangs says nothing to anybody any more.
#pragma once

#include <functional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/time.h"

namespace hacored {

class Alive {
 public:
  /// A record that is longer under way is a disk that hangs.
  static constexpr std::chrono::seconds kDiskMax{5};

  /// `writing_since` says since when a record is under way to the disk; kNever: none is.
  Alive(boost::asio::io_context& io, std::function<ha::Instant()> writing_since);

 private:
  void look();

  std::function<ha::Instant()> writing_since_;
  boost::asio::steady_timer timer_;
  std::chrono::microseconds every_;
  bool notifies_ = false;
  bool hangs_ = false;
};

}  // namespace hacored
