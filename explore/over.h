// `over seeds` lines: claims about all runs of a command together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "explore/plan.h"
#include "explore/tally.h"

namespace hasim {

/// How one `over` line of a scenario came out.
struct OverVerdict {
  std::uint32_t scenario = 0;
  int line = 0;
  std::string text;  ///< as written
  bool holds = true;
  bool judged = true;  ///< false: fewer runs were made than it asks for
  bool sometimes = false;
  std::uint64_t runs = 0;    ///< that were looked at
  std::uint64_t wanted = 0;  ///< that it asks for; 0: as many as the command runs
  std::uint64_t seen = 0;    ///< of `sometimes`: runs that saw it
  std::int64_t value = 0;    ///< of an expectation: ns or a count
  bool has_value = false;    ///< false: no run came to a value
  bool is_count = false;
};

/// Judges the `over` lines of every scenario that ran. Only runs that hold are measured.
std::vector<OverVerdict> judge_over(const std::vector<Loaded>&, const Tally&);

/// The statistic of some values, which must not be empty.
std::int64_t statistic(Stat, const std::vector<std::int64_t>& values);

}  // namespace hasim
