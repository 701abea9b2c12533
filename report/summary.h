// What many runs came to: the summary of a sweep and of a folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lang/trace.h"
#include "report/style.h"

namespace hasim {

/// Runs that broke alike.
struct GroupRow {
  std::uint64_t runs = 0;
  std::string scenario;             ///< its file
  std::string property;             ///< "I1", "line 13"
  std::string claim;                ///< what it says: "at most one head may write shared state"
  std::vector<std::string> causes;  ///< the last two before it
  std::string first, shortest;      ///< run names
  std::uint64_t shortest_events = 0;
  std::vector<std::string> also;  ///< run names
};

/// One `measure` over all runs that hold.
struct TimingRow {
  std::string scenario;
  std::string name;
  std::string what;  ///< "from here to head2 loses head1"
  bool is_count = false;
  std::int64_t p50 = 0, p99 = 0, max = 0;  ///< ns or counts
  std::string slowest;                     ///< name of the run with the largest value
  std::optional<std::int64_t> bound;       ///< of an `over seeds expect` line that limits it from above
};

/// One `over seeds` line.
struct OverRow {
  std::string scenario;
  int line = 0;
  std::string text;  ///< "p99 of detection <= 11s"
  bool holds = true;
  bool judged = true;  ///< false: fewer runs than it asks for
  std::string seen;    ///< "10.990 s over 1,000 runs"
};

/// One class (folder) of scenarios.
struct ClassRow {
  std::string name;
  std::uint64_t hold = 0, broken = 0;  ///< scenarios
  std::uint64_t runs = 0;
};

/// Scenarios that were not run, for one reason.
struct SkippedRow {
  std::string reason;
  std::size_t scenarios = 0;
};

struct SweepView {
  std::uint64_t runs = 0, broken = 0;  ///< runs
  std::uint64_t planned = 0;           ///< runs that were asked for; 0: all were made
  std::size_t scenarios = 0, scenarios_broken = 0;
  std::uint64_t unit_seeds = 0;  ///< seeds, if the runs differ by nothing else; 0: they do
  int workers = 1;
  Duration took{};
  std::string world, core_digest;
  std::uint64_t hash = 0;  ///< over the hashes of all runs, in order
  std::string cut_short;   ///< why not all runs were made; empty: all were
  std::vector<GroupRow> groups;
  std::vector<TimingRow> timings;
  std::vector<OverRow> overs;
  std::vector<ClassRow> classes;
  std::vector<SkippedRow> skipped;   ///< the most frequent reason first
  std::vector<std::string> remarks;  ///< relaxed invariants, one sentence each
  bool holds() const;                ///< no run broke and every `over` line holds
};

/// The rows of the `over` lines, as every report shows them; empty if there are none.
std::string over_rows(const SweepView&, bool with_file, const Style&);

/// One scenario, many runs.
std::string sweep_summary(const SweepView&, const Style&);

/// Many scenarios. `checked` files were checked in `check_took`.
std::string folder_summary(const SweepView&, std::size_t checked, Duration check_took, const Style&);

}  // namespace hasim
