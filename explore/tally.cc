// Grouping of failures and collecting of measures.
#include "explore/tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace hasim {
namespace {

/// Order of gravity, as `gravest` has it; lines and failed starts come last.
int gravity(const Group& group) {
  constexpr std::array<int, 10> kRank{9, 0, 3, 2, 4, 1, 6, 5, 7, 8};  // by invariant
  return kRank[static_cast<std::size_t>(group.invariant)];
}

Group group_of(const Outcome& outcome) {
  Group group;
  group.scenario = outcome.key.scenario;
  group.causes = outcome.last_causes;
  group.did_not_start = !outcome.failed_to_start.empty();
  if (const Broken* worst = gravest(outcome.broken)) {
    group.invariant = worst->invariant;
    group.line = worst->line;
    group.message = worst->message;
  }
  if (group.did_not_start) group.message = outcome.failed_to_start;
  return group;
}

std::string key_of(const Group& group) {
  return fmt::format("{}/{}/{}/{}/{}", group.scenario, group.invariant, group.line, group.did_not_start,
                     fmt::join(group.causes, "/"));
}

}  // namespace

void Tally::add(const Outcome& outcome) {
  ++runs_;
  hash_ = (hash_ ^ outcome.hash) * 0x9e3779b97f4a7c15U + 1;
  ScenarioCount& count = scenarios_[outcome.key.scenario];
  ++count.runs;
  if (count.sometimes.size() < outcome.sometimes.size()) count.sometimes.resize(outcome.sometimes.size());
  for (std::size_t i = 0; i < outcome.sometimes.size(); ++i) count.sometimes[i] += outcome.sometimes[i] ? 1 : 0;
  for (std::size_t i = 0; i < count.in_danger.size(); ++i) count.in_danger[i] |= outcome.in_danger[i];
  if (outcome.holds) return add_measures(outcome);
  ++broken_;
  ++count.broken;
  add_broken(outcome);
}

void Tally::add_broken(const Outcome& outcome) {
  Group fresh = group_of(outcome);
  const auto [at, is_new] = group_of_.try_emplace(key_of(fresh), groups_.size());
  if (is_new) {
    fresh.first = fresh.shortest = outcome.key;
    fresh.shortest_events = outcome.events;
    groups_.push_back(std::move(fresh));
  }
  Group& group = groups_[at->second];
  ++group.runs;
  if (is_new) return;
  if (outcome.events < group.shortest_events) {
    group.shortest = outcome.key;
    group.shortest_events = outcome.events;
  }
  if (group.also.size() < Group::kAlsoMax) group.also.push_back(outcome.key);
}

void Tally::add_measures(const Outcome& outcome) {
  for (const Measured& measured : outcome.measures) {
    auto timing = std::find_if(timings_.begin(), timings_.end(), [&](const Timing& t) {
      return t.scenario == outcome.key.scenario && t.name == measured.name;
    });
    if (timing == timings_.end()) {
      timings_.push_back({outcome.key.scenario, measured.name, measured.is_count, {}, outcome.key, measured.value});
      timing = timings_.end() - 1;
    }
    timing->values.push_back(measured.value);
    if (measured.value > timing->largest) {
      timing->largest = measured.value;
      timing->slowest = outcome.key;
    }
  }
}

std::vector<Group> Tally::groups() const {
  std::vector<Group> sorted = groups_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Group& a, const Group& b) {
    return std::tuple(gravity(a), b.runs, a.line) < std::tuple(gravity(b), a.runs, b.line);
  });
  return sorted;
}

std::int64_t percentile(std::vector<std::int64_t> values, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const std::size_t index = rank == 0 ? 0 : rank - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
  return values[index];
}

}  // namespace hasim
