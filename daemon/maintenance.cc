#include "daemon/maintenance.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include <nlohmann/json.hpp>

#include "daemon/clock.h"

namespace hacored {

using nlohmann::json;

namespace {

/// The timer's clock stands still while the machine is suspended, the core's does not: so it is looked at again.
constexpr std::chrono::seconds kLookAgain{60};

}  // namespace

MaintenanceEnd::MaintenanceEnd(boost::asio::io_context& io, std::string file, std::function<void()> over)
    : file_{std::move(file)}, over_{std::move(over)}, timer_{io} {
  load();
  if (current_) wait();
}

void MaintenanceEnd::load() {
  std::ifstream in{file_};
  const json said = json::parse(in, nullptr, false);
  if (!said.is_object()) return;
  Maintenance found;
  found.reason = said.value("reason", "");
  found.by = said.value("by", "");
  if (said.contains("until_ns") && said["until_ns"].is_number_integer())
    found.until = ha::Instant{ha::Duration{said["until_ns"].get<std::int64_t>()}};
  current_ = found;
}

/// In tmpfs: this writes to memory.
void MaintenanceEnd::begin(const Maintenance& maintenance) {
  current_ = maintenance;
  json said = {{"reason", maintenance.reason}, {"by", maintenance.by}};
  if (maintenance.until) said["until_ns"] = maintenance.until->time_since_epoch().count();
  std::ofstream{file_} << said.dump() << '\n';
  wait();
}

void MaintenanceEnd::forget() {
  current_.reset();
  timer_.cancel();
  std::remove(file_.c_str());
}

void MaintenanceEnd::wait() {
  timer_.cancel();
  if (!current_->until) return;
  const ha::Duration left = *current_->until - now();
  timer_.expires_after(std::clamp<ha::Duration>(left, ha::Duration{0}, kLookAgain));
  timer_.async_wait([this](boost::system::error_code error) {
    if (error || !current_ || !current_->until) return;
    if (now() < *current_->until) return wait();
    forget();
    over_();
  });
}

}  // namespace hacored
