// The system calls behind a mount, and the program mount(8) where a file system needs it.
#pragma once

#include <string>

namespace hacored::agents {

/// 0, or the error of mount(2); -1 if mount(8) was needed and failed, which says why in the log. File systems with a
/// program of their own (/sbin/mount.TYPE) and sources that are no block devices are mounted by mount(8).
int mount_file_system(const std::string& source, const std::string& directory, const std::string& type,
                      const std::string& options, bool read_only);

}  // namespace hacored::agents
