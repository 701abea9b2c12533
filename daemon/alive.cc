// sd_notify(3), a third of WatchdogSec apart.
#include "daemon/alive.h"

#include <algorithm>

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include "daemon/clock.h"
#include "daemon/log.h"

namespace hacored {

Alive::Alive(boost::asio::io_context& io, std::function<ha::Instant()> writing_since)
    : writing_since_{std::move(writing_since)}, timer_{io}, every_{std::chrono::seconds{1}} {
  std::uint64_t us = 0;
  notifies_ = sd_watchdog_enabled(0, &us) > 0;
  if (notifies_) every_ = std::min(every_, std::chrono::microseconds{us / 3});
  sd_notify(0, "READY=1");
  look();
}

void Alive::look() {
  const ha::Instant since = writing_since_();
  const bool hangs = since != ha::kNever && now() - since > kDiskMax;
  if (hangs && !hangs_)
    log(Level::critical,
        fmt::format("a record is under way to the disk for more than {} s: this head says nothing and decides nothing "
                    "until it is there; is the disk of state_dir dead?",
                    kDiskMax.count()));
  if (!hangs && hangs_) log(Level::notice, "the record has reached the disk");
  hangs_ = hangs;
  if (notifies_ && !hangs_) sd_notify(0, "WATCHDOG=1");
  timer_.expires_after(every_);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) look();
  });
}

}  // namespace hacored
