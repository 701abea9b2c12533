// Each form of claim, from its text to its verdict, in worlds whose events are given.
#include "lang/monitor.h"

#include "tests/lang/fake_world.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;
using test::Stage;

/// head1 loses power at 60 s; head2 proves it at 75 s and serves at 80 s.
void take_over(Stage& stage) {
  auto& world = stage.world;
  world.plan(70s, EventKind::peer_view, "head2", "head1", 1, static_cast<int>(ha::PeerView::lost));
  world.plan(74s, EventKind::fence, "head1", "head2", static_cast<int>(ha::FenceStep::ordered));
  world.plan(75s, EventKind::fence, "head1", "head2", static_cast<int>(ha::FenceStep::confirmed));
  world.proof(76s, "head2", ha::Proof::power_off, 5);
  world.serves(80s, "head2", 5);
}

std::string verdict(const std::string& claim) {
  Stage stage("  start\n  +60s  fault  head1 loses power\n  " + claim + "\n");
  take_over(stage);
  return stage.verdict();
}

TEST(ExpectState, HoldsWhenItIsTrueAsTheWindowCloses) {
  EXPECT_EQ(verdict("+0s..+30s  expect  head2 active"), "holds");
  EXPECT_EQ(verdict("+0s..+20s  expect  head2 active"), "holds") << "the last instant belongs to the window";
  EXPECT_EQ(verdict("+0s..+30s  expect  head2 active because power_off"), "holds");
  EXPECT_EQ(verdict("+0s..+30s  expect  head1 off and not head1 active"), "holds");
}

TEST(ExpectState, BreaksWhenItComesTooLate) {
  EXPECT_EQ(verdict("+0s..+19s  expect  head2 active"),
            "line 9: head2 active did not come by +19s; head2 passive since @76s");
  EXPECT_EQ(verdict("+0s..+30s  expect  head2 active because peer_passive"),
            "line 9: head2 active because peer_passive did not come by +30s; head2 active since @80s");
}

TEST(ExpectState, BreaksWhenItLapsedBeforeTheWindowCloses) {
  Stage stage("  start\n  +60s  fault  head1 loses power\n  +0s..+60s  expect  head2 active\n");
  take_over(stage);
  stage.world.plan(100s, EventKind::hung, "head2", "", 1);
  EXPECT_EQ(stage.verdict(),
            "line 9: head2 active held from +20s to +40s and no longer when its window closed at +60s; head2 hung "
            "since @100s");
}

TEST(ExpectState, RemarksWhatHeldAllAlong) {
  Stage stage("  start\n  +60s  note  \"x\"\n  +0s..+60s  expect  head1 active\n");
  EXPECT_TRUE(stage.run().holds);
  EXPECT_EQ(stage.run().lines.at(0).remark, "all along: did you mean always?");
}

TEST(ExpectEvent, HoldsOnlyInsideItsWindow) {
  EXPECT_EQ(verdict("+10s..+15s  expect  head2 loses head1"), "holds");
  EXPECT_EQ(verdict("+0s..+10s  expect  head2 loses head1"), "holds");
  EXPECT_EQ(verdict("+10001ms..+15s  expect  head2 loses head1").substr(0, 4), "line");
}

TEST(ExpectEvent, SaysByHowMuchItWasTooEarly) {
  EXPECT_EQ(verdict("+12s..+15s  expect  head2 loses head1"),
            "line 9: head2 loses head1 at +10s, too early by 2 s; head2 passive since @-30s");
}

TEST(ExpectEvent, SaysWhatNeverCame) {
  EXPECT_EQ(verdict("+0s..+15s  expect  fence of head1 executed"),
            "line 9: fence of head1 executed did not come by +15s; head1 off since @60s");
}

TEST(ExpectCount, CountsInsideTheWindow) {
  Stage stage("  start\n  +60s  note  \"x\"\n  +0s..+30s  expect  at most one alert\n");
  stage.world.plan(59s, EventKind::alert, "head1").reason = ha::Reason::path_lost;
  stage.world.plan(60s, EventKind::alert, "head1").reason = ha::Reason::path_lost;
  EXPECT_EQ(stage.verdict(), "holds");
}

