// Power can go at any instant, also between two outputs of one step.
#include "lang/steps.h"
#include "tests/sim/lab.h"

namespace hasim {
namespace {

TEST(PowerLoss, TakesEverythingThatRanOnTheHead) {
  Lab lab;
  lab.settle();
  lab.fault("head1 loses power");
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::power, "head1").x, 0);
  EXPECT_EQ(lab.last(EventKind::up, "head1").x, 0);
  EXPECT_EQ(lab.last(EventKind::core_runs, "head1").x, 0);
  for (const char* part : {"main.vip", "main.home", "main.spool"})
    EXPECT_EQ(lab.last(EventKind::part_runs, part).x, 0) << part;
  EXPECT_EQ(lab.last(EventKind::may_write, "home").x, 0);
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 0U);
  EXPECT_EQ(lab.last(EventKind::client_waits, "users").x, 1);
}

TEST(PowerLoss, IsFollowedByATakeover) {
  Lab lab;
  lab.settle();
  lab.fault("head1 loses power");
  lab.run(55s);
  EXPECT_EQ(lab.role("head2"), ha::Role::owner);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 1);
  EXPECT_EQ(lab.last(EventKind::answered, "main.vip").value, 2U) << "bit of head2";
}

TEST(PowerLoss, TakesTheCarrierOfADirectCableFromThePeer) {
  Lab lab;
  lab.settle();
  lab.fault("head1 loses power");
  lab.run(1s);
  int told = 0;
  for (const Event& e : lab.all(EventKind::link, "cross")) told += e.with == lab.id("head2") && e.x == 0 ? 1 : 0;
  EXPECT_EQ(told, 1);
}

TEST(PowerLoss, BetweenTwoOutputsDropsTheRestOfThem) {
  // The third step of a takeover is an output of head2: the later ones of the same step must not be performed.
  Lab lab;
  lab.see(EventKind::step);
  lab.settle();
  lab.fault("head1 loses power");
  const auto writes_marker = [](const Event& e) {
    return e.kind == EventKind::step && e.y == static_cast<std::uint8_t>(StepKind::mounts);
  };
  ASSERT_TRUE(lab.run_to(60s, writes_marker));
  const Time cut = lab.sim().now();
  lab.fault("head2 loses power");
  lab.run(60s);
  for (const Event& e : lab.all(EventKind::step, "head2")) EXPECT_LE(e.t, cut);
  EXPECT_EQ(lab.count(EventKind::mounted, "home", 1), 1) << "only head1 ever mounted it";
}

TEST(PowerLoss, BeforeAnAnswerIsHeardLeavesItUnheard) {
  Lab lab;
  lab.see(EventKind::step);
  lab.settle();
  lab.act("makeactive on head2");
  const auto hears = [&](const Event& e) {
    return e.kind == EventKind::step && e.who == lab.id("head2") &&
           e.y == static_cast<std::uint8_t>(StepKind::hears_marker);
  };
  ASSERT_TRUE(lab.run_to(60s, hears));
  const std::size_t steps = lab.all(EventKind::step, "head2").size();
  lab.fault("head2 loses power");
  lab.run(10s);
  EXPECT_EQ(lab.all(EventKind::step, "head2").size(), steps);
}

TEST(PowerLoss, StoppingAtEveryStepAndGoingOnChangesNothing) {
  Lab through;
  through.see(EventKind::step);
  through.settle();
  through.act("makeactive on head2");
  through.run(60s);

  Lab halting;
  halting.see(EventKind::step);
  halting.settle();
  halting.act("makeactive on head2");
  while (halting.run_to(60s - halting.sim().now(), [](const Event& e) { return e.kind == EventKind::step; })) {}
  EXPECT_EQ(halting.sim().hash(), through.sim().hash());
}

TEST(PowerLoss, OfTheMainsDarkensABmcOnTheSameSupplyAndTheRestorePolicyDecides) {
  Lab lab("bcm-slim");
  lab.settle();
  const std::uint32_t unplugged = lab.fault("head1 unplugged");
  lab.run(10s);
  EXPECT_EQ(lab.last(EventKind::power, "head1").x, 0);
  EXPECT_EQ(lab.last(EventKind::bmc_reachable, "head1").x, 0);
  lab.heal(unplugged);
  lab.run(5s);
  EXPECT_EQ(lab.last(EventKind::power, "head1").x, 1) << "restores on";
  lab.run(25s);
  EXPECT_EQ(lab.last(EventKind::bmc_reachable, "head1").x, 1);
}

}  // namespace
}  // namespace hasim
