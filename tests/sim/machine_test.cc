// Machines hang, freeze and wake; watchdogs end what nobody kicks; supervisors restart what died.
#include "lang/steps.h"
#include "tests/sim/lab.h"

namespace hasim {
namespace {

TEST(Watchdog, ResetsAHeadThatHangsWithinItsTime) {
  Lab lab;
  lab.settle();
  lab.fault("head1 hangs");
  const Time hung = lab.sim().now();
  lab.run(10s);
  const Event reset = lab.last(EventKind::resets, "head1");
  EXPECT_EQ(reset.x, 1) << "by its watchdog";
  EXPECT_LE(reset.t - hung, 5s);
  EXPECT_EQ(lab.last(EventKind::hung, "head1").x, 0) << "a reset ends a soft fault";
}

TEST(Watchdog, ThatIsBrokenNeverFires) {
  Lab lab;
  lab.settle();
  lab.fault("watchdog of head1 broken");
  lab.fault("head1 hangs");
  lab.run(60s);
  EXPECT_EQ(lab.count(EventKind::resets, "head1"), 0);
}

TEST(Watchdog, ThatStandsStillWithItsMachineDoesNotFireWhileItIsPaused) {
  Lab lab;
  lab.settle();
  lab.fault("watchdog of head1 pausable");
  lab.fault("bmc of head1 silent");
  lab.fault("head1 paused");
  lab.run(30s);
  EXPECT_EQ(lab.count(EventKind::resets, "head1"), 0);
}

TEST(Watchdog, GoesOnAfterAPanic) {
  Lab lab;
  lab.settle();
  lab.fault("head1 panics");
  lab.run(10s);
  EXPECT_EQ(lab.last(EventKind::resets, "head1").x, 1);
}

TEST(Machine, AHangThatEndsInTimeGoesOnWhereItStood) {
  Lab lab;
  lab.settle();
  const std::uint32_t hang = lab.fault("head1 hangs");
  lab.run(3s);
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 0U);
  EXPECT_EQ(lab.last(EventKind::may_write, "home").x, 1) << "it may wake, so it still could write";
  lab.heal(hang);
  lab.run(10s);
  EXPECT_EQ(lab.role("head1"), ha::Role::owner);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 1);
  EXPECT_EQ(lab.count(EventKind::core_runs, "head1", 0), 0);
}

TEST(Machine, AFrozenHeadStillAnswersForItsAddress) {
  Lab lab;
  lab.settle();
  lab.fault("head1 frozen");
  lab.run(2s);
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 1U);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 0);
}

TEST(Machine, WakingDeliversWhatWaitedBeforeTheTick) {
  // Had the tick come first, head2 would have missed its peer for longer than it waits.
  Lab lab;
  lab.settle();
  lab.fault("watchdog of head2 broken");
  const std::uint32_t stopped = lab.fault("core of head2 stopped");
  lab.run(30s);
  const Time woke = lab.sim().now();
  lab.heal(stopped);
  lab.run(1s);
  for (const Event& e : lab.all(EventKind::peer_view, "head2")) {
    EXPECT_FALSE(e.t >= woke && e.y >= static_cast<std::uint8_t>(ha::PeerView::lost));
  }
}

TEST(Machine, AHangBetweenTwoOutputsHoldsTheRestBackUntilItWakes) {
  Lab lab;
  lab.see(EventKind::step);
  lab.settle();
  lab.fault("watchdog of head2 broken");
  lab.act("makeactive on head2");
  const auto persists = [&](const Event& e) {
    return e.kind == EventKind::step && e.who == lab.id("head2") &&
           e.y == static_cast<std::uint8_t>(StepKind::persists);
  };
  ASSERT_TRUE(lab.run_to(60s, persists));
  const std::size_t steps = lab.all(EventKind::step, "head2").size();
  const std::uint32_t hang = lab.fault("head2 hangs");
  lab.run(3s);
  EXPECT_EQ(lab.all(EventKind::step, "head2").size(), steps);
  lab.heal(hang);
  lab.run(30s);
  EXPECT_GT(lab.all(EventKind::step, "head2").size(), steps);
  EXPECT_EQ(lab.role("head2"), ha::Role::owner) << "it goes on where it stood";
}

TEST(Machine, BootsInTheTimeItsWorldSays) {
  Lab lab("bcm");
  lab.settle();
  lab.fault("head2 restarts");
  lab.run(150s);
  EXPECT_EQ(lab.last(EventKind::up, "head2").t - lab.last(EventKind::boots, "head2").t, 120s);
}

TEST(Machine, ACrashedCoreIsStartedAgainAndFindsItsServicesRunning) {
  Lab lab;
  lab.settle();
  lab.fault("core of head1 crashes");
  lab.run(30s);
  EXPECT_EQ(lab.count(EventKind::core_runs, "head1", 1), 2);
  EXPECT_EQ(lab.count(EventKind::part_runs, "main.spool", 0), 0);
  EXPECT_EQ(lab.role("head1"), ha::Role::owner);
}

TEST(Machine, ACoreThatIsGoneIsNotStartedUntilItIsHealed) {
  Lab lab("bcm");
  lab.settle();
  lab.fault("watchdog of head2 broken");
  const std::uint32_t gone = lab.fault("core of head2 gone");
  lab.run(30s);
  EXPECT_EQ(lab.count(EventKind::core_runs, "head2", 1), 1);
  lab.heal(gone);
  lab.run(5s);
  EXPECT_EQ(lab.count(EventKind::core_runs, "head2", 1), 2);
}

TEST(Machine, AShutdownLetsTheCoreLeaveFirst) {
  Lab lab;
  lab.settle();
  lab.act("shut down head1");
  lab.run(30s);
  EXPECT_EQ(lab.last(EventKind::power, "head1").x, 0);
  EXPECT_EQ(lab.role("head2"), ha::Role::owner);
  EXPECT_EQ(lab.count(EventKind::fence_sent, "head1"), 0);
}

TEST(Machine, AStuckCoreGoesOnSendingWithoutDeciding) {
  Lab lab;
  lab.settle();
  lab.fault("watchdog of head1 broken");
  lab.fault("core of head1 stuck");
  const Time since = lab.sim().now();
  lab.run(5s);
  int sent = 0;
  for (const Event& e : lab.all(EventKind::frame_sent, "head1")) sent += e.t >= since ? 1 : 0;
  EXPECT_GE(sent, 8) << "two paths, one beat a second";
}

}  // namespace
}  // namespace hasim
