// resource-mount with real ext4 file systems on loop devices, in a mount namespace of the test's own.
#include "daemon/agents/resource_mount.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "daemon/agents/deadline.h"
#include "daemon/agents/mount_table.h"
#include "daemon/file_descriptor.h"
#include "tests/daemon_agents/agent_run.h"

namespace hacored::agents {
namespace {

using std::chrono::milliseconds;
using testing::Ran;
using testing::Running;

constexpr const char* kUuid = "11111111-2222-3333-4444-555555555555";
constexpr unsigned long kExt4Shutdown = _IOR('X', 125, std::uint32_t);  // EXT4_IOC_SHUTDOWN

/// A loop device over an image.
class Disk {
 public:
  explicit Disk(const std::string& image, int access = O_RDWR) {
    const FileDescriptor control{::open("/dev/loop-control", O_RDWR | O_CLOEXEC)};
    const FileDescriptor file{::open(image.c_str(), access | O_CLOEXEC)};
    loop_config setup{};
    setup.fd = static_cast<std::uint32_t>(file.get());
    setup.info.lo_flags = access == O_RDONLY ? LO_FLAGS_READ_ONLY : 0;
    // Between "this one is free" and its use, another test may take it.
    for (int attempt = 0; attempt < 20 && control && file && !ready_; ++attempt) {
      const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
      path_ = "/dev/loop" + std::to_string(number);
      device_ = FileDescriptor{::open(path_.c_str(), access | O_CLOEXEC)};
      ready_ = device_ && ::ioctl(device_.get(), LOOP_CONFIGURE, &setup) == 0;
    }
  }
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk() {
    if (ready_) ::ioctl(device_.get(), LOOP_CLR_FD);
  }
  bool ready() const { return ready_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  FileDescriptor device_;
  bool ready_ = false;
};

class ResourceMount : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!testing::own_namespaces(CLONE_NEWNS)) GTEST_SKIP() << "needs the right to make a mount namespace";
    // Everything of the test lies in a file system that goes with the namespace.
    ASSERT_EQ(::mount("test", "/mnt", "tmpfs", 0, "size=64m"), 0);
    disk_ = new_disk("shared", kUuid);
    if (!disk_->ready()) GTEST_SKIP() << "needs loop devices";
  }

  void TearDown() override {
    for (const Mounted* seen = nullptr; (seen = seen_at(table_ = mount_table(), kDirectory)) != nullptr;)
      ASSERT_EQ(::umount2(kDirectory, MNT_DETACH), 0);
    disk_.reset();
    ::umount2("/mnt", MNT_DETACH);
  }

  static std::unique_ptr<Disk> new_disk(const std::string& name, const std::string& uuid, int access = O_RDWR) {
    const std::string image = "/mnt/" + name;
    std::ofstream{image}.close();
    std::filesystem::resize_file(image, 4 << 20);
    EXPECT_EQ((Running{"/sbin/mkfs.ext4", {"-q", "-m", "0", "-U", uuid, image}, {}}.wait().exit), 0);
    return std::make_unique<Disk>(image, access);
  }

  std::map<std::string, std::string> parameters() const {
    return {{"HACORE_DEVICE", disk_->path()}, {"HACORE_DIRECTORY", kDirectory}, {"HACORE_FSTYPE", "ext4"},
            {"HACORE_IDENTITY", kUuid},       {"HACORE_TERMINATE_MAX", "3"},    {"HACORE_KILL_MAX", "3"}};
  }
  Ran act(const std::string& action, const std::map<std::string, std::string>& more = {}) const {
    auto all = more;
    all.merge(parameters());
    return testing::run("resource-mount", action, all);
  }
  static bool is_mounted() { return seen_at(mount_table(), kDirectory) != nullptr; }

  /// A process that is in the volume; returns when it is.
  static std::unique_ptr<Running> user(const std::string& before = "") {
    auto shell = std::make_unique<Running>(
        "/bin/sh", std::vector<std::string>{"-c", before + "cd /mnt/shared.d && touch in && exec sleep 60"},
        std::map<std::string, std::string>{});
    const Deadline deadline{milliseconds{2000}};
    while (!std::filesystem::exists("/mnt/shared.d/in") && !deadline.passed()) ::sched_yield();
    return shell;
  }

  static constexpr const char* kDirectory = "/mnt/shared.d";
  const std::map<std::string, std::string> impatient_{{"HACORE_TERMINATE_MAX", "0.2"}, {"HACORE_KILL_MAX", "0.2"}};
  std::unique_ptr<Disk> disk_;
  std::vector<Mounted> table_;
};

