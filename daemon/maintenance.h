// Maintenance that ends by itself: whoever forgets it would leave a cell without failover. What was said about it lies
// in the run folder, so that a restart of hacored keeps it; after a reboot maintenance lasts until somebody ends it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/status.h"

namespace hacored {

class MaintenanceEnd {
 public:
  /// Goes on with what is in `file`. `over` is called when its time has come.
  MaintenanceEnd(boost::asio::io_context& io, std::string file, std::function<void()> over);

  void begin(const Maintenance& maintenance);
  void forget();
  const std::optional<Maintenance>& current() const { return current_; }

 private:
  void load();
  void wait();

  std::string file_;
  std::function<void()> over_;
  std::optional<Maintenance> current_;
  boost::asio::steady_timer timer_;
};

}  // namespace hacored
