// What the runs of a hasim that died have left on this machine. As far as the kernel keeps its word there is nothing:
// whoever is in a sandbox dies with it.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

namespace hasim::netns {

/// What was left of the runs of one dead hasim.
struct Stray {
  std::string run;                 ///< the mark of its sandboxes (`run_mark`)
  std::size_t processes = 0;       ///< that were killed
  std::size_t loops = 0;           ///< loop devices that were detached
  std::vector<std::string> stays;  ///< what could not be removed
};

struct Cleaned {
  std::vector<Stray> strays;
  std::size_t living = 0;  ///< hasims whose runs go on; nothing of theirs was touched
};

/// Removes the strays. A run is dead if the process that began it is, which is known by its PID and the instant at
/// which it started.
Cleaned clean();

}  // namespace hasim::netns
