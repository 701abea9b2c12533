// The arithmetic that makes a configuration safe, and every setting that collides.
#include "core/config.h"

#include <gtest/gtest.h>

namespace ha {
namespace {

using namespace std::chrono_literals;

Config with_right() {
  Config c;
  c.store = c.watchdog = c.watchdog_proves = true;
  return c;
}

TEST(Config, TheDefaultsAreSafe) {
  EXPECT_EQ(unsafe(Config{}), std::nullopt);
  EXPECT_EQ(unsafe(with_right()), std::nullopt);
}

TEST(Config, TheWaitCoversTheRightTwoWatchdogPeriodsAndBothDrifts) {
  Config c = with_right();
  c.drift_max = Drift{0};
  EXPECT_EQ(self_fence_wait(c), c.right_to_run + 2 * c.watchdog_after + c.margin);
  c.drift_max = Drift{200};
  const double exact = 1.0002 * (17.0 / 0.9998 + 2.0);
  const double wait = std::chrono::duration<double>(self_fence_wait(c)).count();
  EXPECT_GE(wait, exact);
  EXPECT_LT(wait, exact + 1e-6);
}

TEST(Config, EachCollisionIsNamed) {
  struct Row {
    const char* names;
    void (*break_it)(Config&);
  };
  const Row rows[] = {
      {"keep_alive", [](Config& c) { c.keep_alive = 0s; }},
      {"warn_after", [](Config& c) { c.warn_after = 3 * c.keep_alive - 1ns; }},
      {"dead_after", [](Config& c) { c.dead_after = c.warn_after; }},
      {"init_dead", [](Config& c) { c.init_dead = c.dead_after - 1ns; }},
      {"right_to_run", [](Config& c) { c.right_to_run = c.dead_after; }},
      {"right_to_run", [](Config& c) { c.right_to_run = 6 * c.keep_alive - 2ns; }},
      {"watchdog_after", [](Config& c) { c.watchdog_after = 2 * c.keep_alive; }},
      {"fence_delay",
       [](Config& c) {
         c.store = c.watchdog_proves = false;
         c.fence_levels = 1;
         c.fence_delay = c.keep_alive;
       }},
      {"watchdog", [](Config& c) { c.store = false; }},
  };
  for (const Row& row : rows) {
    Config c = with_right();
    row.break_it(c);
    const auto why = unsafe(c);
    ASSERT_TRUE(why) << row.names;
    EXPECT_NE(why->find(row.names), std::string::npos) << *why;
  }
}

// Half of the right is for stopping; a word is two beats and a round trip old although nothing was lost.
TEST(Config, ARightOfSixBeatsLivesOnTheWordAlone) {
  Config c = with_right();
  c.right_to_run = 6 * c.keep_alive;
  EXPECT_EQ(unsafe(c), std::nullopt);
}

TEST(Config, WhatIsKnownOfTheSurroundingsCollidesToo) {
  const Surroundings fits{5s, 200ms, {"ipmi"}, {{"daemons", 10s, 10s}}};
  struct Row {
    const char* first;
    const char* second;
    void (*break_it)(Config&, Surroundings&);
  };
  const Row rows[] = {
      {"watchdog_after", "watchdog", [](Config&, Surroundings& s) { s.watchdog = 6s; }},
      {"watchdog_after", "watchdog", [](Config&, Surroundings& s) { s.watchdog = 3s; }},
      {"fence_delay", "keep_alive and the time of a power-off",
       [](Config& c, Surroundings& s) {
         c.store = c.watchdog_proves = false;
         s.off_takes = c.fence_delay - c.keep_alive;
       }},
      {"fence_max", "power-off", [](Config&, Surroundings& s) { s.off_takes = 25s; }},
      {"start_max", "starts", [](Config&, Surroundings& s) { s.parts[0].start = 21s; }},
      {"stop_max", "stops", [](Config&, Surroundings& s) { s.parts[0].stop = 21s; }},
  };
  for (const Row& row : rows) {
    Config c = with_right();
    c.fence_levels = 1;
    Surroundings known = fits;
    ASSERT_EQ(unsafe(c, known), std::nullopt);
    row.break_it(c, known);
    const auto why = unsafe(c, known);
    ASSERT_TRUE(why) << row.first;
    EXPECT_NE(why->find(row.first), std::string::npos) << *why;
    EXPECT_NE(why->find(row.second), std::string::npos) << *why;
    EXPECT_NE(why->find(';'), std::string::npos) << "it says what to do: " << *why;
  }
}

TEST(Config, RefusesClocksAndMarginsThatMakeNoSense) {
  for (const Drift drift : {Drift{-1}, Drift{1'000'000}}) {
    Config c = with_right();
    c.drift_max = drift;
    EXPECT_NE(unsafe(c).value_or("").find("drift_max"), std::string::npos);
  }
  Config c = with_right();
  c.margin = -1ns;
  EXPECT_NE(unsafe(c).value_or("").find("margin"), std::string::npos);
}

}  // namespace
}  // namespace ha