TEST(ExpectCount, BreaksAtTheInstantThatExceedsIt) {
  Stage stage("  start\n  +60s  note  \"x\"\n  +0s..+30s  expect  at most one alert\n");
  stage.world.plan(65s, EventKind::alert, "head1").reason = ha::Reason::path_lost;
  stage.world.plan(66s, EventKind::alert, "head2").reason = ha::Reason::path_lost;
  EXPECT_EQ(stage.verdict(), "line 9: at most one alert: counted 2 at +6s");
}

TEST(ExpectCount, WantsTheExactNumberAtTheEnd) {
  Stage stage("  start\n  +60s  note  \"x\"\n  +0s..+30s  expect  exactly 2 alerts path_lost from head1\n");
  stage.world.plan(65s, EventKind::alert, "head1").reason = ha::Reason::path_lost;
  stage.world.plan(66s, EventKind::alert, "head2").reason = ha::Reason::path_lost;
  stage.world.plan(67s, EventKind::alert, "head1").reason = ha::Reason::damped;
  EXPECT_EQ(stage.verdict().substr(0, 60), "line 9: exactly 2 alerts path_lost from head1: counted 1 by ");
}

TEST(ExpectCount, OneCountStandsForAllHeadsOfAList) {
  Stage stage("  start\n  +60s  note  \"x\"\n  +0s..+30s  expect  exactly 2 fences of heads\n");
  stage.world.plan(65s, EventKind::fence_executed, "head1", "head2");
  stage.world.plan(66s, EventKind::fence_executed, "head2", "head1");
  EXPECT_EQ(stage.verdict(), "holds");
}

TEST(Always, HoldsAtEveryInstantOfTheWindow) {
  EXPECT_EQ(verdict("+20s..+60s  always  head2 active"), "holds");
  EXPECT_EQ(verdict("+19999ms..+60s  always  head2 active").substr(0, 8), "line 9: ");
  EXPECT_EQ(verdict("@0s..@90s  always  head1 active"), "line 9: head1 active ended at @60s; head1 off since @60s");
}

TEST(Always, IsNotDisturbedByWhatEndsAfterTheWindow) {
  Stage stage("  start\n  @10s..@20s  always  head1 active\n  +30s  note  \"x\"\n");
  stage.world.plan(20s + 1ns, EventKind::hung, "head1", "", 1);
  EXPECT_EQ(stage.verdict(), "holds");
}

TEST(Always, JudgesTheValueAfterEverythingOfAnInstant) {
  // Hung and awake again in one instant: nobody can see it.
  Stage stage("  start\n  start..end  always  head1 active\n  +30s  note  \"x\"\n");
  stage.world.plan(20s, EventKind::hung, "head1", "", 1);
  stage.world.plan(20s, EventKind::hung, "head1", "", 0);
  EXPECT_EQ(stage.verdict(), "holds");
}

TEST(Never, BreaksAtTheFirstInstantAtWhichItHolds) {
  EXPECT_EQ(verdict("+0s..+60s  never  head2 active"), "line 9: head2 active at +20s; head2 active since @80s");
  EXPECT_EQ(verdict("+0s..+19s  never  head2 active"), "holds");
  EXPECT_EQ(verdict("+0s..+60s  never  fence of head1 confirmed").substr(0, 43),
            "line 9: fence of head1 confirmed at +15s; h");
}

TEST(Never, SaysUntilWhenItLastedIfTheRunGoesOn) {
  Stage stage("  start\n  start..end  never  head1 hung\n  +60s  note  \"x\"\n");
  stage.world.plan(20s, EventKind::hung, "head1", "", 1);
  stage.world.plan(30s, EventKind::hung, "head1", "", 0);
  const RunResult& result = stage.run(1, true);
  ASSERT_EQ(result.broken.size(), 1U);
  EXPECT_EQ(result.broken[0].from, 20s);
  EXPECT_EQ(result.broken[0].to, 30s);
}

TEST(Order, ExpectWantsBothAndTheirOrder) {
  EXPECT_EQ(verdict("+0s..+60s  expect  fence of head1 confirmed before head2 active"), "holds");
  EXPECT_EQ(verdict("+0s..+60s  expect  head2 active after fence of head1 confirmed"), "holds");
  EXPECT_EQ(
      verdict("+0s..+60s  expect  head2 active before fence of head1 confirmed"),
      "line 9: head2 active had not come, fence of head1 confirmed came at +15s; head1 off since @60s, head2 passive "
      "since @-30s");
  EXPECT_EQ(verdict("+0s..+60s  expect  head1 boots before head2 active").substr(0, 8), "line 9: ");
}

