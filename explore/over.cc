// Judging what only many runs can show.
#include "explore/over.h"

#include <algorithm>
#include <numeric>

namespace hasim {
namespace {

const Timing* timing_of(const Tally& tally, std::uint32_t scenario, const std::string& name) {
  for (const Timing& timing : tally.timings()) {
    if (timing.scenario == scenario && timing.name == name) return &timing;
  }
  return nullptr;
}

void judge_sometimes(OverVerdict& verdict, const ScenarioCount& count, std::size_t index) {
  verdict.sometimes = true;
  verdict.seen = index < count.sometimes.size() ? count.sometimes[index] : 0;
  verdict.holds = verdict.seen > 0;
}

void judge_expectation(OverVerdict& verdict, const OverSeeds& over, const Timing* timing) {
  verdict.has_value = timing != nullptr && !timing->values.empty();
  verdict.holds = verdict.has_value;
  if (!verdict.has_value) return;
  verdict.value = statistic(over.stat, timing->values);
  verdict.is_count = timing->is_count;
  verdict.holds = over.at_most ? verdict.value <= over.bound : verdict.value >= over.bound;
}

}  // namespace

std::int64_t statistic(Stat stat, const std::vector<std::int64_t>& values) {
  switch (stat) {
    case Stat::min: return *std::min_element(values.begin(), values.end());
    case Stat::median: return percentile(values, 0.5);
    case Stat::mean: {
      const auto size = static_cast<double>(values.size());
      return static_cast<std::int64_t>(std::accumulate(values.begin(), values.end(), 0.0) / size);
    }
    case Stat::p90: return percentile(values, 0.90);
    case Stat::p95: return percentile(values, 0.95);
    case Stat::p99: return percentile(values, 0.99);
    case Stat::p999: return percentile(values, 0.999);
    case Stat::max: return *std::max_element(values.begin(), values.end());
  }
  return 0;
}

std::vector<OverVerdict> judge_over(const std::vector<Loaded>& loaded, const Tally& tally) {
  std::vector<OverVerdict> verdicts;
  for (std::uint32_t i = 0; i < loaded.size(); ++i) {
    const ScenarioCount& count = tally.scenarios()[i];
    if (count.runs == 0) continue;
    std::size_t sometimes = 0;
    for (const Line& line : loaded[i].scenario.cases.front().lines) {
      if (!line.over) continue;
      OverVerdict verdict;
      verdict.scenario = i;
      verdict.line = line.number;
      verdict.text = line.over->text;
      verdict.runs = count.runs;
      verdict.wanted = static_cast<std::uint64_t>(line.over->runs);
      if (line.over->sometimes) {
        judge_sometimes(verdict, count, sometimes++);
      } else {
        judge_expectation(verdict, *line.over, timing_of(tally, i, line.over->measure));
      }
      verdict.judged = verdict.runs >= verdict.wanted;
      verdicts.push_back(std::move(verdict));
    }
  }
  return verdicts;
}

}  // namespace hasim
