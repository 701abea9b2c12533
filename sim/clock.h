// The local clock of a machine: what its core is told as "now".
#pragma once

#include "sim/state.h"

namespace hasim::sim {

/// What the clock shows at true time `t`.
inline std::int64_t shown(const Clock& clock, Time t) {
  if (clock.still) return clock.local;
  const std::int64_t passed = (t - clock.base).count();
  return clock.local + passed +
         (clock.ppm == 0 ? 0 : passed / 1'000'000 * clock.ppm + passed % 1'000'000 * clock.ppm / 1'000'000);
}

inline ha::Instant instant(const Clock& clock, Time t) { return ha::Instant{Duration{shown(clock, t)}}; }

/// The first true time at which the clock shows at least `at`, if it goes on as now.
inline Time true_time(const Clock& clock, ha::Instant at) {
  if (at >= ha::kNever || clock.still) return kNever;
  const std::int64_t ahead = at.time_since_epoch().count() - clock.local;
  if (clock.ppm == 0) return clock.base + Duration{ahead};
  Time t = clock.base + Duration{ahead / (1'000'000 + clock.ppm) * 1'000'000 +
                                 ahead % (1'000'000 + clock.ppm) * 1'000'000 / (1'000'000 + clock.ppm)};
  while (instant(clock, t) < at) t += Duration{1};
  return t;
}

/// From `t` on the clock runs at another rate.
inline void run_at(Clock& clock, Time t, std::int32_t ppm, bool still) {
  clock.local = shown(clock, t);
  clock.base = t;
  clock.ppm = ppm;
  clock.still = still;
}

}  // namespace hasim::sim
