// What many runs had in common: how many held, groups of failures, measured times.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "explore/sweep.h"

namespace hasim {

/// Broken runs that look alike: the same property of the same scenario, after the same last two causes.
struct Group {
  std::uint32_t scenario = 0;
  int invariant = 0;  ///< 1..9; 0: a line of the scenario, or it did not start
  int line = 0;
  bool did_not_start = false;
  std::string message;              ///< of the first run
  std::vector<std::string> causes;  ///< "head2 voters-silent", oldest first
  std::uint64_t runs = 0;
  RunKey first, shortest;  ///< shortest: the fewest events
  std::uint64_t shortest_events = 0;
  std::vector<RunKey> also;  ///< some others, in order
  static constexpr std::size_t kAlsoMax = 5;
};

/// What one `measure` line gave in the runs that hold.
struct Timing {
  std::uint32_t scenario = 0;
  std::string name;
  bool is_count = false;
  std::vector<std::int64_t> values;  ///< ns or counts, in the order of the runs
  RunKey slowest;                    ///< the run with the largest value
  std::int64_t largest = 0;
};

/// How one scenario came out.
struct ScenarioCount {
  std::uint64_t runs = 0;
  std::uint64_t broken = 0;
  std::vector<std::uint64_t> sometimes;  ///< for each `over … sometimes` line: runs that saw it
  std::array<bool, 10> in_danger{};      ///< by invariant: a relaxed one was broken in some run
};

/// More groups of broken runs than anybody reads mean that something is wrong at large: time to stop.
inline constexpr std::size_t kGroupsMax = 100;

/// Adds up outcomes, which come in the order of the plan.
class Tally {
 public:
  explicit Tally(std::size_t scenarios) : scenarios_(scenarios) {}

  void add(const Outcome&);

  std::uint64_t runs() const { return runs_; }
  std::uint64_t broken() const { return broken_; }
  std::uint64_t hold() const { return runs_ - broken_; }
  /// The gravest first (I1 I5 I3 I2 I4 I7 I6 I8 I9, then lines from the top), then the largest.
  std::vector<Group> groups() const;
  std::size_t group_count() const { return groups_.size(); }
  const std::vector<Timing>& timings() const { return timings_; }
  const std::vector<ScenarioCount>& scenarios() const { return scenarios_; }
  /// Over the hashes of all runs, in order.
  std::uint64_t hash() const { return hash_; }

 private:
  void add_broken(const Outcome&);
  void add_measures(const Outcome&);

  std::uint64_t runs_ = 0;
  std::uint64_t broken_ = 0;
  std::uint64_t hash_ = 0;
  std::vector<Group> groups_;  ///< in the order of their first runs
  std::map<std::string, std::size_t> group_of_;
  std::vector<Timing> timings_;
  std::vector<ScenarioCount> scenarios_;
};

/// The value below or at which `share` (0..1) of the values lie (nearest rank). The values must not be empty.
std::int64_t percentile(std::vector<std::int64_t> values, double share);

}  // namespace hasim
