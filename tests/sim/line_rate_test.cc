// Size, rate and latency of lines; strangers on them.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

TEST(Line, ThatDropsLargeFramesLetsBeatsPassAndNoData) {
  Lab lab;
  lab.settle();
  const std::uint32_t shrinks = lab.fault("internal drops frames over 1400B");
  lab.run(20s);
  EXPECT_EQ(lab.count(EventKind::frame_lost, "head1"), 0);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 0) << "the files of home do not get through";
  lab.heal(shrinks);
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 1);
}

TEST(Line, ThatDropsWhatIsLongerThanAPingLosesTheBeats) {
  Lab lab;
  lab.settle();
  const int at_boot = lab.count(EventKind::frame_lost, "head2");
  lab.fault("cross drops frames over 100B from head1 to head2");
  lab.run(20s);
  EXPECT_GE(lab.count(EventKind::frame_lost, "head1"), 19);
  EXPECT_EQ(lab.count(EventKind::frame_lost, "head2"), at_boot);
}

TEST(Line, ThatIsLimitedQueuesBeatsBeforeItLosesThem) {
  Lab lab;
  lab.settle();
  lab.fault("cross limited to 1kbit from head1 to head2");
  lab.run(60s);
  const std::vector<Event> received = lab.all(EventKind::frame_received, "head2");
  ASSERT_FALSE(received.empty());
  std::uint64_t newest = 0;
  for (const Event& e : received) {
    if (e.with == lab.id("cross")) newest = e.value;
  }
  const std::uint64_t sent = lab.last(EventKind::frame_sent, "head1").value;
  EXPECT_GE(sent - newest, 30U) << "2.4 s for each beat, one beat a second";
  EXPECT_LE(sent - newest, 40U);
}

TEST(Line, HasTheLatencyAndTheRateOfItsWorld) {
  Lab lab{"two-rooms"};
  lab.settle();
  lab.run(10s);
  std::optional<Duration> took;
  for (const Event& e : lab.all(EventKind::frame_received, "head2")) {
    if (e.with != lab.id("line")) continue;
    for (const Event& sent : lab.all(EventKind::frame_sent, "head1")) {
      if (sent.value == e.value && sent.with == e.with) took = e.t - sent.t;
    }
  }
  ASSERT_TRUE(took);
  EXPECT_EQ(*took, 20ms + 1200us) << "300 bytes at 2 Mbit/s";
}

TEST(Strangers, AreSaidOnceAMinuteAndNeverBelieved) {
  for (const char* key : {"", " using our key"}) {
    Lab lab;
    lab.settle();
    lab.fault(std::string("internal carries a foreign cell") + key);
    lab.run(150s);
    int alerts = 0;
    for (const Event& e : lab.all(EventKind::alert, "head1")) alerts += e.reason == ha::Reason::foreign_cell ? 1 : 0;
    EXPECT_EQ(alerts, 3);
    EXPECT_EQ(lab.role("head1"), ha::Role::owner);
    EXPECT_EQ(lab.role("head2"), ha::Role::passive);
  }
}

TEST(Strangers, WithOurAddressAreFoundBeforeItIsRaised) {
  Lab lab;
  lab.settle();
  lab.fault("internal has a foreign owner of main.vip");
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 1U | kForeignMac);
  lab.act("makeactive on head2");
  lab.run(30s);
  bool said = false;
  for (const Event& e : lab.all(EventKind::alert, "head2")) said = said || e.reason == ha::Reason::address_taken;
  EXPECT_TRUE(said);
  for (const Event& e : lab.all(EventKind::address_up, "main.vip")) EXPECT_FALSE(e.with == lab.id("head2") && e.x == 1);
}

TEST(Strangers, AreNotTheOnlyOnesWhoMayHaveAnAddress) {
  Lab lab;
  lab.settle();
  lab.act("add main.vip on head2");
  lab.run(100ms);  // before its host sees it and takes it down
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 3U);
}

TEST(Configuration, WithAnotherPrefixStartsNoCore) {
  Lab lab;
  lab.settle();
  const std::uint32_t wrong = lab.fault("main.vip has prefix 24 on head2");
  lab.act("restart core on head2");
  lab.run(3s);
  EXPECT_EQ(lab.last(EventKind::core_runs, "head2").x, 0);
  EXPECT_EQ(lab.last(EventKind::alert, "head2").reason, ha::Reason::config_unsafe);
  lab.heal(wrong);
  lab.act("start core on head2");
  lab.run(5s);
  EXPECT_EQ(lab.last(EventKind::core_runs, "head2").x, 1);
}

TEST(Configuration, WithTheSamePrefixIsFine) {
  Lab lab;
  lab.settle();
  lab.fault("main.vip has prefix 16 on head2");
  lab.act("restart core on head2");
  lab.run(5s);
  EXPECT_EQ(lab.last(EventKind::core_runs, "head2").x, 1);
}

}  // namespace
}  // namespace hasim
