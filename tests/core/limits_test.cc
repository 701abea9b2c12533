// The right to run at its limits: every accepted configuration survives them, and a wait that is too short by one unit
// of drift does not [FE19, TR02].
#include "tests/core/limits.h"

#include <gtest/gtest.h>

#include <string>

namespace ha::test {
namespace {

/// splitmix64: the same draws everywhere.
struct Draw {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  Duration between(Duration from, Duration to) {
    const auto span = static_cast<std::uint64_t>((to - from).count()) + 1;
    return from + Duration{static_cast<std::int64_t>(next() % span)};
  }
  /// 0..1, its ends more often than the rest.
  double share() {
    const std::uint64_t n = next() % 1000;
    return n < 300 ? 1.0 : n < 400 ? 0.0 : static_cast<double>(n) / 1000;
  }
};

Config with_right() {
  Config c;
  c.paths = 2;
  c.service[0].resources = 1;
  c.fence_levels = 1;
  c.store = c.watchdog = c.watchdog_proves = true;
  return c;
}

Config draw_config(Draw& draw) {
  Config c = with_right();
  c.keep_alive = draw.between(200ms, 2s);
  c.warn_after = draw.between(3 * c.keep_alive, 6 * c.keep_alive);
  c.dead_after = draw.between(c.warn_after, 20s);
  c.init_dead = draw.between(c.dead_after, 40s);
  c.right_to_run = draw.between(2 * c.keep_alive, 18s);
  c.watchdog_after = draw.between(2 * c.keep_alive, 12s);
  c.margin = draw.between(0ms, 3s);
  c.drift_max = Drift{static_cast<std::int64_t>(draw.next() % 1000)};
  c.stop_max = 60s;
  return c;
}

Adversary draw_adversary(Draw& draw) { return {draw.share(), draw.share(), draw.share(), draw.share()}; }

std::string text_of(const Config& c) {
  return "keep_alive " + std::to_string(c.keep_alive.count()) + " L " + std::to_string(c.right_to_run.count()) + " W " +
         std::to_string(c.watchdog_after.count()) + " dead " + std::to_string(c.dead_after.count()) + " drift " +
         std::to_string(static_cast<std::int64_t>(c.drift_max));
}

TEST(Limits, EveryAcceptedConfigurationSurvivesThem) {
  int accepted = 0, taken_over = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Draw draw{seed};
    const Config config = draw_config(draw);
    if (unsafe(config)) continue;
    ++accepted;
    for (const Adversary& adversary : {Adversary{}, draw_adversary(draw)}) {
      const Duel::Result result = Duel(config, config, adversary).run();
      taken_over += result.taken_over ? 1 : 0;
      ASSERT_FALSE(result.two_owners()) << "seed " << seed << ": the peer starts "
                                        << (result.owner_writes_until - result.challenger_starts).count()
                                        << " ns too early with " << text_of(config);
    }
  }
  EXPECT_GE(accepted, 100);
  EXPECT_GE(taken_over, accepted) << "too few of the duels come to a takeover to say anything";
}

TEST(Limits, AreReachedToTheMicrosecond) {
  Config c = with_right();
  const Duel::Result result = Duel(c, c, Adversary{}).run();
  ASSERT_TRUE(result.taken_over);
  EXPECT_FALSE(result.two_owners());
  EXPECT_LT(result.challenger_starts - result.owner_writes_until, 5us);
}

/// The cores are told that clocks are better by one part per million than they are.
TEST(Limits, AWaitThatIsShorterByOneUnitOfDriftLetsTwoHeadsWrite) {
  int tried = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Draw draw{seed};
    const Config world = draw_config(draw);
    // A short right beside a slow watchdog ends before the worst stall can begin: there the inequality is generous.
    if (unsafe(world) || world.right_to_run < world.watchdog_after || world.drift_max == Drift{0}) continue;
    Config cores = world;
    cores.drift_max = Drift{static_cast<std::int64_t>(world.drift_max) - 1};
    const Duel::Result result = Duel(cores, world, Adversary{}).run();
    if (!result.taken_over) continue;
    ++tried;
    EXPECT_TRUE(result.two_owners()) << "seed " << seed << ": the wait is longer than it needs to be with "
                                     << text_of(world);
  }
  EXPECT_GE(tried, 50);
}

/// The cores are told that a reset and what is in flight take a little less than they do (A7).
TEST(Limits, AMarginBelowWhatAResetTakesLetsTwoHeadsWrite) {
  const Config world = with_right();
  Config cores = world;
  cores.margin -= 100us;
  EXPECT_TRUE(Duel(cores, world, Adversary{}).run().two_owners());
}

/// V8: one watchdog period is not enough, because a stall between check and kick lets one late kick land.
TEST(Limits, OneWatchdogPeriodIsNotEnough) {
  const Config world = with_right();
  Config cores = world;
  cores.margin -= cores.watchdog_after;  // the wait for L + W
  const Duel::Result result = Duel(cores, world, Adversary{}).run();
  EXPECT_TRUE(result.two_owners());
  EXPECT_GT(result.owner_writes_until - result.challenger_starts, 4s);
}

}  // namespace
}  // namespace ha::test
