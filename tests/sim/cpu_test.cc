// Shares of CPUs, slow heads, heads that make no process.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

/// When `part` ran on head2 after a makeactive there, counted from that order; nothing if it did not within a minute.
std::optional<Duration> runs_after_makeactive(Lab& lab, const std::string& part) {
  const Time asked = lab.sim().now();
  lab.act("makeactive on head2");
  const bool ran = lab.run_to(1min, [&](const Event& e) {
    return e.kind == EventKind::part_runs && e.who == lab.id(part) && e.with == lab.id("head2") && e.x == 1;
  });
  return ran ? std::optional(lab.sim().now() - asked) : std::nullopt;
}

/// How many frames that head sent in the time from now on.
int sent_in(Lab& lab, const std::string& head, Duration span) {
  const int before = lab.count(EventKind::frame_sent, head);
  lab.run(span);
  return lab.count(EventKind::frame_sent, head) - before;
}

TEST(Cpu, ASlowHeadTakesThatManyTimesAsLongForItsScripts) {
  Lab quick;
  quick.settle();
  Lab slow;
  slow.settle();
  slow.fault("head2 slowed 4 times");
  const auto usual = runs_after_makeactive(quick, "main.spool");
  const auto late = runs_after_makeactive(slow, "main.spool");
  ASSERT_TRUE(usual && late);
  EXPECT_GE(*late - *usual, 3 * 2s) << "the daemon starts in 2s";
  EXPECT_LE(*late - *usual, 3 * 2s + 2s);
}

TEST(Cpu, AShareComesInSlicesAndTheBeatsComeWithThem) {
  Lab lab;
  lab.settle();
  lab.fault("head1 starved to 20%");
  EXPECT_GE(sent_in(lab, "head1", 20s), 2 * 19) << "a beat a second on both paths";
  EXPECT_EQ(lab.role("head1"), ha::Role::owner);
}

TEST(Cpu, WithoutAnyShareNothingIsSent) {
  Lab lab;
  lab.settle();
  lab.fault("head1 starved");
  EXPECT_EQ(sent_in(lab, "head1", 4s), 0);
}

TEST(Cpu, AHeadThatCannotForkFencesAndRaisesAddressesAndStartsNoDaemon) {
  Lab lab;
  lab.settle();
  lab.fault("head2 cannot fork");
  lab.fault("head1 loses power");
  lab.run(60s);
  EXPECT_GE(lab.count(EventKind::bmc_reading, "head1"), 1);
  bool raised = false;
  bool failed = false;
  for (const Event& e : lab.seen()) {
    if (e.kind != EventKind::part_runs || e.with != lab.id("head2")) continue;
    raised = raised || (e.who == lab.id("main.vip") && e.x == 1);
    failed = failed || (e.who == lab.id("main.spool") && e.y == 1);
    EXPECT_FALSE(e.who == lab.id("main.spool") && e.x == 1);
  }
  EXPECT_TRUE(raised);
  EXPECT_TRUE(failed);
}

TEST(Clock, NobodyAsksTheWallClock) {
  Lab jumps;
  jumps.settle();
  Lab stays;
  stays.settle();
  jumps.fault("clock of head1 jumps -1h");
  jumps.fault("clock of head2 off by +7h");
  stays.fault("log of head1 blocked");
  stays.fault("log of head2 blocked");
  jumps.run(5min);
  stays.run(5min);
  ASSERT_EQ(jumps.seen().size(), stays.seen().size());
  for (std::size_t i = 0; i < jumps.seen().size(); ++i) {
    EXPECT_EQ(jumps.seen()[i].t, stays.seen()[i].t);
    EXPECT_EQ(jumps.seen()[i].kind, stays.seen()[i].kind);
  }
}

TEST(Clock, HeadsDriftApart) {
  Lab lab;
  lab.settle();
  lab.fault("clock of head1 drifts 100000ppm");
  lab.fault("clock of head2 drifts -100000ppm");
  const auto sent = [&](const char* head) { return lab.all(EventKind::frame_sent, head).size() / 2; };
  const std::size_t fast = sent("head1");
  const std::size_t slow = sent("head2");
  lab.run(100s);
  EXPECT_NEAR(static_cast<double>(sent("head1") - fast), 110, 2);
  EXPECT_NEAR(static_cast<double>(sent("head2") - slow), 90, 2);
}

}  // namespace
}  // namespace hasim
