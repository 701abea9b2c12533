// The queue brings everything in total order.
#include <gtest/gtest.h>

#include <algorithm>

#include "lang/draw.h"
#include "sim/due.h"

namespace hasim::sim {
namespace {

TEST(DueQueue, BringsWhatIsDueInTheOrderOfTime) {
  DueQueue queue;
  Draws draws(1, 1);
  std::vector<std::int64_t> times;
  for (int i = 0; i < 1000; ++i) {
    times.push_back(draws.uniform(0, 500));
    queue.push({.t = Time{times.back()}});
  }
  std::sort(times.begin(), times.end());
  for (const std::int64_t t : times) EXPECT_EQ(queue.pop().t, Time{t});
  EXPECT_TRUE(queue.empty());
}

TEST(DueQueue, KeepsTheOrderOfSchedulingWithinOneInstant) {
  DueQueue queue;
  for (std::uint64_t i = 0; i < 100; ++i) queue.push({.t = Time{i % 3 == 0 ? 7 : 5}, .a = i});
  std::uint64_t before = 0;
  Time at{};
  while (!queue.empty()) {
    const Due due = queue.pop();
    if (due.t == at) { EXPECT_GT(due.a, before); }
    at = due.t;
    before = due.a;
  }
}

TEST(DueQueue, ForgetsEverythingWhenCleared) {
  DueQueue queue;
  queue.push({.t = Time{1}});
  queue.clear();
  EXPECT_TRUE(queue.empty());
  queue.push({.t = Time{2}});
  EXPECT_EQ(queue.pop().t, Time{2});
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace hasim::sim
