// Status, attributes and space.
#include "netns/nfsfuse/attributes.h"

#include <sys/sysmacros.h>

#include <array>
#include <cerrno>

#include "netns/nfsfuse/fuse.h"

namespace hasim::nfsfuse {
namespace {

constexpr mode_t kPermissions = 07777;
constexpr unsigned kBlock = 4096;  ///< in which space is counted
constexpr unsigned kSector = 512;  ///< of st_blocks
constexpr unsigned kLongestName = 255;

mode_t type_of(ftype3 type) {
  switch (type) {
    case NF3REG: return S_IFREG;
    case NF3DIR: return S_IFDIR;
    case NF3BLK: return S_IFBLK;
    case NF3CHR: return S_IFCHR;
    case NF3LNK: return S_IFLNK;
    case NF3SOCK: return S_IFSOCK;
    case NF3FIFO: return S_IFIFO;
  }
  return 0;
}

timespec time_of(const nfstime3& time) { return {static_cast<time_t>(time.seconds), static_cast<long>(time.nseconds)}; }

nfstime3 time_of(const timespec& time) { return {static_cast<u_int>(time.tv_sec), static_cast<u_int>(time.tv_nsec)}; }

}  // namespace

int errno_of(nfsstat3 status) {
  switch (status) {
    case NFS3_OK: return 0;
    case NFS3ERR_PERM: return EPERM;
    case NFS3ERR_NOENT: return ENOENT;
    case NFS3ERR_IO: return EIO;
    case NFS3ERR_NXIO: return ENXIO;
    case NFS3ERR_ACCES: return EACCES;
    case NFS3ERR_EXIST: return EEXIST;
    case NFS3ERR_XDEV: return EXDEV;
    case NFS3ERR_NODEV: return ENODEV;
    case NFS3ERR_NOTDIR: return ENOTDIR;
    case NFS3ERR_ISDIR: return EISDIR;
    case NFS3ERR_INVAL: return EINVAL;
    case NFS3ERR_FBIG: return EFBIG;
    case NFS3ERR_NOSPC: return ENOSPC;
    case NFS3ERR_ROFS: return EROFS;
    case NFS3ERR_MLINK: return EMLINK;
    case NFS3ERR_NAMETOOLONG: return ENAMETOOLONG;
    case NFS3ERR_NOTEMPTY: return ENOTEMPTY;
    case NFS3ERR_DQUOT: return EDQUOT;
    case NFS3ERR_STALE:
    case NFS3ERR_BADHANDLE: return ESTALE;
    case NFS3ERR_REMOTE: return EREMOTE;
    case NFS3ERR_NOTSUPP: return EOPNOTSUPP;
    case NFS3ERR_TOOSMALL:
    case NFS3ERR_BADTYPE: return EINVAL;
    case NFS3ERR_JUKEBOX: return EAGAIN;
    case NFS3ERR_NOT_SYNC:
    case NFS3ERR_BAD_COOKIE:
    case NFS3ERR_SERVERFAULT: return EIO;
  }
  return EIO;
}

struct stat stat_of(const fattr3& attributes) {
  struct stat to {};
  to.st_ino = attributes.fileid;
  to.st_mode = (attributes.mode & kPermissions) | type_of(attributes.type);
  to.st_nlink = attributes.nlink;
  to.st_uid = attributes.uid;
  to.st_gid = attributes.gid;
  to.st_rdev = makedev(attributes.rdev.specdata1, attributes.rdev.specdata2);
  to.st_size = static_cast<off_t>(attributes.size);
  to.st_blocks = static_cast<blkcnt_t>((attributes.used + kSector - 1) / kSector);
  to.st_blksize = kBlock;
  to.st_atim = time_of(attributes.atime);
  to.st_mtim = time_of(attributes.mtime);
  to.st_ctim = time_of(attributes.ctime);
  return to;
}

struct statvfs space_of(const FSSTAT3resok& space) {
  struct statvfs to {};
  to.f_bsize = to.f_frsize = kBlock;
  to.f_blocks = space.tbytes / kBlock;
  to.f_bfree = space.fbytes / kBlock;
  to.f_bavail = space.abytes / kBlock;
  to.f_files = space.tfiles;
  to.f_ffree = space.ffiles;
  to.f_favail = space.afiles;
  to.f_namemax = kLongestName;
  return to;
}

sattr3 wanted(const struct stat& to, int set) {
  sattr3 all{};
  const auto has = [set](int one) { return (set & one) != 0; };
  if (has(FUSE_SET_ATTR_MODE)) all.mode = {1, {to.st_mode & kPermissions}};
  if (has(FUSE_SET_ATTR_UID)) all.uid = {1, {to.st_uid}};
  if (has(FUSE_SET_ATTR_GID)) all.gid = {1, {to.st_gid}};
  if (has(FUSE_SET_ATTR_SIZE)) all.size = {1, {static_cast<size3>(to.st_size)}};
  if (has(FUSE_SET_ATTR_ATIME)) all.atime = {SET_TO_CLIENT_TIME, {time_of(to.st_atim)}};
  if (has(FUSE_SET_ATTR_MTIME)) all.mtime = {SET_TO_CLIENT_TIME, {time_of(to.st_mtim)}};
  if (has(FUSE_SET_ATTR_ATIME_NOW)) all.atime = {SET_TO_SERVER_TIME, {}};
  if (has(FUSE_SET_ATTR_MTIME_NOW)) all.mtime = {SET_TO_SERVER_TIME, {}};
  return all;
}

sattr3 of_new_file(mode_t mode, uid_t owner, gid_t group) {
  sattr3 all{};
  all.mode = {1, {mode & kPermissions}};
  all.uid = {1, {owner}};
  all.gid = {1, {group}};
  return all;
}

}  // namespace hasim::nfsfuse
