// Groups, timings and counts of many runs.
#include "explore/tally.h"

#include <gtest/gtest.h>

namespace hasim {
namespace {

Outcome holding(std::uint64_t seed) {
  Outcome outcome;
  outcome.key.seed = seed;
  outcome.hash = seed * 77;
  return outcome;
}

Outcome broken(std::uint64_t seed, int invariant, int line, std::vector<std::string> causes, std::uint64_t events) {
  Outcome outcome = holding(seed);
  outcome.holds = false;
  Broken one;
  one.invariant = invariant;
  one.line = line;
  outcome.broken = {one};
  outcome.last_causes = std::move(causes);
  outcome.events = events;
  return outcome;
}

TEST(Tally, GroupsRunsThatBrokeTheSamePropertyAfterTheSameCauses) {
  Tally tally(1);
  tally.add(broken(3, 0, 13, {"head2 held"}, 50));
  tally.add(broken(4, 1, 0, {"head2 proof_off"}, 90));
  tally.add(broken(5, 1, 0, {"head2 proof_off"}, 40));
  tally.add(broken(6, 1, 0, {"head1 proof_off"}, 10));
  const std::vector<Group> groups = tally.groups();
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].runs, 2U);
  EXPECT_EQ(groups[0].first.seed, 4U);
  EXPECT_EQ(groups[0].shortest.seed, 5U);
  EXPECT_EQ(groups[0].shortest_events, 40U);
  EXPECT_EQ(groups[1].causes, std::vector<std::string>{"head1 proof_off"});
  EXPECT_EQ(groups[2].line, 13) << "lines come after invariants";
}

TEST(Tally, PutsTheGravestInvariantFirst) {
  Tally tally(1);
  for (int invariant : {9, 8, 6, 7, 4, 2, 3, 5, 1}) tally.add(broken(1, invariant, 0, {}, 1));
  std::vector<int> order;
  for (const Group& group : tally.groups()) order.push_back(group.invariant);
  EXPECT_EQ(order, (std::vector<int>{1, 5, 3, 2, 4, 7, 6, 8, 9}));
}

TEST(Tally, KeepsFailedStartsApart) {
  Tally tally(1);
  Outcome outcome = holding(1);
  outcome.holds = false;
  outcome.failed_to_start = "head1 did not boot";
  tally.add(outcome);
  ASSERT_EQ(tally.group_count(), 1U);
  EXPECT_TRUE(tally.groups()[0].did_not_start);
  EXPECT_EQ(tally.groups()[0].message, "head1 did not boot");
}

TEST(Tally, MeasuresOnlyRunsThatHold) {
  Tally tally(1);
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Outcome outcome = seed == 100 ? broken(seed, 1, 0, {}, 1) : holding(seed);
    outcome.measures = {{"detection", static_cast<std::int64_t>(seed), false}};
    tally.add(outcome);
  }
  ASSERT_EQ(tally.timings().size(), 1U);
  const Timing& timing = tally.timings()[0];
  EXPECT_EQ(timing.values.size(), 99U);
  EXPECT_EQ(timing.largest, 99);
  EXPECT_EQ(timing.slowest.seed, 99U);
}

TEST(Tally, HashDependsOnTheOrderOfTheRuns) {
  Tally forward(1), backward(1);
  for (std::uint64_t seed : {1U, 2U}) forward.add(holding(seed));
  for (std::uint64_t seed : {2U, 1U}) backward.add(holding(seed));
  EXPECT_NE(forward.hash(), backward.hash());
}

TEST(Percentile, IsTheNearestRank) {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 1; i <= 100; ++i) values.push_back(101 - i);
  EXPECT_EQ(percentile(values, 0.5), 50);
  EXPECT_EQ(percentile(values, 0.99), 99);
  EXPECT_EQ(percentile(values, 1.0), 100);
  EXPECT_EQ(percentile({7}, 0.5), 7);
}

}  // namespace
}  // namespace hasim
