// What becomes of files when the power goes. Overlays and real starts: tests/daemon/permissions_test.py.
#include "daemon/durability.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include "tests/daemon/folder.h"

namespace hacored {
namespace {

TEST(Durability, OfATmpfsIsNone) {
  const Folder folder;
  EXPECT_EQ(durability_of(folder.path()), Durability::in_memory);
  const int fd = open(folder.file("x", "").c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(durability_of(fd), Durability::in_memory);
  close(fd);
}

TEST(Durability, OfWhatIsNotThereYetIsThatOfTheFolderInWhichItWillBe) {
  const Folder folder;
  EXPECT_EQ(durability_of(folder / "not/yet"), Durability::in_memory);
  EXPECT_EQ(durability_of("/not/yet"), durability_of("/"));
  EXPECT_EQ(durability_of(""), Durability::unknown);
  EXPECT_EQ(durability_of(folder.file("file", "") + "/below"), Durability::unknown);
}

TEST(Durability, OfAnOverlayIsThatOfItsUpperFolder) {
  EXPECT_EQ(upper_folder("27 1 0:31 / / rw,relatime - overlay overlayroot "
                         "rw,lowerdir=/media/root-ro,upperdir=/media/root\\040rw/overlay,workdir=/media/work"),
            "/media/root rw/overlay");
  EXPECT_EQ(upper_folder("27 1 0:31 / / ro,relatime - overlay overlay ro,lowerdir=/a:/b"), "");
  EXPECT_EQ(upper_folder("27 1 254:0 / /upperdir=/x rw - ext4 /dev/vda rw"), "");
  EXPECT_EQ(upper_folder(""), "");
}

}  // namespace
}  // namespace hacored
