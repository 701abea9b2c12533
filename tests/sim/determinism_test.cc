// The same seed gives the same run, bit for bit, whatever ran before in the same world.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

std::uint64_t stormy_run(Lab& lab, std::uint64_t seed) {
  lab.settle(seed);
  lab.fault("internal drops 30%");
  lab.run(20s);
  lab.fault("head1 hangs");
  lab.run(90s);
  return lab.sim().hash();
}

TEST(Determinism, TheSameSeedTwiceGivesTheSameHash) {
  Lab one;
  Lab other;
  EXPECT_EQ(stormy_run(one, 7), stormy_run(other, 7));
}

TEST(Determinism, ARunDoesNotDependOnTheRunsBeforeIt) {
  Lab lab;
  const std::uint64_t first = stormy_run(lab, 7);
  Lab fresh;
  EXPECT_NE(stormy_run(fresh, 8), first) << "the losses are drawn from the seed";
  Lab used;
  (void)stormy_run(used, 8);
  (void)used.fault("head2 loses power");
  used.run(30s);
  Lab again;
  (void)stormy_run(again, 8);
  EXPECT_EQ(stormy_run(again, 9), stormy_run(used, 9));
}

/// How long after power-on each role was taken.
std::vector<Duration> roles_since_power(Lab& lab, std::uint64_t seed) {
  lab.settle(seed);
  const Time on = lab.all(EventKind::power, "head1").front().t;
  std::vector<Duration> times;
  for (const char* head : {"head1", "head2"}) {
    for (const Event& e : lab.all(EventKind::role, head)) times.push_back(e.t - on);
  }
  return times;
}

TEST(Determinism, BootingDrawsNothingButThePhaseInWhichInstantZeroFalls) {
  Lab lab;
  EXPECT_EQ(roles_since_power(lab, 1), roles_since_power(lab, 2));
  const Time first = lab.all(EventKind::power, "head1").front().t;
  lab.settle(3);
  const Duration apart = lab.all(EventKind::power, "head1").front().t - first;
  EXPECT_NE(apart, 0s);
  EXPECT_LT(std::chrono::abs(apart), 1s) << "one beat interval";
}

TEST(Determinism, EventsAreNumberedInTheOrderOfTime) {
  Lab lab;
  lab.settle();
  lab.fault("head1 panics");
  lab.run(60s);
  Time t = Time::min();
  std::uint32_t id = 0;
  for (const Event& e : lab.seen()) {
    EXPECT_GE(e.t, t);
    EXPECT_GT(e.id, id);
    EXPECT_LT(e.because[0], e.id);
    t = e.t;
    id = e.id;
  }
}

}  // namespace
}  // namespace hasim
