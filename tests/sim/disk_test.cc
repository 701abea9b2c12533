// The local disk of a head: full, slow, hanging, dead, and cut off in the middle of a record.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

/// How long from a makeactive on head2 until it owns; nothing if it does not within a minute.
std::optional<Duration> handover_takes(Lab& lab) {
  const Time asked = lab.sim().now();
  lab.act("makeactive on head2");
  const bool owns = lab.run_to(1min, [&](const Event& e) {
    return e.kind == EventKind::role && e.who == lab.id("head2") && e.y == static_cast<int>(ha::Role::owner);
  });
  return owns ? std::optional(lab.sim().now() - asked) : std::nullopt;
}

TEST(Disk, ThatIsFullStillTakesTheRecordsOfTheCore) {
  Lab lab;
  lab.settle();
  lab.fault("disk of head1 full");
  lab.fault("disk of head2 full");
  EXPECT_TRUE(handover_takes(lab));
  EXPECT_EQ(lab.count(EventKind::core_runs, "head1", 0), 0);
}

TEST(Disk, ThatIsSlowMakesTheCoreWaitForEachRecord) {
  Lab quick;
  quick.settle();
  Lab slow;
  slow.settle();
  slow.fault("disk of head1 slow by 700ms");
  const auto usual = handover_takes(quick);
  const auto late = handover_takes(slow);
  ASSERT_TRUE(usual && late);
  EXPECT_GE(*late - *usual, 600ms) << "head1 keeps at least one promise";
}

TEST(Disk, ThatHangsStopsTheCoreAtItsNextRecordAndNotBefore) {
  Lab lab;
  lab.settle();
  const std::uint32_t hang = lab.fault("disk of head1 hangs");
  lab.run(2s);
  EXPECT_EQ(lab.role("head1"), ha::Role::owner);
  lab.act("makeactive on head2");
  lab.run(4s);
  const std::size_t sent = lab.all(EventKind::frame_sent, "head1").size();
  EXPECT_NE(lab.role("head2"), ha::Role::owner) << "a promise that is not written down is none";
  lab.run(300ms);
  EXPECT_EQ(lab.all(EventKind::frame_sent, "head1").size(), sent);
  lab.heal(hang);
  lab.run(20s);
  EXPECT_EQ(lab.role("head2"), ha::Role::owner);
}

TEST(Disk, ThatIsDeadBootsNothing) {
  Lab lab;
  lab.settle();
  lab.fault("disk of head2 dead");
  lab.act("reset head2");
  lab.run(10min);
  EXPECT_EQ(lab.last(EventKind::up, "head2").x, 0);
}

TEST(Disk, ThatIsReadOnlyHasNoCoreAfterARestart) {
  Lab lab{"bull-nfs"};  // nothing resets a head there because its core is away
  lab.settle();
  const std::uint32_t readonly = lab.fault("disk of xena11 readonly");
  lab.act("restart core on xena11");
  lab.run(5s);
  EXPECT_EQ(lab.last(EventKind::core_runs, "xena11").x, 0);
  lab.heal(readonly);
  lab.run(15s);
  EXPECT_EQ(lab.last(EventKind::core_runs, "xena11").x, 1);
}

TEST(Disk, KeepsNoDumpWhenItIsFull) {
  Lab lab;
  lab.settle();
  lab.fault("watchdog of head2 broken");
  lab.fault("disk of head2 full");
  lab.fault("head2 panics dumping 3s");
  lab.run(5s);
  EXPECT_EQ(lab.last(EventKind::dumping, "head2").x, 0);
  EXPECT_EQ(lab.last(EventKind::dumping, "head2").y, 0);
}

}  // namespace
}  // namespace hasim
