// The slots of the race without a store: whatever the ranks, the clocks and the time, two shots are far enough apart.
#include <gtest/gtest.h>

#include "core/rooms.h"

namespace ha {
namespace {

using namespace std::chrono_literals;

/// Seconds of true time when a clock that runs off by that much shows `d`.
double true_time(Duration d, double ppm) { return std::chrono::duration<double>(d).count() / (1 + ppm / 1e6); }

/// How far an OFF that leaves `early` at the very end of its window is before the next one that may leave `late`.
double gap(const Config& c, std::uint8_t early, std::uint8_t late, Duration since, double ppm) {
  const Window<Duration> first = window_of(c, early, since);
  const Window<Duration> second = window_of(c, late, first.until);
  return true_time(second.from, ppm) - true_time(first.until, -ppm);
}

TEST(Race, TheFirstWindowsBeginOneDelayApart) {
  Config c;
  c.drift_max = Drift{0};
  EXPECT_EQ(window_of(c, 0, 0s).from, 0s);
  EXPECT_EQ(window_of(c, 1, 0s).from, c.fence_delay);
  EXPECT_EQ(window_of(c, 2, 0s).from, 2 * c.fence_delay);
  EXPECT_EQ(window_of(c, 2, 0s).until, 2 * c.fence_delay + shot_window(c));
}

TEST(Race, AnOpenWindowIsOpenNowAndAClosedOneComesAgainInTheNextRound) {
  Config c;
  c.drift_max = Drift{0};
  EXPECT_EQ(window_of(c, 0, 1s).from, 1s);
  EXPECT_EQ(window_of(c, 0, shot_window(c)).from, slot_round(c));
  EXPECT_EQ(window_of(c, 2, 11min).from, 11min + 10s);
}

TEST(Race, TheSlotsOfTwoHeadsNeverMeetHoweverLongTheyAreCutApart) {
  Config c;
  for (const std::int64_t ppm : {0, 200, 500, 10'000}) {
    c.drift_max = Drift{ppm};
    for (std::uint8_t early = 0; early <= kLastRank; ++early) {
      for (std::uint8_t late = 0; late <= kLastRank; ++late) {
        if (early == late) continue;
        for (const Duration since : {Duration{0s}, Duration{1min}, Duration{1h}, Duration{48h}}) {
          const double rest = gap(c, early, late, since, static_cast<double>(ppm));
          const double needs = std::chrono::duration<double>(c.fence_delay - shot_window(c)).count() -
                               std::chrono::duration<double>(parts_by(c, c.fence_delay)).count();
          EXPECT_GE(rest, needs - 1e-6) << int{early} << " then " << int{late} << " at " << ppm << " ppm";
        }
      }
    }
  }
}

TEST(Race, WithoutADelayThereIsNoOrderOfRanks) {
  Config c;
  c.fence_delay = 0s;
  EXPECT_EQ(window_of(c, 2, 7s).from, 7s);
}

}  // namespace
}  // namespace ha
