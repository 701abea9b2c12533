// How fast a black box is stepped through again: an hour of an owner that beats every 100 ms over three paths.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <vector>

#include "core/journal.h"
#include "tests/core/cell.h"

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBytes = std::size_t{256} << 20;

std::vector<std::byte> an_hour() {
  ha::Config config = ha::test::Cell::default_config();
  config.paths = 3;
  config.keep_alive = 100ms;
  ha::test::Cell cell{config};
  cell.start();
  const std::size_t head = cell.role(0) == ha::Role::owner ? 0 : 1;

  std::vector<std::byte> memory(kBytes);
  ha::Node node = *cell.heads[head].node;
  ha::Journal journal{memory, node};
  ha::Outputs out;
  cell.listen = [&](std::size_t h, const ha::Input& input) {
    if (h != head) return;
    out.clear();
    node.step(cell.now, input, out);
    journal.write(node, cell.now, input, out);
  };
  cell.run_until(cell.now.time_since_epoch() + 1h);
  return memory;
}

void BM_ReplayADay(benchmark::State& state) {
  const std::vector<std::byte> memory = an_hour();
  std::uint64_t steps = 0;
  for (auto _ : state) {
    const ha::Replay replay = ha::replay(memory);
    if (!replay.error.empty() || replay.differences != 0) return state.SkipWithError("the journal does not replay");
    if (replay.to - replay.from < 59min) return state.SkipWithError("the memory does not hold an hour");
    for (int hour = 1; hour < 24; ++hour) benchmark::DoNotOptimize(ha::replay(memory));
    steps += 24 * replay.steps;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(steps));
}
BENCHMARK(BM_ReplayADay)->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
