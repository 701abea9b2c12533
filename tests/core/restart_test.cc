// A core that starts again in the same boot, before it knows what still runs.
#include <gtest/gtest.h>

#include "core/node.h"

namespace ha {
namespace {

using std::chrono::seconds;

Config with_watchdog() {
  Config c;
  c.store = c.watchdog = c.watchdog_proves = true;
  return c;
}

template <class T>
int count(const Outputs& out) {
  int n = 0;
  for (const Output& one : out) n += std::holds_alternative<T>(one) ? 1 : 0;
  return n;
}

/// Kicks and armings of the first steps of a core that finds `survived`.
int kicks(const Durable& survived) {
  Node node{with_watchdog(), survived, {1, 2}};
  Outputs out;
  int n = 0;
  for (int i = 0; i < 4; ++i) {
    out.clear();
    node.step(Instant{seconds{100 + i}}, i == 0 ? Input{WatchdogState{true, true}} : Input{Tick{}}, out);
    n += count<KickWatchdog>(out) + count<ArmWatchdog>(out);
  }
  return n;
}

TEST(Restart, WithoutARightKicksNothingWhileItsServicesMayRun) {
  Durable survived;
  survived.boot.running[0] = Epoch{2};
  survived.boot.right_end = Instant{seconds{90}};
  EXPECT_EQ(kicks(survived), 0) << "each kick would let an owner write that may have lost its right";
}

TEST(Restart, KicksWhileItsRightLastsOrNothingRan) {
  Durable survived;
  EXPECT_GT(kicks(survived), 0);
  survived.boot.running[0] = Epoch{2};
  survived.boot.right_end = Instant{seconds{200}};
  EXPECT_GT(kicks(survived), 0);
}

TEST(Restart, AWatchdogThatCannotBeArmedIsNotCalledArmed) {
  Node node{with_watchdog(), {}, {1, 2}};
  Outputs out;
  node.step(Instant{seconds{100}}, WatchdogState{true, true}, out);
  ASSERT_EQ(count<ArmWatchdog>(out), 1);
  EXPECT_EQ(node.state().survived.boot.watchdog_armed, 1U);
  out.clear();
  node.step(Instant{seconds{100}}, WatchdogState{false, false}, out);
  EXPECT_EQ(node.state().watchdog_armed, 0) << "the peer reads this in its lease, as a proof";
  EXPECT_EQ(node.state().survived.boot.watchdog_armed, 0U);
  EXPECT_EQ(count<PersistBoot>(out), 1);
  out.clear();
  node.step(Instant{seconds{110}}, Tick{}, out);
  EXPECT_EQ(count<ArmWatchdog>(out) + count<KickWatchdog>(out), 0);
}

}  // namespace
}  // namespace ha
