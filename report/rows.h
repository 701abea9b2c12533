// The rows of a timeline: what is told, when, and which lines of the scenario it belongs to.
#pragma once

#include <string>
#include <vector>

#include "report/describe.h"
#include "report/lanes.h"
#include "report/run_view.h"

namespace hasim {

/// A mark at the end of a row: a line of the scenario (or an invariant) and what became of it there.
struct Mark {
  enum class Kind : std::uint8_t { holds, breaks, fault } kind{};
  int line = 0;
  int invariant = 0;  ///< 0: a line
};

struct Row {
  Time t{};
  std::vector<std::string> lanes;  ///< the state of each head, at most kLanesMax
  bool alarm = false;              ///< two heads active
  Told told;
  std::vector<Mark> marks;
  std::string fold;  ///< rows after one another with the same word here are folded into one
  int folded = 0;    ///< rows that were
};

inline constexpr std::size_t kLanesMax = 4;

/// The rows of a run with that much detail (the number of -v), in order; what repeats is folded.
std::vector<Row> rows_of(const RunView&, int detail);

}  // namespace hasim
