// The hot path allocates nothing: once a Runner has seen a scenario, running it again asks for no memory.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "bench/failover.h"
#include "lang/run.h"
#include "sim/simulator.h"

namespace {
std::atomic<long> allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace hasim {
namespace {

long allocations_of(Runner& runner, const Script& script) {
  const long before = allocations;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) EXPECT_TRUE(runner.run(script, seed, {}).holds) << "seed " << seed;
  return allocations - before;
}

TEST(Allocations, AreCounted) {
  const long before = allocations;
  delete new int{1};
  EXPECT_GE(allocations - before, 0);
  std::vector<int> grows(1000);
  EXPECT_GT(allocations - before, 0);
}

TEST(Allocations, StopOnceARunnerHasSeenTheScenario) {
  const Scenario scenario = bench::sixty_second_failover();
  const auto world = make_simulator();
  Runner runner{*world};
  EXPECT_GT(allocations_of(runner, scenario.cases.front()), 0);
  EXPECT_EQ(allocations_of(runner, scenario.cases.front()), 0);
}

}  // namespace
}  // namespace hasim
