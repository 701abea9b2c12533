// The exit codes of hasim.
#pragma once

#include <algorithm>
#include <array>

namespace hasim {

enum class Exit : int {
  holds = 0,
  broken = 1,
  usage = 2,        ///< wrong arguments, or a file does not check: nothing ran
  failed = 4,       ///< hasim's own failure
  cut_short = 5,    ///< by --for, nothing broken so far
  cannot_run = 77,  ///< nothing could run here; CTest and automake call it a skip
  interrupted = 130
};

/// The one that counts of two: 130, 4, 1, 2, 5, 77, 0.
constexpr Exit gravest(Exit a, Exit b) {
  constexpr std::array<Exit, 7> kOrder{Exit::interrupted, Exit::failed,     Exit::broken, Exit::usage,
                                       Exit::cut_short,   Exit::cannot_run, Exit::holds};
  return *std::min(std::find(kOrder.begin(), kOrder.end(), a), std::find(kOrder.begin(), kOrder.end(), b));
}

}  // namespace hasim
