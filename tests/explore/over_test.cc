// Claims about all runs together.
#include "explore/over.h"

#include <gtest/gtest.h>

namespace hasim {
namespace {

Loaded with_over(OverSeeds over) {
  Loaded loaded;
  Line line;
  line.number = 9;
  line.over = std::move(over);
  Script script;
  script.lines = {line};
  loaded.scenario.cases = {script};
  return loaded;
}

OverSeeds at_most(Stat stat, std::int64_t bound, int runs = 0) {
  OverSeeds over;
  over.measure = "detection";
  over.stat = stat;
  over.bound = bound;
  over.runs = runs;
  return over;
}

Tally tally_of(int runs) {
  Tally tally(1);
  for (int i = 1; i <= runs; ++i) {
    Outcome outcome;
    outcome.measures = {{"detection", i, false}};
    outcome.sometimes = {i == 7};
    tally.add(outcome);
  }
  return tally;
}

OverVerdict judged(const OverSeeds& over, const Tally& tally) { return judge_over({with_over(over)}, tally).at(0); }

TEST(Over, ComparesTheStatisticWithTheBound) {
  EXPECT_TRUE(judged(at_most(Stat::max, 100), tally_of(100)).holds);
  EXPECT_FALSE(judged(at_most(Stat::max, 99), tally_of(100)).holds);
  EXPECT_TRUE(judged(at_most(Stat::p99, 99), tally_of(100)).holds);
  OverSeeds at_least = at_most(Stat::min, 2);
  at_least.at_most = false;
  EXPECT_FALSE(judged(at_least, tally_of(100)).holds);
}

TEST(Over, SaysNothingAboutFewerRunsThanItAsksFor) {
  EXPECT_FALSE(judged(at_most(Stat::max, 1, 100), tally_of(99)).judged);
  EXPECT_TRUE(judged(at_most(Stat::max, 1, 100), tally_of(100)).judged);
}

TEST(Over, FailsWhenNoRunCameToAValue) {
  Tally tally(1);
  tally.add(Outcome{});
  const OverVerdict verdict = judged(at_most(Stat::max, 1), tally);
  EXPECT_FALSE(verdict.holds);
  EXPECT_FALSE(verdict.has_value);
}

TEST(Over, SometimesNeedsOneRunThatSawIt) {
  OverSeeds sometimes;
  sometimes.sometimes = true;
  EXPECT_TRUE(judged(sometimes, tally_of(7)).holds);
  EXPECT_EQ(judged(sometimes, tally_of(7)).seen, 1U);
  EXPECT_FALSE(judged(sometimes, tally_of(6)).holds);
}

TEST(Over, KnowsEveryStatistic) {
  const std::vector<std::int64_t> values{1, 2, 3, 4, 10};
  EXPECT_EQ(statistic(Stat::min, values), 1);
  EXPECT_EQ(statistic(Stat::median, values), 3);
  EXPECT_EQ(statistic(Stat::mean, values), 4);
  EXPECT_EQ(statistic(Stat::p90, values), 10);
  EXPECT_EQ(statistic(Stat::p999, values), 10);
}

}  // namespace
}  // namespace hasim
