// What becomes of a file when the power goes: the state of a head must outlive that, its boot record must not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hacored {

enum class Durability : std::uint8_t {
  durable,    ///< on a disk, or on a server
  in_memory,  ///< tmpfs, ramfs, a RAM disk, or an overlay that writes to one of these
  unknown,    ///< an overlay whose upper folder is not seen from here
};

/// Of an open file, which may have been opened with O_PATH.
Durability durability_of(int fd);

/// Of a file or folder that may not be there yet: then of the folder in which it will be made.
Durability durability_of(std::string path);

/// The upper folder of an overlay, from its line of /proc/self/mountinfo; empty if it has none.
std::string upper_folder(std::string_view mountinfo_line);

}  // namespace hacored
