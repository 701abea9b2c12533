// What survives hacored within one boot of the kernel.
#include "daemon/boot_file.h"

#include <gtest/gtest.h>

#include "daemon/refused.h"
#include "tests/daemon/folder.h"

namespace hacored {
namespace {

ha::BootRecord record(std::int64_t right_end) {
  ha::BootRecord r;
  r.right_end = ha::Instant{ha::Duration{right_end}};
  r.base = ha::Term{3};
  r.running[1] = ha::Epoch{12};
  return r;
}

TEST(BootFile, SurvivesTheProcessAndCountsItsStarts) {
  const Folder folder;
  ha::Incarnation first;
  {
    BootFile file{folder / "boot"};
    first = file.incarnation();
    EXPECT_EQ(file.record(), ha::BootRecord{});
    for (int i = 1; i < 6; ++i) file.write(record(i));
  }
  const BootFile again{folder / "boot"};
  EXPECT_EQ(again.record(), record(5));
  EXPECT_EQ(again.incarnation().boot, first.boot);
  EXPECT_EQ(again.incarnation().start, first.start + 1);
}

TEST(BootFile, ACopyThatWasBeingWrittenDoesNotCount) {
  const Folder folder;
  {
    BootFile file{folder / "boot"};
    file.write(record(1));
    file.write(record(2));
  }
  std::string text = text_of(folder / "boot");
  const std::size_t half = text.size() / 2;
  bool found = false;
  for (const std::size_t start : {std::size_t{0}, half}) {  // damages the newer one: then the older one is found
    std::string torn = text;
    torn[start + 40] = static_cast<char>(torn[start + 40] ^ 1);
    std::ofstream{folder / "boot", std::ios::binary} << torn;
    found = found || BootFile(folder / "boot").record() == record(1);
  }
  EXPECT_TRUE(found);
}

TEST(BootFile, OfANewerVersionIsRefused) {
  const Folder folder;
  { BootFile{folder / "boot"}; }
  std::string text = text_of(folder / "boot");
  for (const std::size_t start : {std::size_t{0}, text.size() / 2}) {
    std::string newer = text;
    newer[start] = 2;  // the version, little end first
    std::ofstream{folder / "boot", std::ios::binary} << newer;
    EXPECT_THROW(BootFile{folder / "boot"}, NeedsPerson) << start;
  }
  EXPECT_EQ(text_of(folder / "boot").size(), text.size()) << "and left as it is";
}

TEST(BootFile, ThatOthersMayWriteIsRefused) {
  const Folder folder;
  EXPECT_THROW(BootFile{folder.file("boot", "", 0620)}, NeedsPerson);
  EXPECT_THROW(BootFile{folder.file("boot", "", 0602)}, NeedsPerson);
  EXPECT_NO_THROW(BootFile{folder.file("boot", "", 0600)});
}

TEST(BootFile, MustLieOnATmpfs) { EXPECT_THROW(BootFile("/proc/self/boot"), Refused); }

}  // namespace
}  // namespace hacored
