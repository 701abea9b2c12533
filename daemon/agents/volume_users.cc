// What /proc says of every process, without asking the file system.
#include "daemon/agents/volume_users.h"

#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "daemon/file_descriptor.h"

namespace hacored::agents {
namespace {

namespace fs = std::filesystem;

pid_t parent_of(pid_t process) {
  std::ifstream status{fmt::format("/proc/{}/status", process)};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("PPid:")) return std::stoi(line.substr(5));
  return 0;
}

/// This program and those that started it, up to init.
std::set<pid_t> spared() {
  std::set<pid_t> all{1};
  for (pid_t process = ::getpid(); process > 0 && all.insert(process).second;) process = parent_of(process);
  return all;
}

/// The mounts of the volume as one process sees them: its ids of them, and the directories.
struct Seen {
  std::set<int> ids;
  std::vector<std::string> directories;
  bool below(const std::string& path) const {
    return std::any_of(directories.begin(), directories.end(), [&path](const std::string& directory) {
      return path == directory || path.starts_with(directory + "/");
    });
  }
};

Seen seen_by(const std::string& process, const std::set<dev_t>& devices) {
  Seen seen;
  for (const Mounted& mounted : mount_table(process)) {
    if (!devices.contains(mounted.device)) continue;
    seen.ids.insert(mounted.id);
    seen.directories.push_back(mounted.directory);
  }
  return seen;
}

/// fdinfo names the mount of an open file; the file itself is not asked.
bool has_open_file(const fs::path& process, const Seen& seen) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{process / "fdinfo", error}) {
    std::ifstream info{entry.path()};
    for (std::string word; info >> word;) {
      int id = 0;
      if (word == "mnt_id:" && info >> id && seen.ids.contains(id)) return true;
    }
  }
  return false;
}

bool has_mapping(const fs::path& process, const std::set<dev_t>& devices) {
  std::ifstream maps{process / "maps"};
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words{line};
    std::string range, rights, offset;
    unsigned major = 0, minor = 0;
    char colon = 0;
    words >> range >> rights >> offset >> std::hex >> major >> colon >> minor;
    if (words && devices.contains(makedev(major, minor))) return true;
  }
  return false;
}

bool lives_below(const fs::path& process, const Seen& seen) {
  for (const char* link : {"cwd", "root", "exe"}) {
    std::error_code error;
    const fs::path target = fs::read_symlink(process / link, error);
    if (!error && seen.below(target)) return true;
  }
  return false;
}

}  // namespace

std::vector<pid_t> users_of(const std::vector<Mounted>& mounts) {
  std::set<dev_t> devices;
  for (const Mounted& mounted : mounts) devices.insert(mounted.device);
  const std::set<pid_t> leave = spared();
  std::vector<pid_t> users;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{"/proc", error}) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const pid_t process = std::stoi(name);
    if (leave.contains(process)) continue;
    const Seen seen = seen_by(name, devices);
    if (seen.ids.empty()) continue;
    if (lives_below(entry.path(), seen) || has_open_file(entry.path(), seen) || has_mapping(entry.path(), devices))
      users.push_back(process);
  }
  return users;
}

std::string names_of(const std::vector<pid_t>& processes) {
  std::string names;
  for (const pid_t process : processes) {
    std::ifstream file{fmt::format("/proc/{}/comm", process)};
    std::string name;
    std::getline(file, name);
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", name, process);
  }
  return names;
}

void end_processes(const std::vector<pid_t>& processes, int signal, const Deadline& deadline) {
  std::vector<FileDescriptor> running;
  for (const pid_t process : processes) {
    FileDescriptor descriptor{static_cast<int>(::syscall(SYS_pidfd_open, process, 0))};
    if (descriptor && ::syscall(SYS_pidfd_send_signal, descriptor.get(), signal, nullptr, 0) == 0)
      running.push_back(std::move(descriptor));
  }
  for (const FileDescriptor& process : running) {
    pollfd ends{process.get(), POLLIN, 0};
    ::poll(&ends, 1, deadline.poll_timeout());
  }
}

}  // namespace hacored::agents
