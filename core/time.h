// Time inside the core: points of a clock that cannot be read, only told.
#pragma once

#include <chrono>
#include <cstdint>

namespace ha {

using Duration = std::chrono::nanoseconds;

/// The core's clock. It has no `now()`, so reading time inside the core does not compile; the host says what time it
/// is. On a head it is `CLOCK_BOOTTIME` (counts suspend), in the simulator the local clock of the simulated machine.
struct CoreClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<CoreClock>;
  static constexpr bool is_steady = true;
};

using Instant = CoreClock::time_point;

/// "It never happens" as a deadline; "it never happened" is `kLongAgo`.
inline constexpr Instant kNever = Instant{Duration{INT64_MAX / 2}};
inline constexpr Instant kLongAgo = Instant{Duration{INT64_MIN / 2}};

/// How far a clock may run from true time, in parts per million.
enum class Drift : std::int64_t {};

}  // namespace ha
