// Summaries of sweeps and folders, and the file for CI.
#include "report/summary.h"

#include "report/junit.h"
#include "tests/report/golden.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;

SweepView sweep_with_groups() {
  SweepView view;
  view.runs = 100'000;
  view.unit_seeds = 100'000;
  view.broken = 7;
  view.scenarios = 161;
  view.scenarios_broken = 1;
  view.workers = 2;
  view.took = 3200ms;
  view.world = "sim";
  view.core_digest = "5e1f0c9a11223344";
  view.hash = 0x77e0b91c00000000U;
  GroupRow writers{6,
                   "bmc/lies.scn",
                   "I1",
                   "at most one head may write shared state",
                   {"head2 no_vote", "head2 proof_off"},
                   "bmc/lies.scn:48213",
                   "bmc/lies.scn:61002",
                   212,
                   {"bmc/lies.scn:48977", "bmc/lies.scn:70012"}};
  GroupRow late{1,
                "bmc/lies.scn",
                "line 13",
                "head2 holds because contradiction",
                {"head2 tie"},
                "bmc/lies.scn:93001",
                "bmc/lies.scn:93001",
                300,
                {}};
  view.groups = {writers, late};
  view.timings = {
      {"bmc/lies.scn", "detection", "from here to head2 loses head1", false, 9'502'000'000, 9'990'000'000,
       9'999'000'000, "bmc/lies.scn:73021", 11'000'000'000},
      {"bmc/lies.scn", "beats", "count of head1 active", true, 12, 15'000, 20'000, "bmc/lies.scn:11208", std::nullopt}};
  view.overs = {{"bmc/lies.scn", 17, "p99 of detection <= 11s", true, true, "9.990 s over 99,993 runs"},
                {"bmc/lies.scn", 18, "sometimes head2 fencing", false, true, "in no run"}};
  view.classes = {{"bmc", 11, 1, 1200}, {"heartbeat", 13, 0, 1300}, {"node", 14, 0, 1400}};
  return view;
}

TEST(Summary, OfASweep) { expect_golden("sweep", sweep_summary(sweep_with_groups(), {})); }

TEST(Summary, OfASweepThatHolds) {
  SweepView view = sweep_with_groups();
  view.broken = 0;
  view.groups.clear();
  view.overs.pop_back();
  expect_golden("sweep-holds", sweep_summary(view, {}));
}

TEST(Summary, OfAFolder) { expect_golden("folder", folder_summary(sweep_with_groups(), 161, 100ms, {})); }

TEST(Summary, SaysThatItWasCutShort) {
  SweepView view = sweep_with_groups();
  view.cut_short = "interrupted";
  view.planned = 1'000'000;
  EXPECT_NE(sweep_summary(view, {}).find("Cut short: interrupted; 100,000 of 1,000,000 runs were made"),
            std::string::npos);
}

TEST(Summary, AnOverLineThatFailsBreaksASweepInWhichEveryRunHolds) {
  SweepView view = sweep_with_groups();
  view.broken = 0;
  EXPECT_FALSE(view.holds());
  view.overs[1].judged = false;
  EXPECT_TRUE(view.holds()) << "a line that saw too few runs says nothing";
}

TEST(Summary, IsNeverWiderThanTheScreen) {
  EXPECT_LE(widest(sweep_summary(sweep_with_groups(), {})), kColumns);
  EXPECT_LE(widest(folder_summary(sweep_with_groups(), 161, 100ms, {})), kColumns);
}

TEST(Junit, HasOneSuiteForAClassAndOneCaseForARunName) {
  JunitReport junit;
  junit.add("bmc", "bmc/lies.scn:1", "", "");
  junit.add("bmc", "bmc/lies.scn:2", "I1: a & b <c> \"d\"", "line 13\n\x01 odd byte\n");
  junit.add("pair", "pair/a.scn:1", "", "");
  expect_golden("junit", junit.xml());
}

}  // namespace
}  // namespace hasim
