// What tools and clients do beside the cores.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

TEST(Tools, ACloneIsRefusedWhereItsTargetIsNewer) {
  Lab lab("bcm");
  lab.settle();
  lab.act("clone head2 onto head1");
  const Event reply = lab.last(EventKind::reply, "head1");
  EXPECT_EQ(reply.y, static_cast<int>(ha::Outcome::refused));
  EXPECT_EQ(reply.reason, ha::Reason::stale_target);
  EXPECT_EQ(lab.count(EventKind::power, "head1", 0), 0);
}

TEST(Tools, ACloneOntoThePassiveHeadTakesItsTime) {
  Lab lab("bcm");
  lab.settle();
  lab.act("clone head1 onto head2");
  EXPECT_EQ(lab.count(EventKind::power, "head2", 0), 1);
  lab.run(601s);
  EXPECT_EQ(lab.last(EventKind::reply, "head2").y, static_cast<int>(ha::Outcome::done));
  lab.run(200s);
  EXPECT_EQ(lab.role("head2"), ha::Role::passive);
}

TEST(Tools, ATwinIsHeardAndStartsNothing) {
  Lab lab;
  lab.settle();
  lab.act("boot clone of head1");
  lab.run(120s);
  EXPECT_EQ(lab.last(EventKind::alert, "head1").reason, ha::Reason::cloned);
  EXPECT_EQ(lab.role("head1"), ha::Role::owner);
}

TEST(Tools, AScriptThatHangsAbortsTheMoveBeforeAnythingStops) {
  Lab lab;
  lab.settle();
  const std::uint32_t hang = lab.fault("script of main hangs");
  lab.act("makeactive on head2");
  lab.run(25s);
  const Event reply = lab.last(EventKind::reply, "head2");
  EXPECT_EQ(reply.y, static_cast<int>(ha::Outcome::refused));
  EXPECT_EQ(reply.reason, ha::Reason::script_hung);
  EXPECT_EQ(lab.last(EventKind::part_runs, "main.spool").x, 1);
  lab.act("makeactive on head2");
  lab.run(5s);
  lab.heal(hang);
  lab.run(20s);
  EXPECT_EQ(lab.role("head2"), ha::Role::owner) << "the script ended in its time";
}

TEST(Tools, AnOldDiskHasAnOldEpoch) {
  Lab lab;
  lab.settle();
  lab.act("power off head1");
  lab.run(60s);
  lab.act("boot old disk of head1");
  lab.run(200s);
  EXPECT_EQ(lab.role("head2"), ha::Role::owner);
  EXPECT_EQ(lab.role("head1"), ha::Role::passive);
}

TEST(Checks, ThatTakeLongFindACrashLater) {
  Lab lab;
  lab.settle();
  lab.fault("check of main.spool takes 35s on head1");
  lab.run(300s);
  EXPECT_EQ(lab.count(EventKind::part_runs, "main.spool", 0), 0) << "slow is not dead";
  lab.act("stop main.spool on head1");
  const Time stopped = lab.sim().now();
  lab.run(100s);
  const Event again = lab.last(EventKind::part_runs, "main.spool");
  EXPECT_EQ(again.x, 1);
  EXPECT_GT(again.t - stopped, 35s);
}

TEST(Clients, ThatAreMovedAskNobodyElse) {
  Lab lab;
  lab.settle();
  lab.act("move users to head2");
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 0);
  EXPECT_EQ(lab.last(EventKind::clients_reach, "users").x, 0);
  lab.act("makeactive on head2");
  lab.run(20s);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 1);
  EXPECT_EQ(lab.last(EventKind::clients_reach, "users").with, lab.id("head2"));
}

TEST(Clients, WithAStaticEntryStayWhereTheyWere) {
  Lab lab;
  lab.settle();
  lab.act("add address to users arp cache");
  lab.act("makeactive on head2");
  lab.run(30s);
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 2U);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 0);
}

}  // namespace
}  // namespace hasim
