// Networks lose, delay and cut by direction.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

int received(const Lab& lab, const char* head, Time since) {
  int n = 0;
  for (const Event& e : lab.all(EventKind::frame_received, head)) n += e.t >= since ? 1 : 0;
  return n;
}

TEST(Network, ACutFromOneHeadToTheOtherStopsOnlyThatDirection) {
  Lab lab;
  lab.settle();
  lab.fault("internal cut from head1 to head2");
  lab.fault("cross cut from head1 to head2");
  lab.run(1s);
  const Time since = lab.sim().now();
  lab.run(4s);
  EXPECT_EQ(received(lab, "head2", since), 0);
  EXPECT_GE(received(lab, "head1", since), 6) << "two paths, one beat a second";
}

TEST(Network, AnIsolatedHeadHearsAndSaysNothing) {
  Lab lab;
  lab.settle();
  lab.fault("head2 isolated");
  lab.run(1s);
  const Time since = lab.sim().now();
  lab.run(4s);
  EXPECT_EQ(received(lab, "head1", since), 0);
  EXPECT_EQ(received(lab, "head2", since), 0);
}

TEST(Network, ADeafLinkStillSends) {
  Lab lab;
  lab.settle();
  lab.fault("link of head2 to internal deaf");
  lab.fault("link of head2 to cross deaf");
  lab.run(1s);
  const Time since = lab.sim().now();
  lab.run(4s);
  EXPECT_EQ(received(lab, "head2", since), 0);
  EXPECT_GE(received(lab, "head1", since), 6);
}

TEST(Network, ADeadSwitchTakesTheCarrierAndGivesItBack) {
  Lab lab;
  lab.settle();
  const std::uint32_t dead = lab.fault("internal dead");
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::link, "internal").x, 0);
  lab.heal(dead);
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::link, "internal").x, 1);
}

TEST(Network, DelayedBeatsArriveLateAndInOrder) {
  Lab lab;
  lab.settle();
  lab.run(500ms);
  lab.fault("internal delays 3s from head1 to head2");
  lab.fault("cross cut from head1 to head2");
  const Time since = lab.sim().now();
  lab.run(3s);
  EXPECT_EQ(received(lab, "head2", since), 0);
  lab.run(4s);
  std::uint64_t seq = 0;
  for (const Event& e : lab.all(EventKind::frame_received, "head2")) {
    if (e.t < since) continue;
    EXPECT_GT(e.value, seq);
    seq = e.value;
  }
  EXPECT_GT(seq, 0U);
}

TEST(Network, FrozenFramesAllArriveWhenItIsHealed) {
  Lab lab;
  lab.settle();
  lab.fault("cross cut between head1 and head2");
  const std::uint32_t frozen = lab.fault("internal frozen");
  lab.run(4s);
  const Time thaw = lab.sim().now();
  EXPECT_EQ(received(lab, "head2", Time{1}), 0);
  lab.heal(frozen);
  lab.run(1ms);
  EXPECT_GE(received(lab, "head2", thaw), 3);
}

TEST(Network, LosesTheShareOfFramesThatIsSaid) {
  Lab lab;
  lab.settle();
  lab.fault("internal drops 30%");
  lab.fault("cross drops 30%");
  lab.run(1000s);
  const double sent = static_cast<double>(lab.all(EventKind::frame_sent, "head1").size());
  const double lost = static_cast<double>(lab.all(EventKind::frame_lost, "head1").size());
  EXPECT_NEAR(lost / sent, 0.3, 0.03);
}

TEST(Network, LosesInBurstsAsOftenButTogether) {
  Lab lab;
  lab.settle();
  lab.fault("cross cut between head1 and head2");
  lab.fault("internal drops 20% in bursts of 5");
  lab.run(3000s);
  int lost = 0;
  int bursts = 0;
  std::uint64_t before = 0;
  for (const Event& e : lab.all(EventKind::frame_lost, "head1")) {
    if (e.with != lab.id("internal")) continue;
    ++lost;
    if (e.value != before + 1) ++bursts;
    before = e.value;
  }
  EXPECT_NEAR(lost / 3000.0, 0.2, 0.05);
  EXPECT_NEAR(static_cast<double>(lost) / bursts, 5.0, 1.5);
}

TEST(Network, AnEarlierFaultOfTheSameStageComesBackWhenTheLaterIsHealed) {
  Lab lab;
  lab.settle();
  lab.fault("cross cut between head1 and head2");
  lab.fault("internal delays 2s");
  const std::uint32_t later = lab.fault("internal delays 30s");
  lab.run(5s);
  lab.heal(later);
  const Time since = lab.sim().now();
  lab.run(4s);
  const int heard = received(lab, "head2", since);
  EXPECT_GE(heard, 1);
  EXPECT_LE(heard, 3) << "sent after the healing, two seconds late";
}

TEST(Network, HealingTheLastFaultRestoresThePeersView) {
  Lab lab;
  lab.settle();
  const std::uint32_t a = lab.fault("internal cut");
  const std::uint32_t b = lab.fault("cross cut");
  lab.run(7s);
  lab.heal(a);
  lab.heal(b);
  lab.run(5s);
  EXPECT_EQ(static_cast<ha::Role>(lab.role("head1")), ha::Role::owner);
  EXPECT_EQ(lab.last(EventKind::peer_view, "head2").y, 1) << "alive again";
}

TEST(Network, ReplayedBeatsReachTheirTargetAfterTheSenderIsDead) {
  Lab lab;
  lab.settle();
  lab.run(60s);
  lab.fault("head1 loses power");
  lab.fault("internal replays beats of 30s ago from head1 to head2");
  lab.run(100ms);
  const Time since = lab.sim().now();
  lab.run(5s);
  EXPECT_GE(received(lab, "head2", since), 4);
}

TEST(Network, ALateLinkHasNoCarrierUntilThatLongAfterTheKernelIsUp) {
  Lab lab("bcm");
  lab.settle();
  lab.fault("link of head2 to internal late by 8s at boot");
  lab.fault("head2 restarts");
  lab.run(140s);
  const Time up = lab.last(EventKind::up, "head2").t;
  const Event carrier = lab.last(EventKind::link, "internal");
  EXPECT_EQ(carrier.x, 1);
  EXPECT_EQ(carrier.t - up, 8s);
}

TEST(Network, AnnouncementsThatAreDroppedLeaveTheClientsAtTheOldHead) {
  Lab lab;
  lab.settle();
  lab.fault("internal drops 3 announcements");
  lab.act("makeactive on head2");
  const auto lost = [](const Event& e) { return e.kind == EventKind::announced && e.x == 0; };
  ASSERT_TRUE(lab.run_to(60s, lost));
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 0U);
  lab.run(10s);
  EXPECT_EQ(lab.count(EventKind::announced, "main.vip", 0), 3);
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 2U);
}

}  // namespace
}  // namespace hasim
