// Reads CLOCK_BOOTTIME.
#include "daemon/clock.h"

#include <ctime>

#include "core/check.h"

namespace hacored {

ha::Instant now() {
  timespec t{};
  HA_CHECK(clock_gettime(CLOCK_BOOTTIME, &t) == 0);
  return ha::Instant{std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec}};
}

}  // namespace hacored
