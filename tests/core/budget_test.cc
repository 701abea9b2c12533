// Sums of worst cases, and the inequality in numbers.
#include "core/budget.h"

#include <gtest/gtest.h>

namespace ha {
namespace {

using namespace std::chrono_literals;

Config with_every_device() {
  Config c;
  c.fence_levels = 2;
  c.voters = 16;
  c.store = c.watchdog = c.watchdog_proves = true;
  return c;
}

Surroundings bcm_like() {
  return {5s, 200ms, {"redfish", "pdu"}, {{"addr", 0s, 0s}, {"db", 3s, 3s}, {"daemons", 4s, 2s}, {"daemons", 1s, 1s}}};
}

Duration takes(const std::vector<TimeTerm>& terms, const std::string& what) {
  for (const TimeTerm& term : terms) {
    if (term.what == what) return term.takes;
  }
  return -1s;
}

TEST(Budget, AddsUpDetectionDecisionFencingAndTakeover) {
  const Config c = with_every_device();
  const Budget budget = budget_of(c, bcm_like());
  EXPECT_EQ(budget.detect, c.dead_after);
  EXPECT_EQ(takes(budget.fence, "redfish"), c.fence_max / 2);
  EXPECT_EQ(takes(budget.fence, "pdu"), c.fence_max / 2);
  EXPECT_EQ(takes(budget.takeover, "daemons"), 5s);
  EXPECT_EQ(takes(budget.takeover, "spare"), c.start_max - 8s);
  EXPECT_EQ(takes(budget.takeover, "addr"), -1s) << "what takes no time is not shown";
  EXPECT_EQ(budget.by_power(), c.dead_after + 5s + c.fence_max + 1s + c.start_max);
  EXPECT_EQ(budget.by_watchdog(), c.dead_after + 5s + self_fence_wait(c) + 1s + c.start_max);
  EXPECT_EQ(sum(budget.handover), 2 * c.keep_alive + c.stop_max + 1s + c.start_max);
}

TEST(Budget, OfACellWithoutAStoreWaitsForASlotOfItsRankInstead) {
  Config c;
  c.fence_levels = 2;
  c.drift_max = Drift{0};
  const Budget budget = budget_of(c, {});
  EXPECT_EQ(takes(budget.decide, "rank"), 2 * c.fence_delay);
  EXPECT_EQ(takes(budget.fence, "slot"), slot_round(c) - c.fence_max / 2)
      << "of the second level: its rank comes again";
  EXPECT_EQ(takes(budget.decide, "claim"), -1s);
  EXPECT_EQ(takes(budget.decide, "poll"), -1s) << "there is nobody to ask";
  EXPECT_FALSE(budget.has_right_to_run);
}

TEST(Budget, TakesTheWatchdogAsItIsBuilt) {
  const Config c = with_every_device();
  Surroundings known = bcm_like();
  EXPECT_TRUE(budget_of(c, known).inequality.holds());
  EXPECT_EQ(budget_of(c, known).inequality.needed, self_fence_wait(c));
  known.watchdog = 4s;
  EXPECT_GT(budget_of(c, known).inequality.wait - budget_of(c, known).inequality.needed, 2s);
  known.watchdog = 5s + 1us;
  EXPECT_FALSE(budget_of(c, known).inequality.holds());
  EXPECT_NE(unsafe(c, known), std::nullopt);
}

TEST(Budget, EachMountMayWaitForItsStorage) {
  Config c;
  EXPECT_EQ(budget_of(c, {}).mounts_wait, Duration{0});
  c.mounts = 0b110;
  EXPECT_EQ(budget_of(c, {}).mounts_wait, 2 * c.mount_retry);
}

TEST(Budget, OnlySharedStorageHasAMarker) {
  Config c;
  EXPECT_EQ(takes(budget_of(c, {}).takeover, "marker"), 1s);
  c.service[0].storage = Storage::local;
  EXPECT_EQ(takes(budget_of(c, {}).takeover, "marker"), -1s);
}

}  // namespace
}  // namespace ha
