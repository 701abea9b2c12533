// What the lists of the kernel say, read from texts.
#include "daemon/agents/mount_table.h"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include <sstream>

#include "daemon/agents/volume.h"

namespace hacored::agents {
namespace {

constexpr const char* kTable =
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
    "30 22 0:45 / /cm/shared rw,relatime shared:7 master:2 - nfs nas:/export/shared rw,vers=3,hard\n"
    "31 22 8:17 / /home\\040of\\040all ro,relatime - xfs /dev/sdb1 rw,attr2\n"
    "32 30 8:33 /sub /cm/shared rw - ext4 /dev/sdc1 ro\n"
    "broken line\n";

TEST(MountTable, ReadsDeviceDirectoryTypeAndSource) {
  std::istringstream text{kTable};
  const std::vector<Mounted> table = parse_mount_table(text);
  ASSERT_EQ(table.size(), 4U);
  EXPECT_EQ(table[1].device, makedev(0, 45));
  EXPECT_EQ(table[1].type, "nfs");
  EXPECT_EQ(table[1].source, "nas:/export/shared");
  EXPECT_EQ(table[2].directory, "/home of all");
  EXPECT_FALSE(table[1].read_only);
  EXPECT_TRUE(table[2].read_only) << "by the mount";
  EXPECT_TRUE(table[3].read_only) << "by the file system";
}

TEST(MountTable, OfTwoAtOneDirectoryTheLastIsSeen) {
  std::istringstream text{kTable};
  const std::vector<Mounted> table = parse_mount_table(text);
  ASSERT_NE(seen_at(table, "/cm/shared"), nullptr);
  EXPECT_EQ(seen_at(table, "/cm/shared")->source, "/dev/sdc1");
  EXPECT_EQ(seen_at(table, "/cm"), nullptr);
}

TEST(MountTable, FindsTheFsidOfAnNfsVolume) {
  const std::string volumes =
      "NV SERVER   PORT DEV          FSID                              FSC\n"
      "v3 0a010009  801 0:45         9f02:0                            no\n"
      "v4 0a010009  801 0:46         77a1:0                            no\n";
  std::istringstream first{volumes}, second{volumes};
  EXPECT_EQ(nfs_fsid(first, "0:45"), "9f02:0");
  EXPECT_EQ(nfs_fsid(second, "0:4"), std::nullopt);
}

}  // namespace
}  // namespace hacored::agents
