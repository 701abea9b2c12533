// Which runs a command makes, and in which order: scenarios, their cases, seeds, steps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explore/load.h"
#include "explore/run_name.h"

namespace hasim {

/// One run of a command.
struct RunKey {
  std::uint32_t scenario = 0;  ///< index into the loaded scenarios
  std::uint32_t case_index = 0;
  std::uint64_t seed = 1;
  int step = 0;  ///< of `each step of`
  bool operator==(const RunKey&) const = default;
};

/// A case of a scenario with the seeds it runs with.
struct PlannedCase {
  std::uint32_t scenario = 0;
  std::uint32_t case_index = 0;
  std::uint64_t first_seed = 1;
  std::uint64_t last_seed = 1;
  int step = 0;            ///< only this step; 0: all of them
  bool each_step = false;  ///< the script has an `each step of` line: a clean run lists the steps, then one run each
  std::uint64_t seeds() const { return last_seed - first_seed + 1; }
};

struct Plan {
  std::vector<PlannedCase> cases;
  /// Cases times seeds; the runs are more where steps are expanded.
  std::uint64_t size() const;
};

/// What the user selected of the loaded scenarios.
struct Selection {
  std::uint64_t first_seed = 1, last_seed = 1;
  bool tops_up = true;  ///< more seeds where an `over N seeds` line asks for them; not for a run that was named
  CasePattern cases;
  std::vector<std::string> tags;  ///< any of them; empty: all
  std::vector<std::string> rows;  ///< any of these catalogue rows; empty: all
};

bool selected(const Scenario&, const Selection&);

/// Adds the runs of one scenario to a plan. Returns false if no case matches.
bool add_to_plan(Plan&, const std::vector<Loaded>&, std::uint32_t scenario, const Selection&);

/// The runs that the `over N seeds` lines of a scenario ask for; 0 without such a line.
std::uint64_t runs_wanted(const Scenario&);

bool has_each_step(const Script&);

std::string run_name(const std::vector<Loaded>&, const RunKey&);

}  // namespace hasim
