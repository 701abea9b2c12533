// Which runs are made: seeds, cases, and what `over N seeds` lines ask for.
#include "explore/plan.h"

#include <gtest/gtest.h>

namespace hasim {
namespace {

/// A scenario of two cases, with `over N seeds`.
std::vector<Loaded> two_cases(int over_runs) {
  Loaded loaded;
  loaded.name = "a.scn";
  loaded.scenario.tags = {"power", "quick"};
  loaded.scenario.source = "catalogue HB01";
  for (const char* victim : {"head1", "head2"}) {
    Script script;
    script.case_values = {{"victim", victim}};
    Line line;
    line.over.emplace();
    line.over->runs = over_runs;
    script.lines = {line};
    loaded.scenario.cases.push_back(script);
  }
  return {loaded};
}

std::uint64_t runs_of(const std::vector<Loaded>& loaded, const Selection& selection) {
  Plan plan;
  return add_to_plan(plan, loaded, 0, selection) ? plan.size() : 0;
}

TEST(Plan, MakesEveryCaseWithEverySeed) {
  Selection selection;
  selection.first_seed = 5;
  selection.last_seed = 14;
  EXPECT_EQ(runs_of(two_cases(0), selection), 20U);
}

TEST(Plan, TopsUpToTheRunsThatALineAsksFor) {
  EXPECT_EQ(runs_of(two_cases(101), {}), 102U) << "51 seeds of each case";
  Selection selection;
  selection.last_seed = 200;
  EXPECT_EQ(runs_of(two_cases(101), selection), 400U) << "enough already";
  selection = {};
  selection.tops_up = false;
  EXPECT_EQ(runs_of(two_cases(101), selection), 2U);
  selection = {};
  selection.first_seed = selection.last_seed = UINT64_MAX;
  EXPECT_EQ(runs_of(two_cases(101), selection), 2U) << "there are no seeds above";
}

TEST(Plan, LeavesOutCasesThatNobodyMeans) {
  Selection selection;
  selection.cases = *parse_case_pattern("victim=head2");
  EXPECT_EQ(runs_of(two_cases(0), selection), 1U);
  selection.cases = *parse_case_pattern("victim=head3");
  EXPECT_EQ(runs_of(two_cases(0), selection), 0U);
  selection.cases = *parse_case_pattern("step=3");
  EXPECT_EQ(runs_of(two_cases(0), selection), 0U) << "it has no steps";
}

TEST(Plan, SelectsByTagAndByRow) {
  const Scenario scenario = two_cases(0)[0].scenario;
  Selection selection;
  EXPECT_TRUE(selected(scenario, selection));
  selection.tags = {"slow", "quick"};
  EXPECT_TRUE(selected(scenario, selection));
  selection.rows = {"HB02"};
  EXPECT_FALSE(selected(scenario, selection));
  selection.rows = {"HB01"};
  EXPECT_TRUE(selected(scenario, selection));
}

}  // namespace
}  // namespace hasim
