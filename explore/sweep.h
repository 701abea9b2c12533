// Many runs by several workers, told in the order of the plan: the result is the same for any number of workers.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "explore/plan.h"
#include "lang/run.h"

namespace hasim {

/// What is kept of one run.
struct Outcome {
  RunKey key;
  bool holds = true;
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  Time end{};
  std::vector<Broken> broken;
  std::vector<std::string> last_causes;
  std::vector<Measured> measures;
  std::vector<bool> sometimes;
  std::array<bool, 10> in_danger{};  ///< by invariant: it is relaxed, and was broken
  Reached reached;                   ///< rare places, if they were watched
  std::vector<std::uint16_t>
      deeds;  ///< lines of the stimuli that were carried out, if the source of scripts counts them
  std::string failed_to_start;
  std::string written;  ///< what the scribe wrote about it

  /// Copies what a sweep keeps; memory that the outcome has is used again.
  void keep(const RunKey&, const RunResult&);
};

/// Writes something about a run while its world still stands (its events, if they were recorded). Called in the thread
/// of a worker; must not touch anything shared.
using Scribe = std::function<std::string(const RunKey&, const Script&, const RunResult&, const World&)>;

/// Where a worker takes the script of a run from; every worker has its own.
class ScriptSource {
 public:
  virtual ~ScriptSource() = default;
  /// Valid until the next call.
  virtual const Script& script(const RunKey&) = 0;
  /// The run of the last script is over: a source may add what only it knows.
  virtual void ran(const RunResult&, Outcome&) {}
};

struct SweepOptions {
  int workers = 1;
  RunOptions run;
  std::optional<std::chrono::nanoseconds> time_limit;  ///< of the wall clock
  std::function<bool()> interrupted;                   ///< asked at least ten times a second
  Scribe scribe;
  std::function<std::unique_ptr<World>()> make_world;           ///< one for each worker
  std::function<std::unique_ptr<ScriptSource>()> make_scripts;  ///< likewise; not needed for loaded scenarios
};

enum class SweepEnd : std::uint8_t { complete, enough, out_of_time, interrupted };

/// Who wants to know. Called in one thread, the one that called `sweep`.
class SweepListener {
 public:
  virtual ~SweepListener() = default;
  /// In the order of the plan. Returns false when enough was seen; later runs are then not told.
  virtual bool on_run(const Outcome&) = 0;
  /// About ten times a second: how many cases times seeds of the plan were told.
  virtual void on_progress(std::uint64_t told) = 0;
};

/// Runs the plan. Throws what a worker threw.
SweepEnd sweep(const Plan&, const SweepOptions&, SweepListener&);
/// Runs a plan of loaded scenarios.
SweepEnd sweep(const Plan&, const std::vector<Loaded>&, SweepOptions, SweepListener&);

}  // namespace hasim