TEST_F(ResourceMount, MountsTheVolumeAndLetsGoOfIt) {
  EXPECT_EQ(act("status").exit, 7);
  const Ran start = act("start");
  EXPECT_EQ(start.exit, 0) << start.err;
  EXPECT_TRUE(is_mounted());
  EXPECT_EQ(act("status").exit, 0);
  EXPECT_EQ(act("start").exit, 0) << "again";
  EXPECT_EQ(act("stop").exit, 0);
  EXPECT_FALSE(is_mounted());
  EXPECT_EQ(act("status").exit, 7);
  EXPECT_EQ(act("stop").exit, 0) << "again";
}

TEST_F(ResourceMount, TellsFromAfarWhetherTheDeviceCanBeRead) {
  EXPECT_EQ(act("reach").exit, 0);
  EXPECT_FALSE(is_mounted());
  ASSERT_EQ(act("start").exit, 0);
  EXPECT_EQ(act("reach").exit, 0) << "mounted";
  ASSERT_EQ(act("stop").exit, 0);
  const Ran gone = act("reach", {{"HACORE_DEVICE", "/dev/there-is-none"}});
  EXPECT_EQ(gone.exit, 1);
  EXPECT_EQ(gone.out, "reason=storage_lost\n");
  const std::string device = disk_->path();
  disk_.reset();  // its device stays, and has nothing behind it
  EXPECT_EQ(testing::run("resource-mount", "reach", {{"HACORE_DEVICE", device}}).out, "reason=storage_lost\n");
}

TEST_F(ResourceMount, GivesTheKernelTheOptionsThatAreTheKernels) {
  EXPECT_EQ(act("start", {{"HACORE_OPTIONS", "defaults,_netdev,noatime,nosuid,errors=remount-ro"}}).exit, 0);
  std::ifstream file{"/proc/self/mountinfo"};
  std::string line;
  while (std::getline(file, line) && line.find(kDirectory) == std::string::npos) continue;
  EXPECT_NE(line.find("nosuid,noatime"), std::string::npos) << line;
  EXPECT_NE(line.find("errors=remount-ro"), std::string::npos) << line;
  EXPECT_EQ(act("stop").exit, 0);
}

TEST_F(ResourceMount, DoesNotEvenMountTheWrongDisk) {
  const Ran start = act("start", {{"HACORE_IDENTITY", "99999999-2222-3333-4444-555555555555"}});
  EXPECT_EQ(start.exit, 1);
  EXPECT_EQ(start.out, "reason=wrong_mount\n");
  EXPECT_FALSE(is_mounted());
}

TEST_F(ResourceMount, KnowsWhenSomethingElseIsMountedThere) {
  ASSERT_EQ(::mkdir(kDirectory, 0755), 0);
  ASSERT_EQ(::mount("other", kDirectory, "tmpfs", 0, ""), 0);
  for (const char* action : {"start", "status", "stop", "kill", "read-marker"}) {
    const Ran ran = act(action);
    EXPECT_EQ(ran.exit, 1) << action;
    EXPECT_EQ(ran.out, "reason=wrong_mount\n") << action;
  }
}

TEST_F(ResourceMount, SaysWhereElseTheVolumeIsMounted) {
  ASSERT_EQ(::mkdir("/mnt/elsewhere", 0755), 0);
  ASSERT_EQ(::mount(disk_->path().c_str(), "/mnt/elsewhere", "ext4", 0, ""), 0);
  EXPECT_EQ(act("status").out, "reason=still_mounted\n");
  EXPECT_EQ(act("stop").exit, 0) << "it is unmounted there too";
  EXPECT_EQ(seen_at(mount_table(), "/mnt/elsewhere"), nullptr);
}

TEST_F(ResourceMount, StopEndsWhoeverUsesTheVolume) {
  ASSERT_EQ(act("start").exit, 0);
  const std::unique_ptr<Running> sleeper = user();
  const Ran stop = act("stop");
  EXPECT_EQ(stop.exit, 0) << stop.err;
  EXPECT_NE(stop.err.find("sleep"), std::string::npos) << stop.err;
  EXPECT_FALSE(is_mounted());
}

