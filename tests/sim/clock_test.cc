// Local clocks drift, stand still, and say when they will show something.
#include "sim/clock.h"

#include <gtest/gtest.h>

namespace hasim::sim {
namespace {

using namespace std::chrono_literals;

TEST(Clock, RunsFasterByItsDrift) {
  Clock clock;
  run_at(clock, 10s, 500, false);
  EXPECT_EQ(shown(clock, 10s + 1000s) - shown(clock, 10s), Duration{1000s + 500ms}.count());
}

TEST(Clock, StandsStillWhileItIsToldTo) {
  Clock clock;
  run_at(clock, 5s, 0, true);
  const ha::Instant stopped = instant(clock, 5s);
  EXPECT_EQ(instant(clock, 9s), stopped);
  run_at(clock, 9s, 0, false);
  EXPECT_EQ(instant(clock, 10s) - stopped, Duration{1s});
}

TEST(Clock, FindsTheFirstTrueTimeAtWhichAnInstantIsShown) {
  for (const std::int32_t ppm : {-500, -1, 0, 3, 500}) {
    Clock clock;
    run_at(clock, 3s, ppm, false);
    for (const Duration ahead : {Duration{1ns}, Duration{17ms}, Duration{10s}, Duration{3600s}}) {
      const ha::Instant at = instant(clock, 3s) + ahead;
      const Time t = true_time(clock, at);
      EXPECT_GE(instant(clock, t), at) << ppm;
      EXPECT_LT(instant(clock, t - 2ns), at) << ppm;
    }
  }
}

TEST(Clock, NeverShowsWhatLiesBeyondAStandstill) {
  Clock clock;
  run_at(clock, 5s, 0, true);
  EXPECT_EQ(true_time(clock, ha::Instant{Duration{6s}}), kNever);
}

}  // namespace
}  // namespace hasim::sim
