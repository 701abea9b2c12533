// The simulator's queue: one event taken out and one put in, with a steady number pending. A cell of two heads has 5
// to 50.
#include <benchmark/benchmark.h>

#include "sim/due.h"

namespace {

using hasim::Time;

void BM_EventQueue(benchmark::State& state) {
  hasim::sim::DueQueue queue;
  // A fixed multiplicative sequence: delays from microseconds to a second, the same in every run.
  std::uint64_t draw = 1;
  const auto delay = [&] {
    draw = draw * 6364136223846793005u + 1442695040888963407u;
    return hasim::Duration{1'000 + static_cast<std::int64_t>(draw >> 34)};
  };
  for (std::int64_t i = 0; i < state.range(0); ++i) queue.push({.t = Time{} + delay()});
  for (auto _ : state) {
    hasim::sim::Due due = queue.pop();
    due.t += delay();
    queue.push(due);
    benchmark::DoNotOptimize(queue.next());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_EventQueue)->Arg(5)->Arg(10)->Arg(50)->Arg(100);

}  // namespace