TEST_F(ResourceMount, StopNamesWhoDoesNotEndAndKillEndsIt) {
  ASSERT_EQ(act("start").exit, 0);
  const std::unique_ptr<Running> deaf = user("trap '' TERM; ");
  const Ran stop = act("stop", impatient_);
  EXPECT_EQ(stop.exit, 1);
  EXPECT_EQ(stop.out, "reason=still_mounted\n");
  EXPECT_NE(stop.err.find(std::to_string(deaf->pid())), std::string::npos) << stop.err;
  EXPECT_TRUE(is_mounted());
  const Ran kill = act("kill");
  EXPECT_EQ(kill.exit, 0) << kill.err;
  EXPECT_FALSE(is_mounted());
}

TEST_F(ResourceMount, IsNotReleasedWhileAnotherNamespaceHoldsIt) {
  ASSERT_EQ(act("start").exit, 0);
  const Running other{"/usr/bin/unshare",
                      {"--mount", "--propagation", "private", "/bin/sh", "-c", "touch /mnt/there; exec sleep 60"},
                      {}};
  const Deadline deadline{milliseconds{2000}};
  while (!std::filesystem::exists("/mnt/there") && !deadline.passed()) ::sched_yield();
  EXPECT_EQ(act("stop", impatient_).out, "reason=still_mounted\n");
  EXPECT_FALSE(is_mounted());
  EXPECT_EQ(act("stop", impatient_).exit, 1) << "still";
}

