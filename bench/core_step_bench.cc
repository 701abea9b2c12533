// The cost of one step of the core in steady state: beats arrive on three paths, and once a second it sends its own.
#include <benchmark/benchmark.h>

#include <chrono>
#include <vector>

#include "bench/cell.h"

namespace {

using namespace std::chrono_literals;

// Replays what one head was told in ten minutes of a settled cell, against a copy of its core.
void BM_CoreStep(benchmark::State& state, ha::Role role) {
  hasim::bench::Cell cell;
  std::vector<hasim::bench::Told> told;
  cell.advance(10min, 0, told);
  const std::uint8_t head = cell.node(0).status().role == role ? 0 : 1;
  if (cell.node(head).status().role != role) return state.SkipWithError("no head of the settled cell has this role");

  const ha::Node settled = cell.node(head);
  told.clear();
  cell.advance(10min, head, told);

  ha::Node node = settled;
  ha::Outputs out;
  auto next = told.begin();
  for (auto _ : state) {
    if (next == told.end()) {
      node = settled;
      next = told.begin();
    }
    out.clear();
    node.step(next->at, next->input, out);
    benchmark::DoNotOptimize(out);
    ++next;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(BM_CoreStep, owner, ha::Role::owner);
BENCHMARK_CAPTURE(BM_CoreStep, passive, ha::Role::passive);

}  // namespace
