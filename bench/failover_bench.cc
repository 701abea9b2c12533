// How many sixty-second failovers one core simulates in a second, trace hash and judge on, a new seed each time.
#include <benchmark/benchmark.h>

#include "bench/failover.h"
#include "lang/run.h"
#include "sim/simulator.h"

namespace {

void BM_SixtySecondFailover(benchmark::State& state) {
  const hasim::Scenario scenario = hasim::bench::sixty_second_failover();
  const std::unique_ptr<hasim::World> world = hasim::make_simulator();
  hasim::Runner runner{*world};
  std::uint64_t seed = 0;
  std::uint64_t events = 0;
  for (auto _ : state) {
    const hasim::RunResult& result = runner.run(scenario.cases.front(), ++seed, {});
    if (!result.holds) return state.SkipWithError("the scenario does not hold");
    events += result.events;
    benchmark::DoNotOptimize(result.hash);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["events"] = benchmark::Counter(static_cast<double>(events), benchmark::Counter::kAvgIterations);
  state.counters["simulated_seconds"] =
      benchmark::Counter(60.0 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_SixtySecondFailover)->Unit(benchmark::kMicrosecond);

}  // namespace
