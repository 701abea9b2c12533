// Making plans out of scenarios and what the user selected.
#include "explore/plan.h"

#include <algorithm>

#include "explore/catalogue.h"

namespace hasim {
namespace {

template <class List>
bool share_one(const List& a, const List& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& x) { return std::find(b.begin(), b.end(), x) != b.end(); });
}

std::vector<std::uint32_t> matching_cases(const Scenario& scenario, const CasePattern& pattern) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < scenario.cases.size(); ++i) {
    const Script& script = scenario.cases[i];
    if (matches(pattern, script) && (pattern.step == 0 || has_each_step(script))) found.push_back(i);
  }
  return found;
}

}  // namespace

std::uint64_t Plan::size() const {
  std::uint64_t sum = 0;
  for (const PlannedCase& planned : cases) sum += planned.seeds();
  return sum;
}

bool selected(const Scenario& scenario, const Selection& selection) {
  return (selection.tags.empty() || share_one(scenario.tags, selection.tags)) &&
         (selection.rows.empty() || share_one(rows_of_source(scenario.source), selection.rows));
}

bool add_to_plan(Plan& plan, const std::vector<Loaded>& loaded, std::uint32_t scenario_index,
                 const Selection& selection) {
  const Scenario& scenario = loaded[scenario_index].scenario;
  const std::vector<std::uint32_t> cases = matching_cases(scenario, selection.cases);
  if (cases.empty()) return false;
  const std::uint64_t first = selection.first_seed;
  std::uint64_t last = selection.last_seed;
  if (selection.tops_up) {
    const std::uint64_t each = (runs_wanted(scenario) + cases.size() - 1) / cases.size();
    const std::uint64_t more = std::max<std::uint64_t>(each, 1) - 1;
    if (more <= UINT64_MAX - first) last = std::max(last, first + more);
  }
  for (std::uint32_t index : cases) {
    plan.cases.push_back(
        {scenario_index, index, first, last, selection.cases.step, has_each_step(scenario.cases[index])});
  }
  return true;
}

std::uint64_t runs_wanted(const Scenario& scenario) {
  int wanted = 0;
  for (const Script& script : scenario.cases) {
    for (const Line& line : script.lines) {
      if (line.over) wanted = std::max(wanted, line.over->runs);
    }
  }
  return static_cast<std::uint64_t>(wanted);
}

bool has_each_step(const Script& script) {
  return std::any_of(script.lines.begin(), script.lines.end(),
                     [](const Line& line) { return line.when.kind == When::Kind::each_step; });
}

std::string run_name(const std::vector<Loaded>& loaded, const RunKey& key) {
  const Loaded& file = loaded[key.scenario];
  return to_string(RunName{file.name, case_name_of(file.scenario.cases[key.case_index], key.step), key.seed});
}

}  // namespace hasim