TEST_F(ResourceMount, ALazilyDetachedVolumeIsNeverCalledReleasedWhileItLives) {
  ASSERT_EQ(act("start").exit, 0);
  {
    const FileDescriptor writer{::open("/mnt/shared.d/log", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
    ASSERT_EQ(::umount2(kDirectory, MNT_DETACH), 0);
    EXPECT_EQ(act("stop", impatient_).out, "reason=still_mounted\n");
    EXPECT_EQ(act("kill", impatient_).out, "reason=still_mounted\n");
    EXPECT_EQ(act("status").out, "reason=still_mounted\n");
    ASSERT_EQ(::write(writer.get(), "x", 1), 1) << "it is still written";
  }
  EXPECT_EQ(act("stop").exit, 0);
}

TEST_F(ResourceMount, LeavesMountedWhatItCouldNotWatchAfterwards) {
  ASSERT_EQ(::mkdir(kDirectory, 0755), 0);
  ASSERT_EQ(::mount("nas:/export", kDirectory, "tmpfs", 0, ""), 0);
  auto volume = impatient_;
  volume.insert({{"HACORE_DEVICE", "nas:/export"}, {"HACORE_IDENTITY", ""}});
  {
    const FileDescriptor writer{::open("/mnt/shared.d/log", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
    EXPECT_EQ(act("kill", volume).out, "reason=still_mounted\n");
    EXPECT_TRUE(is_mounted()) << "so that the next look is as honest as this one";
    EXPECT_EQ(act("kill", volume).out, "reason=still_mounted\n");
  }
  EXPECT_EQ(act("stop", volume).exit, 0);
}

TEST_F(ResourceMount, KeepsAMarkerOnTheVolumeWhetherItIsMountedOrNot) {
  EXPECT_EQ(act("read-marker").out, "epoch=0\n");
  EXPECT_EQ(act("write-marker", {{"HACORE_EPOCH", "25"}}).out, "epoch=25\n");
  EXPECT_FALSE(is_mounted()) << "nobody else saw the mount";
  EXPECT_EQ(act("stop").exit, 0) << "and nothing holds the volume";
  ASSERT_EQ(act("start").exit, 0);
  EXPECT_EQ(act("read-marker").out, "epoch=25\n");
  EXPECT_EQ(act("write-marker", {{"HACORE_EPOCH", "27"}}).out, "epoch=27\n");
  EXPECT_EQ(act("stop").exit, 0);
  EXPECT_EQ(act("read-marker").out, "epoch=27\n");
}

TEST_F(ResourceMount, NeverLowersTheMarker) {
  ASSERT_EQ(act("write-marker", {{"HACORE_EPOCH", "25"}}).exit, 0);
  EXPECT_EQ(act("write-marker", {{"HACORE_EPOCH", "24"}}).out, "epoch=25\n");
  EXPECT_EQ(act("read-marker").out, "epoch=25\n");
}

TEST_F(ResourceMount, TakesADamagedMarkerForNoAnswer) {
  ASSERT_EQ(act("start").exit, 0);
  std::ofstream{"/mnt/shared.d/.hacore-epoch"} << "2";  // cut off
  EXPECT_EQ(act("read-marker").exit, 1);
  EXPECT_EQ(act("write-marker", {{"HACORE_EPOCH", "25"}}).exit, 1);
}

TEST_F(ResourceMount, TellsAFullVolumeFromALostAndAReadOnlyOne) {
  ASSERT_EQ(act("start").exit, 0);
  {
    bool room = true;  // for one more small file, as the marker is one
    for (int i = 0; room; ++i) {
      const std::string name = "/mnt/shared.d/" + std::to_string(i);
      const FileDescriptor file{::open(name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
      room = file && ::write(file.get(), "x", 1) == 1;
    }
  }
  EXPECT_EQ(act("write-marker", {{"HACORE_EPOCH", "25"}}).out, "reason=storage_full\n");
  EXPECT_EQ(act("status").exit, 0) << "it serves all the same";
  ASSERT_EQ(::mount(nullptr, kDirectory, nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  EXPECT_EQ(act("status").out, "reason=storage_readonly\n");
  EXPECT_EQ(act("start").out, "reason=storage_readonly\n");
  EXPECT_EQ(act("write-marker", {{"HACORE_EPOCH", "25"}}).out, "reason=storage_readonly\n");
  EXPECT_EQ(act("status", {{"HACORE_OPTIONS", "ro"}}).exit, 0) << "as it was asked for";
}

TEST_F(ResourceMount, SaysThatTheStorageIsLostWhenItIs) {
  ASSERT_EQ(act("start").exit, 0);
  {
    const FileDescriptor root{::open(kDirectory, O_RDONLY | O_CLOEXEC)};
    std::uint32_t without_flush = 2;
    ASSERT_EQ(::ioctl(root.get(), kExt4Shutdown, &without_flush), 0);
  }
  EXPECT_EQ(act("write-marker", {{"HACORE_EPOCH", "25"}}).out, "reason=storage_lost\n");
  EXPECT_EQ(act("stop").exit, 0);
  EXPECT_EQ(act("start", {{"HACORE_DEVICE", "/dev/no-such-disk"}}).out, "reason=storage_lost\n");
}

TEST_F(ResourceMount, UnmountsADiskThatIsGone) {
  std::filesystem::create_symlink(disk_->path(), "/mnt/by-name");
  const std::map<std::string, std::string> by_name{{"HACORE_DEVICE", "/mnt/by-name"}};
  ASSERT_EQ(act("start", by_name).exit, 0);
  std::filesystem::remove("/mnt/by-name");
  EXPECT_EQ(act("status", by_name).out, "reason=storage_lost\n");
  EXPECT_EQ(act("stop", by_name).exit, 0) << "it was found by its directory";
  EXPECT_FALSE(is_mounted());
}

TEST_F(ResourceMount, RefusesAWriteProtectedDiskAsReadOnly) {
  const std::unique_ptr<Disk> protected_disk = new_disk("protected", kUuid, O_RDONLY);
  ASSERT_TRUE(protected_disk->ready());
  EXPECT_EQ(act("start", {{"HACORE_DEVICE", protected_disk->path()}}).out, "reason=storage_readonly\n");
}

TEST_F(ResourceMount, SaysThatAStorageHangsAndReleasesItByForce) {
  const FileDescriptor server{::open("/dev/fuse", O_RDWR | O_CLOEXEC)};
  if (!server) GTEST_SKIP() << "needs /dev/fuse";
  ASSERT_EQ(::mkdir(kDirectory, 0755), 0);
  const std::string options = "fd=" + std::to_string(server.get()) + ",rootmode=40000,user_id=0,group_id=0";
  ASSERT_EQ(::mount("nas:/export", kDirectory, "fuse", 0, options.c_str()), 0);  // and nobody ever answers
  const std::map<std::string, std::string> volume{
      {"HACORE_DEVICE", "nas:/export/"}, {"HACORE_IDENTITY", "nas:/export"}, {"HACORE_ANSWER_MAX", "0.1"}};
  const Ran status = act("status", volume);
  EXPECT_EQ(status.exit, 1);
  EXPECT_EQ(status.out, "reason=storage_hung\n") << status.err;
  const Ran kill = act("kill", volume);
  EXPECT_EQ(kill.exit, 0) << kill.err;
  EXPECT_FALSE(is_mounted());
}

TEST_F(ResourceMount, ToldNonsenseItSaysThatItIsToldNonsense) {
  EXPECT_EQ(act("start", {{"HACORE_DIRECTORY", "shared"}}).exit, 6);
  EXPECT_EQ(act("stop", {{"HACORE_DIRECTORY", "/"}}).exit, 6);
  EXPECT_EQ(act("write-marker").exit, 6) << "without an epoch";
}

}  // namespace
}  // namespace hacored::agents
