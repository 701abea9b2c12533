// /proc, pidfds and loop devices. Processes hold all the rest of a run: its networks and mounts go with the last of
// them.
#include "netns/strays.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "netns/clock.h"
#include "netns/descriptor.h"
#include "netns/files.h"
#include "netns/sandbox.h"

namespace hasim::netns {
namespace {

namespace fs = std::filesystem;

constexpr Duration kEndsWithin = std::chrono::seconds{5};  ///< of a killed process

std::vector<pid_t> all_processes() {
  std::vector<pid_t> all;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error); !error && at != fs::directory_iterator{}; at.increment(error)) {
    const std::string name = at->path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr == name.data() + name.size())
      all.push_back(pid);
  }
  return all;
}

/// The run in whose sandbox that process is; empty: in none.
std::string run_of(pid_t pid) {
  std::istringstream table{read_file(fmt::format("/proc/{}/mounts", pid))};
  for (std::string line; std::getline(table, line);)
    if (line.starts_with(kRunMark)) return line.substr(0, line.find(' '));
  return "";
}

/// One process of a stray run, by a descriptor that never becomes another's.
struct Left {
  pid_t pid;
  Descriptor is;
  bool ended() const {
    pollfd end{is.get(), POLLIN, 0};
    return ::poll(&end, 1, 0) > 0;
  }
};

/// Kills them, but none that is another process by now. All are found before the first is killed: one may take others
/// along.
void end_all(const std::vector<pid_t>& pids, Stray& stray) {
  std::vector<Left> left;
  for (const pid_t pid : pids) {
    Left one{pid, Descriptor{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))}};
    if (one.is && run_of(pid) == stray.run) left.push_back(std::move(one));
  }
  for (const Left& one : left) ::syscall(SYS_pidfd_send_signal, one.is.get(), SIGKILL, nullptr, 0);
  stray.processes = left.size();
  const Time limit = boottime() + kEndsWithin;
  while (std::erase_if(left, [](const Left& one) { return one.ended(); }), !left.empty() && boottime() < limit) {
    pollfd first{left.front().is.get(), POLLIN, 0};
    (void)::poll(&first, 1, 100);
  }
  for (const Left& one : left) stray.stays.push_back(fmt::format("process {} was killed and does not end", one.pid));
}

/// The loop devices that a run attached, by its mark.
std::multimap<std::string, std::string> loops_by_run() {
  std::multimap<std::string, std::string> loops;
  std::error_code error;
  for (fs::directory_iterator at("/sys/block", error); !error && at != fs::directory_iterator{}; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with("loop")) continue;
    const Descriptor device{::open(("/dev/" + name).c_str(), O_RDONLY | O_CLOEXEC)};
    loop_info64 info{};
    if (!device || ::ioctl(device.get(), LOOP_GET_STATUS64, &info) != 0) continue;  // free
    const std::string run{reinterpret_cast<const char*>(info.lo_file_name)};
    if (run.starts_with(kRunMark)) loops.emplace(run, "/dev/" + name);
  }
  return loops;
}

/// What is mounted is left alone: a process that we do not see may have it, whose run goes on. A mount of those that we
/// killed goes a moment after them.
void detach(const std::string& loop, Stray& stray) {
  for (const Time limit = boottime() + kEndsWithin;;) {
    const Descriptor device{::open(loop.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC)};
    if (device && ::ioctl(device.get(), LOOP_CLR_FD, 0) == 0) ++stray.loops;
    if (device || errno != EBUSY || stray.processes == 0) return;
    if (boottime() > limit) return stray.stays.push_back(loop + " is mounted");
    (void)::poll(nullptr, 0, 10);
  }
}

}  // namespace

Cleaned clean() {
  std::map<std::string, std::vector<pid_t>> runs;
  for (const pid_t pid : all_processes())
    if (const std::string run = run_of(pid); !run.empty()) runs[run].push_back(pid);
  const auto loops = loops_by_run();
  for (const auto& [run, loop] : loops) runs[run];
  // Only now: whose run was seen before is alive or has died since.
  std::set<std::string> alive;
  for (const pid_t pid : all_processes()) alive.insert(mark_of(pid));
  Cleaned cleaned;
  for (const auto& [run, pids] : runs) {
    if (alive.contains(run)) {
      ++cleaned.living;
      continue;
    }
    Stray stray{run, 0, 0, {}};
    end_all(pids, stray);
    const auto [first, last] = loops.equal_range(run);
    for (auto loop = first; loop != last; ++loop) detach(loop->second, stray);
    if (stray.processes + stray.loops + stray.stays.size() > 0) cleaned.strays.push_back(std::move(stray));
  }
  return cleaned;
}

}  // namespace hasim::netns
