// Files that come into force together, or not at all.
#include "daemon/setup/landing.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include "daemon/refused.h"
#include "daemon/setup/other_head.h"
#include "tests/daemon/folder.h"
#include "tests/daemon_setup/pretended.h"

namespace hacored::setup {
namespace {

std::size_t files_in(const Folder& folder) {
  const std::filesystem::directory_iterator all{folder.path()};
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST(Landings, LeaveNothingBehindIfNothingLands) {
  const Folder folder;
  folder.file("a", "before");
  {
    Landing landing{folder.path()};
    landing.stage(folder / "a", "after", 0644, true);
    landing.stage(folder / "b", "new", 0600);
    EXPECT_EQ(landing.places().at(folder / "b"), folder / "b.new");
    EXPECT_EQ(content_of(folder / "b.new"), "new");
    EXPECT_EQ(content_of(folder / "a"), "before");
  }
  EXPECT_EQ(files_in(folder), 1U);
}

TEST(Landings, RenameOverWhatIsThereAndKeepIt) {
  const Folder folder;
  folder.file("a", "before");
  folder.file("a.old", "long ago");
  Landing landing{folder.path()};
  landing.stage(folder / "a", "once", 0644, true);
  landing.stage(folder / "a", "after", 0644, true);
  landing.stage(folder / "b", "new", 0600, true);
  landing.land();
  EXPECT_EQ(content_of(folder / "a"), "after");
  EXPECT_EQ(content_of(folder / "a.old"), "before");
  EXPECT_EQ(content_of(folder / "b"), "new");
  EXPECT_EQ(files_in(folder), 3U);
  struct stat about {};
  ASSERT_EQ(stat((folder / "a").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0644U);
}

TEST(Landings, AreRefusedWithoutAFolderAndBesideAnother) {
  const Folder folder;
  EXPECT_THROW(Landing{folder / "none"}, Refused);
  const Landing one{folder.path()};
  EXPECT_THROW(Landing{folder.path()}, Refused);
}

TEST(OtherHeads, AreGivenSecretsOnStandardInputOnly) {
  PretendedMachine machine;
  machine.programs.insert("ssh");
  OtherHead other{machine, "head2"};
  EXPECT_EQ(other.put("/etc/it's/key", "secret", 0600, true), "");
  ASSERT_EQ(machine.ran.size(), 1U);
  EXPECT_EQ(machine.ran[0].input, "secret");
  const std::string& command = machine.ran[0].arguments.back();
  EXPECT_EQ(command.find("secret"), std::string::npos);
  EXPECT_NE(command.find("'/etc/it'\\''s/key.new'"), std::string::npos) << command;
  EXPECT_NE(command.find("-eq 6"), std::string::npos) << command;
}

TEST(OtherHeads, CannotBeReachedWithoutSsh) {
  PretendedMachine machine;
  EXPECT_NE(OtherHead(machine, "head2").unreachable().find("openssh-client"), std::string::npos);
}

}  // namespace
}  // namespace hacored::setup
