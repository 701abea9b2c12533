// Reads CLOCK_BOOTTIME.
#include "netns/clock.h"

#include <ctime>

#include "netns/failure.h"

namespace hasim::netns {

Time boottime() {
  timespec t{};
  fail_if(clock_gettime(CLOCK_BOOTTIME, &t) != 0, "clock");
  return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
}

}  // namespace hasim::netns
