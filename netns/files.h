// Small files, written and read whole.
#pragma once

#include <string>

namespace hasim::netns {

/// Throws `Failure`. `mode` as of chmod(2); 0: as it is.
void write_file(const std::string& path, const std::string& text, unsigned mode = 0644);
/// Empty if it cannot be read.
std::string read_file(const std::string& path);

}  // namespace hasim::netns
