// Chance is a function: same seed, same place, same number; and the distributions are what they say.
#include "lang/draw.h"

#include <gtest/gtest.h>

#include <map>

namespace hasim {
namespace {

TEST(Draw, SameSeedStreamAndCounterGiveTheSameNumberForEver) {
  // Written down once: a change of these numbers changes the meaning of every seed in every bug report.
  EXPECT_EQ(draw(1, 2, 3), draw(1, 2, 3));
  Draws first(48213, 7), second(48213, 7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(first.next(), second.next());
}

TEST(Draw, SeedStreamAndCounterEachChangeTheNumber) {
  EXPECT_NE(draw(1, 2, 3), draw(2, 2, 3));
  EXPECT_NE(draw(1, 2, 3), draw(1, 3, 3));
  EXPECT_NE(draw(1, 2, 3), draw(1, 2, 4));
  EXPECT_NE(draw(1, 2, 0), draw(2, 1, 0));
  EXPECT_NE(stream_key(1, 2), stream_key(2, 1));
  EXPECT_NE(stream_key(1), stream_key(1, 0));
}

TEST(Draw, BelowReachesEveryNumberAboutEquallyOften) {
  Draws draws(1, 1);
  std::map<std::uint64_t, int> seen;
  for (int i = 0; i < 70000; ++i) ++seen[draws.below(7)];
  ASSERT_EQ(seen.size(), 7U);
  for (const auto& [number, times] : seen) EXPECT_NEAR(times, 10000, 500) << number;
}

TEST(Draw, BelowZeroAndOneIsZero) {
  Draws draws(1, 1);
  EXPECT_EQ(draws.below(0), 0U);
  EXPECT_EQ(draws.below(1), 0U);
}

TEST(Draw, UniformIncludesBothEndsAndNothingElse) {
  Draws draws(1, 1);
  std::map<std::int64_t, int> seen;
  for (int i = 0; i < 40000; ++i) ++seen[draws.uniform(-1, 2)];
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_EQ(seen.begin()->first, -1);
  EXPECT_EQ(seen.rbegin()->first, 2);
  for (const auto& [number, times] : seen) EXPECT_NEAR(times, 10000, 500) << number;
}

TEST(Draw, UniformCoversTheWholeRangeOfNumbers) {
  Draws draws(1, 1);
  bool negative = false, positive = false;
  for (int i = 0; i < 100; ++i) (draws.uniform(INT64_MIN, INT64_MAX) < 0 ? negative : positive) = true;
  EXPECT_TRUE(negative);
  EXPECT_TRUE(positive);
}

TEST(Draw, EachEndOfARangeComesInOneOfEightDraws) {
  Draws draws(1, 1);
  int low = 0, high = 0;
  for (int i = 0; i < 80000; ++i) {
    const std::int64_t x = draws.ends_often(1'000'000'000, 3'000'000'000);
    ASSERT_GE(x, 1'000'000'000);
    ASSERT_LE(x, 3'000'000'000);
    low += x == 1'000'000'000;
    high += x == 3'000'000'000;
  }
  EXPECT_NEAR(low, 10000, 500);
  EXPECT_NEAR(high, 10000, 500);
}

TEST(Draw, ChanceIsNeverForZeroAlwaysForOneAndFairBetween) {
  Draws draws(1, 1);
  int often = 0;
  for (int i = 0; i < 10000; ++i) {
    EXPECT_FALSE(draws.chance(0.0));
    EXPECT_TRUE(draws.chance(1.0));
    often += draws.chance(0.3);
  }
  EXPECT_NEAR(often, 3000, 200);
}

}  // namespace
}  // namespace hasim
