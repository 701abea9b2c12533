// The crash kernel of a head: writes a dump for a time, and says so to the other head meanwhile.
#pragma once

#include <string>
#include <vector>

namespace hasim::cell {

/// dump MS FILE ADDRESS…: writes for so long, then gives what it wrote the name FILE. Every second it says so at these
/// addresses, as fence_kdump_send(8) does. Returns an exit code.
int write_dump(const std::vector<std::string>& words);

}  // namespace hasim::cell
