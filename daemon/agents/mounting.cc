// mount(2) where the kernel needs no program, else mount(8).
#include "daemon/agents/mounting.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>
#include <string_view>

#include "daemon/agents/command.h"

namespace hacored::agents {
namespace {

struct Flag {
  std::string_view option;
  unsigned long set = 0;
  unsigned long clear = 0;
};
constexpr std::array kFlags{
    Flag{"ro", MS_RDONLY, 0},         Flag{"rw", 0, MS_RDONLY},
    Flag{"nosuid", MS_NOSUID, 0},     Flag{"suid", 0, MS_NOSUID},
    Flag{"nodev", MS_NODEV, 0},       Flag{"dev", 0, MS_NODEV},
    Flag{"noexec", MS_NOEXEC, 0},     Flag{"exec", 0, MS_NOEXEC},
    Flag{"sync", MS_SYNCHRONOUS, 0},  Flag{"async", 0, MS_SYNCHRONOUS},
    Flag{"dirsync", MS_DIRSYNC, 0},   Flag{"noatime", MS_NOATIME, 0},
    Flag{"atime", 0, MS_NOATIME},     Flag{"nodiratime", MS_NODIRATIME, 0},
    Flag{"relatime", MS_RELATIME, 0}, Flag{"strictatime", MS_STRICTATIME, 0},
    Flag{"lazytime", MS_LAZYTIME, 0},
};
/// Words of /etc/fstab that are none of the kernel's business.
constexpr std::array<std::string_view, 7> kNotForTheKernel{"defaults", "auto",   "noauto", "nofail",
                                                           "_netdev",  "nouser", "user"};

struct KernelOptions {
  unsigned long flags = 0;
  std::string rest;
};

KernelOptions kernel_options(const std::string& options) {
  KernelOptions result;
  std::istringstream words{options};
  for (std::string word; std::getline(words, word, ',');) {
    const auto flag =
        std::find_if(kFlags.begin(), kFlags.end(), [&](const Flag& known) { return known.option == word; });
    if (flag != kFlags.end())
      result.flags = (result.flags | flag->set) & ~flag->clear;
    else if (!word.empty() && !word.starts_with("x-") &&
             std::find(kNotForTheKernel.begin(), kNotForTheKernel.end(), word) == kNotForTheKernel.end())
      result.rest += (result.rest.empty() ? "" : ",") + word;
  }
  return result;
}

bool is_block_device(const std::string& path) {
  struct stat what {};
  return ::stat(path.c_str(), &what) == 0 && S_ISBLK(what.st_mode);
}

}  // namespace

int mount_file_system(const std::string& source, const std::string& directory, const std::string& type,
                      const std::string& options, bool read_only) {
  const std::string all = read_only ? options + (options.empty() ? "ro" : ",ro") : options;
  if (!type.empty() && is_block_device(source) && ::access(("/sbin/mount." + type).c_str(), X_OK) != 0) {
    const KernelOptions kernel = kernel_options(all);
    const int result = ::mount(source.c_str(), directory.c_str(), type.c_str(), kernel.flags, kernel.rest.c_str());
    return result == 0 ? 0 : errno;
  }
  std::vector<std::string> words{"/bin/mount"};
  if (!type.empty()) words.insert(words.end(), {"-t", type});
  if (!all.empty()) words.insert(words.end(), {"-o", all});
  words.insert(words.end(), {source, directory});
  return run_command(words) == 0 ? 0 : -1;
}

}  // namespace hacored::agents
