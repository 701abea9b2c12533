// Two worlds beside one another: what the same story did in many runs of the simulator and in some for real, and where
// they disagree.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "lang/ast.h"
#include "lang/trace.h"
#include "report/describe.h"

namespace hasim {

/// One run of either world.
struct ComparedRun {
  std::string broken;         ///< "I1" or "line 13"; empty: it holds
  std::vector<Event> events;  ///< recorded with everything
};

/// Something that happens in a story: the same thing, for the same reason, for the nth time in its run.
struct ComparedRow {
  Told told;
  int line = 0;                         ///< of the scenario, of what it did; 0: none
  std::size_t simulated = 0, real = 0;  ///< in so many runs
  Time simulated_at{}, real_at{};       ///< medians
  Duration later{0};                    ///< for real, as told from the newest fault or action; medians
  bool only_simulated = false, only_real = false;
  /// The real median lies where the simulated runs have it, give or take what is allowed; or it comes as long after the
  /// row before it as in the simulator.
  bool in_time = true;
  bool agrees() const { return in_time && !only_simulated && !only_real; }
};

struct Comparison {
  std::size_t simulated = 0, real = 0;                ///< runs
  std::size_t simulated_broken = 0, real_broken = 0;  ///< of these
  std::string simulated_by, real_by;                  ///< by what the first of them broke
  std::vector<ComparedRow> rows;                      ///< in the order of their instants
  std::vector<std::string> order;                     ///< decisions in an order that the simulator never has
  bool same_verdict() const { return simulated_by == real_by; }
  std::size_t agreeing() const;
  /// Share of the rows that agree, 0 to 1.
  double fidelity() const;
  bool same() const { return same_verdict() && order.empty() && agreeing() == rows.size(); }
};

/// Compares what is worth a row of a timeline, from instant 0 on. A real instant may be `tolerance` and a twentieth of
/// the time since the newest fault or action outside of all that the simulated runs have.
Comparison compare(const std::vector<ComparedRun>& simulated, const std::vector<ComparedRun>& real,
                   const Script& script, Duration tolerance);

}  // namespace hasim
