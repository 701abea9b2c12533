// Files that hacored believes only if nobody else could have written, or read, them.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

namespace hacored {

inline constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;
inline constexpr mode_t kOthersUse = S_IRWXG | S_IRWXO;

/// It is a regular file of root or of this user, and others have none of these rights.
inline bool withheld(int fd, mode_t rights) {
  struct stat about {};
  return fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && (about.st_mode & rights) == 0 &&
         (about.st_uid == 0 || about.st_uid == geteuid());
}

}  // namespace hacored
