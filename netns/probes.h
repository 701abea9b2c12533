// What this machine has of what a run in namespaces needs: each thing is tried once, for a device file proves nothing.
#pragma once

#include <string>
#include <vector>

namespace hasim::netns {

struct Finding {
  std::string thing;
  std::string how;       ///< by what it is there, what stands for it, or why it is missing
  bool missing = false;  ///< and without it nothing runs
};

/// To be called in a sandbox of its own, which takes away what the probes made.
std::vector<Finding> probe();

}  // namespace hasim::netns
