// File systems by their magic numbers, block devices by their names, overlays by what lies under them.
#include "daemon/durability.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>

#include <fmt/format.h>

namespace hacored {
namespace {

constexpr int kOverlaysMax = 8;  ///< upon each other

/// /dev/ram0, /dev/zram0: a disk by its face only.
bool on_ram_disk(int fd) {
  struct stat about {};
  if (fstat(fd, &about) != 0) return false;
  const std::string link = fmt::format("/sys/dev/block/{}:{}", major(about.st_dev), minor(about.st_dev));
  std::array<char, 512> target{};
  const ssize_t size = readlink(link.c_str(), target.data(), target.size());
  if (size <= 0) return false;
  const std::string_view device{target.data(), static_cast<std::size_t>(size)};
  const std::string_view name = device.substr(device.rfind('/') + 1);
  return name.starts_with("ram") || name.starts_with("zram");
}

/// The line of the mount on which an open file lies.
std::string mount_of(int fd) {
  std::ifstream about{fmt::format("/proc/self/fdinfo/{}", fd)};
  std::string word;
  std::string id;
  while (about >> word) {
    if (word == "mnt_id:") about >> id;
  }
  std::ifstream mounts{"/proc/self/mountinfo"};
  std::string line;
  while (!id.empty() && std::getline(mounts, line)) {
    if (line.starts_with(id + " ")) return line;
  }
  return "";
}

/// The kernel writes blanks, commas of a path and the like as \ooo.
std::string plain(std::string_view escaped) {
  std::string text;
  while (!escaped.empty()) {
    unsigned char code = 0;
    const bool octal = escaped.size() > 3 && escaped.front() == '\\' &&
                       std::from_chars(escaped.data() + 1, escaped.data() + 4, code, 8).ec == std::errc{};
    text += octal ? static_cast<char>(code) : escaped.front();
    escaped.remove_prefix(octal ? 4 : 1);
  }
  return text;
}

Durability durability_of(int fd, int overlays) {
  struct statfs on {};
  if (fstatfs(fd, &on) != 0) return Durability::unknown;
  if (on.f_type == TMPFS_MAGIC || on.f_type == RAMFS_MAGIC || on_ram_disk(fd)) return Durability::in_memory;
  if (on.f_type != OVERLAYFS_SUPER_MAGIC) return Durability::durable;
  const std::string upper = upper_folder(mount_of(fd));
  if (upper.empty() || overlays == kOverlaysMax) return Durability::unknown;
  const int below = open(upper.c_str(), O_PATH | O_CLOEXEC);
  if (below < 0) return Durability::unknown;
  const Durability found = durability_of(below, overlays + 1);
  close(below);
  return found;
}

}  // namespace

std::string upper_folder(std::string_view mountinfo_line) {
  constexpr std::string_view kUpper = "upperdir=";
  const std::size_t options = mountinfo_line.rfind(' ');
  if (options == std::string_view::npos) return "";
  const std::size_t at = mountinfo_line.find(kUpper, options);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = mountinfo_line.substr(at + kUpper.size());
  return plain(rest.substr(0, rest.find(',')));
}

Durability durability_of(int fd) { return durability_of(fd, 0); }

Durability durability_of(std::string path) {
  for (;;) {
    const int fd = open(path.c_str(), O_PATH | O_CLOEXEC);
    if (fd >= 0) {
      const Durability found = durability_of(fd);
      close(fd);
      return found;
    }
    const std::size_t slash = path.find_last_of('/');
    if (errno != ENOENT || slash == std::string::npos || path == "/") return Durability::unknown;
    path.resize(slash == 0 ? 1 : slash);
  }
}

}  // namespace hacored
