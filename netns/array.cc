// ext4 over loop devices. The witness reads with a mount of its own, of a copy: nothing of what it sees comes from the
// memory of a head.
#include "netns/array.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "netns/disk.h"
#include "netns/failure.h"
#include "netns/process.h"

namespace hasim::netns {
namespace {

constexpr off_t kImageSize = 16 << 20;  ///< sparse: what is written lies in memory
constexpr Duration kStepEvery = std::chrono::milliseconds{20};

/// The kernel takes the source of a file system for a path from here; heads know it by that name, as one of an array.
class WorkingFolder {
 public:
  explicit WorkingFolder(const std::string& folder) : before_(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    fail_if(!before_ || ::chdir(folder.c_str()) != 0, folder);
  }
  ~WorkingFolder() { (void)!::fchdir(before_.get()); }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;

 private:
  Descriptor before_;
};

std::string all_of(int file) {
  std::string text;
  std::array<char, 4096> some;
  for (ssize_t got = 0; (got = ::read(file, some.data(), some.size())) > 0;)
    text.append(some.data(), static_cast<std::size_t>(got));
  return text;
}

}  // namespace

std::string Array::not_here() { return Disk::cannot_fail(); }

Array::Array(const Plan& plan, ThingId volume, Stream& stream)
    : spec_(plan.spec()),
      volume_(volume),
      stream_(stream),
      folder_(plan.folder_of(volume)),
      source_(plan.export_of(volume)) {
  const std::string image = folder_ + "/image";
  const Descriptor file{::open(image.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  fail_if(!file || ::ftruncate(file.get(), kImageSize) != 0, image);
  run_to_its_end({kMakesFileSystem, "-q", "-m", "0", "-F", image}, folder_ + "/log");
  std::filesystem::create_directories(folder_ + "/" + source_.substr(0, source_.find('/')));
}

Descriptor Array::mount_image(const std::string& image, std::string& device) {
  const Descriptor loop = attach_loop(image, device);
  struct stat what {};
  const std::string node = folder_ + "/" + source_;
  ::unlink(node.c_str());
  fail_if(::stat(device.c_str(), &what) != 0 || ::mknod(node.c_str(), S_IFBLK | 0600, what.st_rdev) != 0, node);
  const WorkingFolder here{folder_};
  const Descriptor file_system{::fsopen("ext4", FSOPEN_CLOEXEC)};
  if (!file_system || ::fsconfig(file_system.get(), FSCONFIG_SET_STRING, "source", source_.c_str(), 0) != 0 ||
      ::fsconfig(file_system.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return {};
  return Descriptor{::fsmount(file_system.get(), FSMOUNT_CLOEXEC, 0)};
}

Descriptor Array::mount() {
  Descriptor mounted = mount_image(folder_ + "/image", loops_.emplace_back());
  if (!mounted) loops_.pop_back();
  return mounted;
}

void Array::told(Time at, const std::string& record) {
  std::uint64_t sequence = 0;
  const std::size_t last = record.rfind(' ');
  (void)std::from_chars(record.data() + last + 1, record.data() + record.size(), sequence);
  Told& told = told_[record.substr(0, last)];
  if (sequence <= told.newest) return;
  told.newest = sequence;
  Event event;
  event.kind = EventKind::wrote;
  event.who = volume_;
  std::istringstream words{record};
  std::string head;
  words >> event.value >> head;
  event.with = spec_.find(head);
  stream_.saw(at, event);
}

/// A device that was freed may be another's by now.
bool Array::in_use() {
  struct stat image {};
  if (::stat((folder_ + "/image").c_str(), &image) != 0) return false;
  std::erase_if(loops_, [&image](const std::string& device) {
    const Descriptor loop{::open(device.c_str(), O_RDONLY | O_CLOEXEC)};
    loop_info64 info{};
    return !loop || ::ioctl(loop.get(), LOOP_GET_STATUS64, &info) != 0 || info.lo_device != image.st_dev ||
           info.lo_inode != image.st_ino;
  });
  return !loops_.empty();
}

void Array::look(Time at) {
  if (loops_.empty() || at < next_) return;
  next_ = at + kStepEvery;
  if (!in_use()) prove(at);
}

void Array::prove(Time at) {
  std::map<std::string, std::set<std::uint64_t>> stands;
  std::istringstream records{records_of_copy()};
  for (std::string epoch, head; records >> epoch >> head;)
    if (std::uint64_t sequence = 0; records >> sequence) stands[fmt::format("{} {}", epoch, head)].insert(sequence);
  for (auto& [of, told] : told_) {
    const std::set<std::uint64_t>& there = stands[of];
    const auto found = static_cast<std::uint64_t>(std::distance(there.begin(), there.upper_bound(told.newest)));
    if (told.newest - found <= told.missing) continue;
    Event event;
    event.kind = EventKind::writes_lost;
    event.who = volume_;
    event.value = told.newest - found - told.missing;
    stream_.saw(at, event);
    told.missing = told.newest - found;
  }
}

/// A file system that is destroyed has none.
std::string Array::records_of_copy() {
  const std::string copy = folder_ + "/copy";
  run_to_its_end({"/bin/cp", folder_ + "/image", copy}, folder_ + "/log");
  std::string device;
  const Descriptor root = mount_image(copy, device);
  const Descriptor file{root ? ::openat(root.get(), "writes", O_RDONLY | O_CLOEXEC) : -1};
  return file ? all_of(file.get()) : "";
}

}  // namespace hasim::netns
