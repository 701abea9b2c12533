// Identity before and after the mount, and who holds the volume after it.
#include "daemon/agents/volume.h"

#include <blkid.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <strings.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include "daemon/agents/mounting.h"
#include "daemon/file_descriptor.h"

namespace hacored::agents {
namespace {

[[noreturn]] void fail(ha::Reason reason, std::string text) {
  throw Failure{AgentExit::failed, reason, std::move(text)};
}

/// The number of the block device, 0 if it is none.
dev_t block_device(const std::string& path) {
  struct stat what {};
  return ::stat(path.c_str(), &what) == 0 && S_ISBLK(what.st_mode) ? what.st_rdev : 0;
}

std::string without_end_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::string device_name(dev_t device) { return fmt::format("{}:{}", major(device), minor(device)); }

/// The UUID of the file system on a block device; empty if there is none that anybody knows.
std::string uuid_of(const std::string& device) {
  const std::unique_ptr<std::remove_pointer_t<blkid_probe>, void (*)(blkid_probe)> probe{
      blkid_new_probe_from_filename(device.c_str()), blkid_free_probe};
  const char* uuid = nullptr;
  if (!probe || blkid_do_safeprobe(probe.get()) != 0 ||
      blkid_probe_lookup_value(probe.get(), "UUID", &uuid, nullptr) != 0)
    return {};
  return uuid;
}

/// The mount tables of all namespaces that somebody lives in; one process of each is asked.
bool mounted_in_any_namespace(dev_t device) {
  std::set<std::string> asked;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc", error}) {
    const std::string process = entry.path().filename();
    if (process.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::filesystem::path space = std::filesystem::read_symlink(entry.path() / "ns/mnt", error);
    if (error || !asked.insert(space).second) continue;
    const std::vector<Mounted> table = mount_table(process);
    if (std::any_of(table.begin(), table.end(), [device](const Mounted& one) { return one.device == device; }))
      return true;
  }
  return false;
}

}  // namespace

ha::Reason storage_reason(int error, ha::Reason otherwise) {
  switch (error) {
    case EROFS: return ha::Reason::storage_readonly;
    case ENOSPC:
    case EDQUOT: return ha::Reason::storage_full;
    case EIO:
    case ENXIO:
    case ENODATA:
    case ENOMEDIUM:
    case ESTALE:
    case ETIMEDOUT:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ECONNREFUSED:
    case ENOTCONN:
    case ESHUTDOWN: return ha::Reason::storage_lost;
    default: return otherwise;
  }
}

std::optional<std::string> nfs_fsid(std::istream& volumes, const std::string& device) {
  for (std::string line; std::getline(volumes, line);) {
    std::istringstream words{line};
    std::string version, server, port, superblock, fsid;
    if (words >> version >> server >> port >> superblock >> fsid && superblock == device) return fsid;
  }
  return std::nullopt;
}

Volume::Volume(const Parameters& parameters)
    : device_(without_end_slash(parameters.required("device"))),
      directory_(without_end_slash(parameters.required("directory"))),
      type_(parameters.text("fstype")),
      options_(parameters.text("options")),
      identity_(parameters.text("identity")) {
  if (directory_.front() != '/' || directory_ == "/")
    throw Failure{AgentExit::wrong_configuration, ha::Reason::none, "directory: an absolute path, not the root"};
}

bool Volume::read_only() const { return ("," + options_ + ",").find(",ro,") != std::string::npos; }

bool Volume::device_is_gone() const { return device_.front() == '/' && ::access(device_.c_str(), F_OK) != 0; }

std::vector<Mounted> Volume::mounts() const {
  const dev_t number = block_device(device_);
  const bool gone = device_is_gone();
  std::vector<Mounted> all = mount_table();
  std::erase_if(all, [&](const Mounted& one) {
    const bool ours = (number != 0 && one.device == number) || without_end_slash(one.source) == device_ ||
                      (gone && one.directory == directory_);
    return !ours;
  });
  return all;
}

std::optional<Mounted> Volume::mounted() const {
  const std::vector<Mounted> table = mount_table();
  const Mounted* const seen = seen_at(table, directory_);
  if (seen == nullptr) return std::nullopt;
  check(*seen);
  return *seen;
}

void Volume::check(const Mounted& mounted) const {
  if (device_is_gone()) fail(ha::Reason::storage_lost, fmt::format("there is no {} any more", device_));
  const std::vector<Mounted> own = mounts();
  if (std::none_of(own.begin(), own.end(), [&mounted](const Mounted& one) { return one.id == mounted.id; }))
    fail(ha::Reason::wrong_mount, fmt::format("{} is mounted at {}, not {}", mounted.source, directory_, device_));
  if (block_device(device_) != 0 && mounted.root != "/" && mounted.type != "btrfs")
    fail(ha::Reason::wrong_mount, fmt::format("only {} of {} is mounted at {}", mounted.root, device_, directory_));
  if (identity_.empty()) return;
  std::string found = mounted.source;
  if (block_device(device_) != 0) {
    found = uuid_of(device_);
  } else if (identity_.starts_with("fsid:")) {
    std::ifstream volumes{"/proc/fs/nfsfs/volumes"};
    found = "fsid:" + nfs_fsid(volumes, device_name(mounted.device)).value_or("none");
  }
  if (::strcasecmp(found.c_str(), identity_.c_str()) != 0)
    fail(ha::Reason::wrong_mount, fmt::format("{} is {}, not {}", directory_, found, identity_));
}

/// A wrong disk is not even mounted: mounting writes.
void Volume::check_before_mounting() const {
  if (device_.front() != '/') return;
  struct stat what {};
  if (::stat(device_.c_str(), &what) != 0)
    fail(ha::Reason::storage_lost, fmt::format("{}: {}", device_, std::strerror(errno)));
  if (!S_ISBLK(what.st_mode) || identity_.empty()) return;
  const std::string uuid = uuid_of(device_);
  if (uuid.empty()) fail(ha::Reason::storage_lost, fmt::format("{}: no file system can be read", device_));
  if (::strcasecmp(uuid.c_str(), identity_.c_str()) != 0)
    fail(ha::Reason::wrong_mount, fmt::format("{} holds {}, not {}", device_, uuid, identity_));
}

void Volume::mount(bool read_only) const {
  check_before_mounting();
  if (::mkdir(directory_.c_str(), 0755) != 0 && errno != EEXIST)
    fail(ha::Reason::mount_failed, fmt::format("{}: {}", directory_, std::strerror(errno)));
  const int error = mount_file_system(device_, directory_, type_, options_, read_only);
  if (error > 0)
    fail(error == EACCES ? ha::Reason::storage_readonly : storage_reason(error, ha::Reason::mount_failed),
         fmt::format("mounting {} at {}: {}", device_, directory_, std::strerror(error)));
  if (error < 0) fail(ha::Reason::mount_failed, fmt::format("mounting {} at {} failed", device_, directory_));
  try {
    if (!mounted()) fail(ha::Reason::mount_failed, fmt::format("{} was mounted and is not there", device_));
  } catch (const Failure&) {
    ::umount2(directory_.c_str(), UMOUNT_NOFOLLOW);
    throw;
  }
}

bool Volume::is_block_device() const { return block_device(device_) != 0; }

Volume::Held Volume::held(const std::optional<Mounted>& was) const {
  if (const dev_t number = block_device(device_); number != 0) {
    if (mounted_in_any_namespace(number)) return Held::yes;
    // A file system has its device for itself as long as its superblock lives, mounted or not.
    const FileDescriptor alone{::open(device_.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC | O_NONBLOCK)};
    return !alone && errno == EBUSY ? Held::yes : Held::no;
  }
  if (!was) return Held::no;
  if (mounted_in_any_namespace(was->device)) return Held::yes;
  std::ifstream volumes{"/proc/fs/nfsfs/volumes"};
  return was->type.starts_with("nfs") && nfs_fsid(volumes, device_name(was->device)) ? Held::yes : Held::no;
}

}  // namespace hacored::agents
