// Services on their parts, storage and clients.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

TEST(Parts, StartInOrderAndStopInReverse) {
  Lab lab;
  lab.settle();
  const auto at = [&](const char* part, int x) {
    for (const Event& e : lab.all(EventKind::part_runs, part)) {
      if (e.x == x) return e.t;
    }
    return Time::max();
  };
  EXPECT_LT(at("main.vip", 1), at("main.home", 1));
  EXPECT_LT(at("main.home", 1), at("main.spool", 1));
  EXPECT_EQ(at("main.spool", 1) - at("main.home", 1), 2s) << "starts in 2s";
  lab.act("makeactive on head2");
  lab.run(20s);
  EXPECT_LT(at("main.spool", 0), at("main.home", 0));
  EXPECT_LT(at("main.home", 0), at("main.vip", 0));
}

TEST(Parts, ACrashIsFoundByTheMonitorAndTheRestartIsSaid) {
  Lab lab;
  lab.settle();
  const std::uint32_t crash = lab.fault("main.spool crashes");
  lab.run(100ms);
  EXPECT_EQ(lab.last(EventKind::part_runs, "main.spool").y, 1) << "failed";
  lab.heal(crash);
  const Time crashed = lab.sim().now();
  lab.run(20s);
  const Event restarted = lab.last(EventKind::part_runs, "main.spool");
  EXPECT_EQ(restarted.x, 1);
  EXPECT_EQ(restarted.y, 2);
  EXPECT_LE(restarted.t - crashed, 10s + 3s) << "checked every 10s, starts in 2s";
}

TEST(Parts, ThatHangInStopAreKilled) {
  Lab lab;
  lab.settle();
  lab.fault("main.spool hangs in stop on head1");
  lab.act("makeactive on head2");
  lab.run(60s);
  EXPECT_EQ(lab.role("head2"), ha::Role::owner);
}

TEST(Parts, ThatFailToStartAreSaidToFail) {
  Lab lab;
  lab.settle();
  lab.fault("main.spool fails to start on head2");
  lab.act("makeactive on head2");
  lab.run(60s);
  bool failed = false;
  for (const Event& e : lab.all(EventKind::part_runs, "main.spool")) {
    failed = failed || (e.with == lab.id("head2") && e.x == 0 && e.y == 1);
  }
  EXPECT_TRUE(failed);
}

TEST(Parts, ThatSomebodyStopsBehindTheCoresBackAreFoundByTheMonitor) {
  Lab lab;
  lab.settle();
  lab.act("stop main.spool on head1");
  lab.run(100ms);
  EXPECT_EQ(lab.last(EventKind::part_runs, "main.spool").x, 0);
  lab.run(20s);
  EXPECT_EQ(lab.last(EventKind::part_runs, "main.spool").x, 1);
}

TEST(Parts, AnAddressThatSomebodyAddsElsewhereIsAnsweredTwiceUntilTheHostSeesIt) {
  Lab lab;
  lab.settle();
  lab.act("add main.vip on head2");
  lab.run(100ms);
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 3U);
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 1U);
}

TEST(Parts, FlushedAddressesAreNotAnswered) {
  Lab lab;
  lab.settle();
  lab.act("flush addresses on head1");
  lab.run(100ms);
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 0U);
}

TEST(Storage, AHungNasBlocksMountsUntilItAnswersAgain) {
  Lab lab;
  lab.settle();
  const std::uint32_t hang = lab.fault("nas hangs");
  lab.fault("head1 loses power");
  lab.run(40s);
  EXPECT_EQ(lab.count(EventKind::mounted, "home", 1), 1) << "only head1 ever mounted it";
  lab.heal(hang);
  lab.run(60s);
  EXPECT_EQ(lab.last(EventKind::mounted, "home").with, lab.id("head2"));
}

TEST(Storage, ThatIsReadOnlyTakesNoWrites) {
  Lab lab;
  lab.settle();
  const std::uint32_t readonly = lab.fault("home readonly");
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::may_write, "home").x, 0);
  lab.heal(readonly);
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::may_write, "home").x, 1);
}

TEST(Storage, AFullVolumeRefusesTheMarkerAndSoTheStart) {
  Lab lab;
  lab.settle();
  lab.fault("home full");
  lab.fault("head1 loses power");
  lab.run(2min);
  EXPECT_EQ(lab.count(EventKind::mounted, "home", 1), 1) << "only head1 ever mounted it";
}

TEST(Storage, MayWriteEndsWithTheMountOrTheMachineAndNotWithAHang) {
  Lab lab;
  lab.settle();
  lab.act("makeactive on head2");
  lab.run(30s);
  std::vector<std::pair<ThingId, int>> changes;
  for (const Event& e : lab.all(EventKind::may_write, "home")) changes.emplace_back(e.with, e.x);
  const std::vector<std::pair<ThingId, int>> expected{{lab.id("head1"), 1}, {lab.id("head1"), 0}, {lab.id("head2"), 1}};
  EXPECT_EQ(changes, expected);
}

TEST(Storage, RejectsAWriteThatWakesUpUnderAnOlderEpoch) {
  Lab lab("bcm");
  lab.see(EventKind::about_to_write);
  lab.see(EventKind::rejected);
  lab.settle();
  // Neither its watchdog nor its BMC ends the old owner; the right to run is proved over by other means.
  lab.fault("watchdog of head1 broken");
  lab.fault("bmc of head1 silent");
  lab.fault("pdu1 silent");
  ASSERT_TRUE(
      lab.run_to(5s, [&](const Event& e) { return e.kind == EventKind::about_to_write && e.who == lab.id("home"); }));
  const std::uint32_t pause = lab.fault("head1 paused");
  const Time paused = lab.sim().now();
  lab.run(60s);
  ASSERT_EQ(lab.role("head2"), ha::Role::owner);
  lab.heal(pause);
  lab.run(1s);
  EXPECT_GE(lab.count(EventKind::rejected, "home"), 1);
  for (const Event& e : lab.all(EventKind::wrote, "home")) EXPECT_FALSE(e.with == lab.id("head1") && e.t > paused);
}

TEST(Clients, LoseNothingInAHandover) {
  Lab lab;
  lab.settle();
  lab.act("makeactive on head2");
  lab.run(60s);
  EXPECT_EQ(lab.count(EventKind::writes_lost, "home"), 0);
  EXPECT_EQ(lab.count(EventKind::client_error, "users"), 0) << "a hard mount waits";
  EXPECT_EQ(lab.last(EventKind::client_waits, "users").x, 0);
}

TEST(Clients, AreNotServedWhileTheirNetworkIsCut) {
  Lab lab;
  lab.settle();
  const std::uint32_t cut = lab.fault("internal cut at users");
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 0);
  lab.heal(cut);
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 1);
}

TEST(Abilities, CoverDisksAndGateways) {
  Lab lab;
  EXPECT_FALSE(lab.cannot("disk of head1 full"));
  EXPECT_FALSE(lab.cannot("gateway of head1 lost"));
}

}  // namespace
}  // namespace hasim
