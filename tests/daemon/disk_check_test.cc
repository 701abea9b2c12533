// The disk under the state: real files, and a real file system that is full.
#include "daemon/disk_check.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "daemon/fitness.h"
#include "tests/daemon/folder.h"

namespace hacored {
namespace {

TEST(DiskCheck, AFolderThatTakesFilesIsFitAndKeepsOneOfThem) {
  const Folder folder;
  EXPECT_EQ(look_at_disk(folder.path()), ha::Fitness{});
  EXPECT_EQ(look_at_disk(folder.path()), ha::Fitness{});
  EXPECT_EQ(std::filesystem::file_size(folder / "check"), 4096U);
}

TEST(DiskCheck, AFolderThatIsGoneIsADeadDisk) {
  const Folder folder;
  EXPECT_EQ(look_at_disk(folder / "none"), unfit(ha::Reason::disk_dead));
}

/// In a process whose mounts are its own: 0 as expected, 1 not, 77 it may not mount.
int on_small_file_system() {
  const Folder folder;
  if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("small", folder.path().c_str(), "tmpfs", 0, "size=4m") != 0)
    return 77;
  const bool well = look_at_disk(folder.path()) == ha::Fitness{};
  { std::ofstream{folder / "flood"} << std::string(8 << 20, 'x'); }
  const bool full = look_at_disk(folder.path()) == unfit(ha::Reason::disk_full);
  std::filesystem::remove(folder / "check");
  const bool no_room_for_the_check = look_at_disk(folder.path()) == unfit(ha::Reason::disk_full);
  std::filesystem::remove(folder / "flood");
  const bool again = look_at_disk(folder.path()) == ha::Fitness{};
  mount(nullptr, folder.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr);
  const bool read_only = look_at_disk(folder.path()) == unfit(ha::Reason::disk_dead);
  umount2(folder.path().c_str(), MNT_DETACH);
  return well && full && no_room_for_the_check && again && read_only ? 0 : 1;
}

TEST(DiskCheck, KnowsAFullFileSystemFromOneThatTakesNothing) {
  const pid_t child = fork();
  if (child == 0) _exit(on_small_file_system());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "needs the right to mount";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(DiskCheck, AnswersFromTheLoopOfWhoAsks) {
  const Folder folder;
  boost::asio::io_context io;
  const auto work = boost::asio::make_work_guard(io);
  DiskCheck check{io, folder.path()};
  int answers = 0;
  for (int i = 1; i <= 2; ++i) {
    check.look([&](const ha::Fitness& found) {
      EXPECT_EQ(found, ha::Fitness{});
      ++answers;
    });
    while (answers < i) io.run_one();
  }
}

TEST(DiskCheck, EndsWhileItIsAsked) {
  const Folder folder;
  boost::asio::io_context io;
  for (int i = 0; i < 50; ++i) DiskCheck{io, folder / "none"}.look([](const ha::Fitness&) {});
}

}  // namespace
}  // namespace hacored
