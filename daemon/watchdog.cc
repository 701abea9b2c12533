// The Linux watchdog device.
#include "daemon/watchdog.h"

#include <fcntl.h>
#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace hacored {
namespace {

int whole_seconds(ha::Duration time) {
  using std::chrono::seconds;
  return static_cast<int>(std::chrono::ceil<seconds>(time).count());
}

}  // namespace

/// The clock goes on: who dies without disarming means it.
Watchdog::~Watchdog() {
  if (fd_ >= 0) close(fd_);
}

bool Watchdog::usable() const {
  struct stat about {};
  return !device_.empty() && stat(device_.c_str(), &about) == 0 && S_ISCHR(about.st_mode) &&
         access(device_.c_str(), W_OK) == 0;
}

std::string Watchdog::arm() {
  if (fd_ >= 0) return kick(), "";
  if (device_.empty()) return "there is none";
  fd_ = open(device_.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd_ < 0) return fmt::format("{}: {}", device_, std::strerror(errno));
  const int wanted = whole_seconds(after_);
  int set = wanted;
  const bool taken = ioctl(fd_, WDIOC_SETTIMEOUT, &set) == 0;
  if (taken && set <= wanted) return kick(), "";
  const std::string why = taken ? fmt::format("it fires after {} s, not {} s", set, wanted)
                                : fmt::format("it does not take {} s: {}", wanted, std::strerror(errno));
  disarm();
  return fmt::format("{}: {}", device_, why);
}

void Watchdog::kick() {
  if (fd_ >= 0) ioctl(fd_, WDIOC_KEEPALIVE, 0);
}

void Watchdog::disarm() {
  if (fd_ < 0) return;
  [[maybe_unused]] const ssize_t said = write(fd_, "V", 1);
  close(fd_);
  fd_ = -1;
}

}  // namespace hacored
