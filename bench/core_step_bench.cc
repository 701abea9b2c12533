// The cost of one step of the core in steady state: beats arrive on three paths, and once a second it sends its own.
#include <benchmark/benchmark.h>

#include <chrono>
#include <vector>

#include "tests/core/cell.h"

namespace {

using namespace std::chrono_literals;

struct Told {
  ha::Instant at;
  ha::Input input;
};

// Replays what one head was told in ten minutes of a settled cell, against a copy of its core.
void BM_CoreStep(benchmark::State& state, ha::Role role) {
  ha::Config config = ha::test::Cell::default_config();
  config.paths = 3;
  ha::test::Cell cell{config};
  cell.start();
  const std::size_t head = cell.role(0) == role ? 0 : 1;
  if (cell.role(head) != role) return state.SkipWithError("no head of the settled cell has this role");

  const ha::Node settled = *cell.heads[head].node;
  std::vector<Told> told;
  cell.listen = [&](std::size_t h, const ha::Input& input) {
    if (h == head) told.push_back({cell.now, input});
  };
  cell.run_until(11min);

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
