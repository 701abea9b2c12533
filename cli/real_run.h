// What came of one run in namespaces, as it goes from the process of the run to the one that tells of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explore/sweep.h"

namespace hasim {

struct RealRun {
  Outcome outcome;
  std::string explained;      ///< the report of a broken run: it cannot be run again to be explained
  std::vector<Event> events;  ///< if they were asked for
  std::string failure;        ///< of hasim itself; then the rest says nothing
};

/// For the same program only: numbers as they lie in memory.
std::string bytes_of(const RealRun&);
/// Nothing if the bytes end too early.
std::optional<RealRun> real_run_of(std::string_view bytes);

}  // namespace hasim
