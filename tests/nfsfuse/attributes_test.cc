// Numbers of NFSv3 and of Linux.
#include "netns/nfsfuse/attributes.h"

#include <sys/sysmacros.h>

#include <cerrno>

#include <gtest/gtest.h>

#include "netns/nfsfuse/fuse.h"

namespace hasim::nfsfuse {
namespace {

TEST(Attributes, AStatusWhoseNumberIsNoErrnoIsTranslated) {
  EXPECT_EQ(errno_of(NFS3_OK), 0);
  EXPECT_EQ(errno_of(NFS3ERR_STALE), ESTALE);  // 70, which is ECOMM here
  EXPECT_EQ(errno_of(NFS3ERR_BADHANDLE), ESTALE);
  EXPECT_EQ(errno_of(NFS3ERR_DQUOT), EDQUOT);
  EXPECT_EQ(errno_of(NFS3ERR_NOTEMPTY), ENOTEMPTY);
  EXPECT_EQ(errno_of(NFS3ERR_NAMETOOLONG), ENAMETOOLONG);
  EXPECT_EQ(errno_of(NFS3ERR_NOTSUPP), EOPNOTSUPP);
  EXPECT_EQ(errno_of(NFS3ERR_SERVERFAULT), EIO);
  EXPECT_EQ(errno_of(static_cast<nfsstat3>(4711)), EIO);
}

TEST(Attributes, AFileIsAsItsServerSays) {
  fattr3 said{};
  said.type = NF3BLK;
  said.mode = 0640;
  said.nlink = 3;
  said.uid = 12;
  said.gid = 13;
  said.size = 5'000'000'000;
  said.used = 513;
  said.rdev = {8, 17};
  said.fileid = 42;
  said.mtime = {100, 7};
  const struct stat found = stat_of(said);
  EXPECT_EQ(found.st_mode, S_IFBLK | 0640U);
  EXPECT_EQ(found.st_nlink, 3U);
  EXPECT_EQ(found.st_uid, 12U);
  EXPECT_EQ(found.st_gid, 13U);
  EXPECT_EQ(found.st_size, 5'000'000'000);
  EXPECT_EQ(found.st_blocks, 2);
  EXPECT_EQ(found.st_rdev, makedev(8, 17));
  EXPECT_EQ(found.st_ino, 42U);
  EXPECT_EQ(found.st_mtim.tv_sec, 100);
  EXPECT_EQ(found.st_mtim.tv_nsec, 7);
}

TEST(Attributes, OnlyWhatIsToBeSetIsSet) {
  struct stat to {};
  to.st_mode = S_IFREG | 0600;
  to.st_size = 9;
  const sattr3 size = wanted(to, FUSE_SET_ATTR_SIZE | FUSE_SET_ATTR_MTIME_NOW);
  EXPECT_EQ(size.size.set_it, 1U);
  EXPECT_EQ(size.size.set_size3_u.size, 9U);
  EXPECT_EQ(size.mtime.set_it, SET_TO_SERVER_TIME);
  EXPECT_EQ(size.mode.set_it, 0U);
  EXPECT_EQ(size.atime.set_it, DONT_CHANGE);
  EXPECT_EQ(wanted(to, FUSE_SET_ATTR_MODE).mode.set_mode3_u.mode, 0600U);
}

}  // namespace
}  // namespace hasim::nfsfuse
