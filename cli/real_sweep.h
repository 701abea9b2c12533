// Runs in namespaces, some side by side: stories mostly wait, and each has a machine of its own.
#pragma once

#include <functional>

#include "cli/real_run.h"
#include "cli/run_request.h"

namespace hasim {

/// Told in one thread, the one that called.
struct RealListener {
  /// In the order of the plan. False: enough was seen.
  std::function<bool(const RealRun&)> on_run;
  /// A line for people, while it goes on.
  std::function<void(const std::string& line)> on_note;
  /// About ten times a second: how many runs are over.
  std::function<void(std::uint64_t over)> on_progress;
};

/// Makes the runs of the plan, at most `request.workers` at a time. A run that does not hold while the machine itself
/// stood still for longer than the world is exact is made again, twice at most. A run that hasim itself failed in is
/// told as such and ends nothing else. Ctrl-C ends all that are under way.
SweepEnd sweep_for_real(const RunRequest& request, bool with_events, const RealListener& listener);

}  // namespace hasim