TEST(Order, AStateThatHoldsAtTheStartCameFirst) {
  EXPECT_EQ(verdict("+0s..+60s  expect  head1 off before head2 active"), "holds");
  EXPECT_EQ(verdict("+5s..+60s  never  head2 active before head1 off"), "holds");
}

TEST(Order, NeverBeforeAllowsTheFirstOnlyOnceTheSecondCame) {
  EXPECT_EQ(verdict("+0s..+60s  never  head2 active before fence of head1 confirmed"), "holds");
  EXPECT_EQ(verdict("+0s..+60s  never  head2 loses head1 before fence of head1 confirmed").substr(0, 41),
            "line 9: head2 loses head1 came at +10s, f");
  EXPECT_EQ(verdict("+0s..+60s  never  head2 active before fence of head1 executed").substr(0, 8), "line 9: ")
      << "if the second never comes, none of the first may";
}

TEST(Order, NeverAfterWantsAStateToHaveEnded) {
  EXPECT_EQ(verdict("+0s..+60s  never  head1 active after head1 off"), "holds");
  EXPECT_EQ(
      verdict("+0s..+60s  never  head2 active after fence of head1 confirmed"),
      "line 9: head2 active at +20s, after fence of head1 confirmed at +15s; head1 off since @60s, head2 active since "
      "@80s");
}

TEST(Order, EventsOfOneInstantKeepTheirOrder) {
  for (const bool fence_first : {true, false}) {
    Stage stage("  start\n  +60s  note  \"x\"\n  +0s..+30s  expect  fence of head1 confirmed before head2 boots\n");
    const auto confirmed = [&] {
      stage.world.plan(70s, EventKind::fence, "head1", "head2", static_cast<int>(ha::FenceStep::confirmed));
    };
    if (fence_first) confirmed();
    stage.world.plan(70s, EventKind::boots, "head2");
    if (!fence_first) confirmed();
    EXPECT_EQ(stage.verdict() == "holds", fence_first);
  }
}

TEST(Or, ExpectWantsOneSideAndNeverNone) {
  EXPECT_EQ(verdict("+0s..+30s  expect  head1 active or head2 active"), "holds");
  EXPECT_EQ(verdict("+0s..+30s  expect  head1 boots or head2 loses head1"), "holds");
  EXPECT_EQ(verdict("+0s..+30s  expect  head1 boots or head2 hung").substr(0, 8), "line 9: ");
  EXPECT_EQ(verdict("+0s..+30s  never  head1 boots or head2 active").substr(0, 8), "line 9: ");
  EXPECT_EQ(verdict("+0s..+30s  never  head1 boots or head2 hung"), "holds");
}

TEST(Becomes, IsAnEventThatMayBeOverBeforeTheWindowCloses) {
  Stage stage("  start\n  +60s  note  \"x\"\n  +0s..+30s  expect  head1 becomes leaving\n");
  stage.world.plan(70s, EventKind::leaving, "head1", "", 1);
  stage.world.plan(71s, EventKind::leaving, "head1", "", 0);
  EXPECT_EQ(stage.verdict(), "holds");
}

TEST(Tolerance, WidensExpectAndNarrowsAlways) {
  Stage expect("  start\n  +60s  note  \"x\"\n  +0s..+10s  expect  head1 hung\n");
  expect.world.plan(70s + 20ms, EventKind::hung, "head1", "", 1);
  EXPECT_NE(expect.verdict(), "holds");
  expect.world.blur = 30ms;
  EXPECT_EQ(expect.verdict(), "holds");

  Stage always("  start\n  +60s  note  \"x\"\n  +0s..+10s  always  head1 active\n");
  always.world.plan(70s - 20ms, EventKind::hung, "head1", "", 1);
  EXPECT_NE(always.verdict(), "holds");
  always.world.blur = 30ms;
  EXPECT_EQ(always.verdict(), "holds");
}

}  // namespace
}  // namespace hasim
