// Every stage of a BMC and of a PDU, seen from a head that hangs and must be fenced.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

/// head1 hangs, its watchdog is broken: only the BMC can end it.
void hang_and_wait(Lab& lab, const std::string& trouble, Duration span = 60s) {
  lab.settle();
  lab.fault("watchdog of head1 broken");
  if (!trouble.empty()) lab.fault("bmc of head1 " + trouble);
  lab.fault("head1 hangs");
  lab.run(span);
}

bool off(const Lab& lab) { return lab.count(EventKind::fence_executed, "head1") > 0; }

TEST(Bmc, TakesTheChassisDownAndSaysSo) {
  Lab lab;
  hang_and_wait(lab, "");
  ASSERT_TRUE(off(lab));
  EXPECT_EQ(lab.last(EventKind::power, "head1").x, 0);
  EXPECT_EQ(lab.last(EventKind::bmc_reading, "head1").x, 0);
  EXPECT_EQ(lab.role("head2"), ha::Role::owner);
}

TEST(Bmc, ThatCannotBeReachedGetsNoCommand) {
  for (const char* trouble : {"silent", "refused", "disconnected", "loses power", "wedges behind 0 commands"}) {
    Lab lab;
    hang_and_wait(lab, trouble);
    EXPECT_EQ(lab.count(EventKind::power_command, "head1"), 0) << trouble;
    EXPECT_FALSE(off(lab)) << trouble;
    EXPECT_NE(lab.role("head2"), ha::Role::owner) << trouble;
  }
}

TEST(Bmc, ThatRefusesTheLoginGetsNoCommand) {
  for (const char* trouble : {"rejects password", "rejects cipher", "rejects privilege", "out of sessions"}) {
    Lab lab;
    hang_and_wait(lab, trouble);
    EXPECT_EQ(lab.last(EventKind::bmc_login, "head1").x, 0) << trouble;
    EXPECT_EQ(lab.count(EventKind::power_command, "head1"), 0) << trouble;
  }
}

TEST(Bmc, ThatAnswersAnErrorDoesNothing) {
  Lab lab;
  hang_and_wait(lab, "answers error 193");
  EXPECT_FALSE(off(lab));
}

TEST(Bmc, ThatIgnoresOffGetsTheCommandAndLeavesTheChassisOn) {
  Lab lab;
  hang_and_wait(lab, "ignores off");
  EXPECT_GE(lab.count(EventKind::power_command, "head1"), 1);
  EXPECT_FALSE(off(lab));
}

TEST(Bmc, ThatExecutesLateDoesSoAlthoughTheClientGaveUp) {
  Lab lab;
  lab.settle();
  lab.fault("watchdog of head1 broken");
  lab.fault("bmc of head1 executes 30s late");
  const std::uint32_t hang = lab.fault("head1 hangs");
  ASSERT_TRUE(lab.run_to(60s, [](const Event& e) { return e.kind == EventKind::power_command; }));
  lab.fault("head2 loses power");
  lab.heal(hang);
  lab.run(40s);
  EXPECT_TRUE(off(lab));
}

TEST(Bmc, ThatLosesItsRepliesStillExecutes) {
  Lab lab;
  hang_and_wait(lab, "loses every reply");
  EXPECT_TRUE(off(lab));
  EXPECT_EQ(lab.last(EventKind::power, "head1").x, 0);
}

TEST(Bmc, ThatCyclesOrPowersOnAgainBringsTheHeadBack) {
  for (const char* trouble : {"cycles instead of off", "powers on again 20s later"}) {
    Lab lab;
    hang_and_wait(lab, trouble);
    ASSERT_TRUE(off(lab)) << trouble;
    EXPECT_EQ(lab.last(EventKind::power, "head1").x, 1) << trouble;
  }
}

TEST(Bmc, SaysWhatItsFaultMakesItSayWhateverIsTrue) {
  Lab lab;
  lab.settle();
  lab.fault("bmc of head1 says off");
  lab.run(70s);
  const Event reading = lab.last(EventKind::bmc_reading, "head1");
  EXPECT_EQ(reading.x, 0);
  EXPECT_EQ(reading.value, 1U) << "the chassis is on";
}

TEST(Bmc, ThatIsStaleShowsThePowerOfThen) {
  Lab lab;
  lab.settle();
  lab.fault("bmc of head1 stale by 30s");
  lab.fault("head1 loses power");
  ASSERT_TRUE(lab.run_to(60s, [](const Event& e) { return e.kind == EventKind::bmc_reading && e.value == 0; }));
  EXPECT_EQ(lab.last(EventKind::bmc_reading, "head1").x, 1);
}

TEST(Bmc, ThatControlsTheOtherHeadIsFoundOutAndNotUsed) {
  Lab lab;
  hang_and_wait(lab, "controls head2", 30s);
  EXPECT_EQ(lab.count(EventKind::fence_executed, "head2"), 0);
  EXPECT_EQ(lab.count(EventKind::fence_executed, "head1"), 0);
  EXPECT_EQ(lab.last(EventKind::alert, "head2").reason, ha::Reason::bmc_swapped);
}

TEST(Bmc, ThatRestartsBeforeExecutingForgetsTheCommand) {
  Lab lab;
  lab.settle();
  lab.fault("watchdog of head1 broken");
  const std::uint32_t resets = lab.fault("bmc of head1 resets 0s before executing taking 5s");
  lab.fault("head1 hangs");
  ASSERT_TRUE(lab.run_to(60s, [](const Event& e) { return e.kind == EventKind::bmc_restarts && e.x == 1; }));
  EXPECT_FALSE(off(lab));
  lab.heal(resets);
  EXPECT_TRUE(lab.run_to(10s, [](const Event& e) { return e.kind == EventKind::bmc_restarts && e.x == 0; }));
}

TEST(Bmc, HealingBringsBackTheEarlierFaultOfTheSameStage) {
  Lab lab;
  lab.settle();
  lab.fault("bmc of head1 says off");
  const std::uint32_t later = lab.fault("bmc of head1 says on");
  lab.heal(later);
  lab.run(70s);
  EXPECT_EQ(lab.last(EventKind::bmc_reading, "head1").x, 0);
}

TEST(Pdu, IsOffOnlyWhenAllItsFeedsAre) {
  Lab lab("bcm", "set fence_levels = pdu, operator");
  lab.settle();
  lab.fault("watchdog of head1 broken");
  const std::uint32_t fails = lab.fault("pdu1 fails on feed of head1");
  lab.fault("head1 hangs");
  lab.run(60s);
  EXPECT_EQ(lab.count(EventKind::fence_executed, "head1"), 0);
  lab.heal(fails);
  lab.run(90s);
  EXPECT_EQ(lab.count(EventKind::fence_executed, "head1"), 1);
}

TEST(Pdu, StaysOffUntilSomebodySwitchesItOn) {
  Lab lab("bcm", "set fence_levels = pdu, operator");
  lab.settle();
  lab.fault("watchdog of head1 broken");
  lab.fault("head1 hangs");
  lab.run(60s);
  ASSERT_EQ(lab.last(EventKind::power, "head1").x, 0);
  lab.act("power on head1");
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::power, "head1").x, 1);
}

}  // namespace
}  // namespace hasim
