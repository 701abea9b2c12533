// Files that outlive a power loss: their content, and their names.
#pragma once

#include <string>
#include <string_view>

namespace hacored {

/// The whole content, on the disk. Blocks for as long as the disk takes. False: it is not; `errno` says why.
bool write_durably(int fd, std::string_view content);

/// A name is as durable as the folder in which it stands. Blocks likewise. False: it is not; `errno` says why.
bool make_name_durable(const std::string& path);

}  // namespace hacored
