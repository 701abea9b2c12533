// Loop devices, and what ext4 offers to those who test it.
#include "netns/disk.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdint>

#include <fmt/format.h>

#include "netns/descriptor.h"
#include "netns/failure.h"
#include "netns/process.h"
#include "netns/sandbox.h"

namespace hasim::netns {
namespace {

constexpr off_t kDiskSize = 8 << 20;  ///< sparse: what is written lies in memory
constexpr const char* kLoopControl = "/dev/loop-control";
constexpr unsigned long kShutDown = _IOR('X', 125, std::uint32_t);  // EXT4_IOC_SHUTDOWN, which has no header
constexpr std::uint32_t kAtOnce = 2;

}  // namespace

Descriptor attach_loop(const std::string& image, std::string& device) {
  const Descriptor file{::open(image.c_str(), O_RDWR | O_CLOEXEC)};
  const Descriptor control{::open(kLoopControl, O_RDWR | O_CLOEXEC)};
  fail_if(!file || !control, image);
  for (;;) {
    device = fmt::format("/dev/loop{}", ::ioctl(control.get(), LOOP_CTL_GET_FREE));
    Descriptor loop{::open(device.c_str(), O_RDWR | O_CLOEXEC)};
    fail_if(!loop, device);
    loop_config wanted{};
    wanted.fd = static_cast<unsigned>(file.get());
    wanted.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    run_mark().copy(reinterpret_cast<char*>(wanted.info.lo_file_name), LO_NAME_SIZE - 1);
    if (::ioctl(loop.get(), LOOP_CONFIGURE, &wanted) == 0) return loop;
    fail_if(errno != EBUSY, device);  // another run took it first
  }
}

void shut_down_file_system(const std::string& folder) {
  const Descriptor root{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  fail_if(!root || ::ioctl(root.get(), kShutDown, &kAtOnce) != 0, folder);
}

std::string Disk::cannot_fail() {
  if (::access(kLoopControl, R_OK | W_OK) != 0) return "this machine has no loop devices for disks that fail";
  if (::access(kMakesFileSystem, X_OK) != 0) return "mkfs.ext4 is missing: apt-get install e2fsprogs";
  return "";
}

Disk::Disk(std::string folder) : folder_(std::move(folder)), image_(folder_ + ".image") {
  fail_if(::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST, folder_);
  if (!cannot_fail().empty()) {
    fail_if(::mount("disk", folder_.c_str(), "tmpfs", 0, fmt::format("size={},mode=0700", kDiskSize).c_str()) != 0,
            folder_);
    return;
  }
  const Descriptor file{::open(image_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  fail_if(!file || ::ftruncate(file.get(), kDiskSize) != 0, image_);
  run_to_its_end({kMakesFileSystem, "-q", "-m", "0", "-O", "^has_journal", "-F", image_}, folder_ + ".log");
  mount_it();
}

Disk::~Disk() { ::umount2(folder_.c_str(), MNT_DETACH); }

void Disk::mount_it() {
  std::string device;
  const Descriptor loop = attach_loop(image_, device);
  fail_if(::mount(device.c_str(), folder_.c_str(), "ext4", 0, nullptr) != 0, device);
  fail_if(::chmod(folder_.c_str(), 0700) != 0, folder_);
}

void Disk::full(bool on) const {
  const std::string filler = folder_ + "/filler";
  if (!on) {
    ::unlink(filler.c_str());
    return;
  }
  const Descriptor file{::open(filler.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  fail_if(!file, filler);
  for (off_t step = kDiskSize, size = 0; step >= 1024;) {
    if (::fallocate(file.get(), 0, size, step) == 0)
      size += step;
    else
      step /= 2;
  }
}

void Disk::turn_readonly() {
  failed_ = true;
  fail_if(::mount(nullptr, folder_.c_str(), nullptr, MS_REMOUNT, "abort") != 0, folder_);
}

void Disk::die() {
  failed_ = true;
  shut_down_file_system(folder_);
}

void Disk::renew() {
  if (!std::exchange(failed_, false)) return;
  ::umount2(folder_.c_str(), MNT_DETACH);
  mount_it();
}

}  // namespace hasim::netns
