// What is mounted where, as the kernel lists it in /proc/…/mountinfo.
#pragma once

#include <sys/types.h>

#include <iosfwd>
#include <string>
#include <vector>

namespace hacored::agents {

struct Mounted {
  int id = 0;
  dev_t device = 0;       ///< of the superblock
  std::string root;       ///< the part of the file system that is seen here; "/" is all of it
  std::string directory;  ///< where
  std::string type;
  std::string source;  ///< a device, or server:/export
  bool read_only = false;
};

/// In the order of mounting: of two at one directory the last one is seen.
std::vector<Mounted> parse_mount_table(std::istream& mountinfo);
/// Of the mount namespace of this program, or of the process that `process` names. Empty if it cannot be read.
std::vector<Mounted> mount_table(const std::string& process = "self");
/// What is seen at the directory, or null.
const Mounted* seen_at(const std::vector<Mounted>& table, const std::string& directory);

}  // namespace hacored::agents
