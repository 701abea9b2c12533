// What NFSv3 says, as Linux says it.
#pragma once

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "netns/nfsfuse/rpc.h"

namespace hasim::nfsfuse {

/// The errno of a status; what no errno stands for is EIO.
int errno_of(nfsstat3 status);

struct stat stat_of(const fattr3& attributes);
struct statvfs space_of(const FSSTAT3resok& space);

/// What chmod(2), chown(2), truncate(2) and utimensat(2) want: `set` are FUSE_SET_ATTR_….
sattr3 wanted(const struct stat& to, int set);

/// As somebody makes it.
sattr3 of_new_file(mode_t mode, uid_t owner, gid_t group);

}  // namespace hasim::nfsfuse
