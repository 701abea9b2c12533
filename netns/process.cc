// clone, setns, exec. Between clone and exec only system calls are made: another thread may hold any lock.
#include "netns/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "netns/descriptor.h"
#include "netns/failure.h"

namespace hasim::netns {
namespace {

/// argv for exec.
std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> list;
  for (const std::string& word : words) list.push_back(const_cast<char*>(word.c_str()));
  list.push_back(nullptr);
  return list;
}

/// Becomes a program with nothing of ours open but its log. To be called in a child.
[[noreturn]] void become(char* const* words, int log) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(log, 2);
  ::dup2(log, 1);
  const int nothing = ::open("/dev/null", O_RDWR);
  ::dup2(nothing, 0);
  ::close_range(3, ~0U, 0);
  ::execv(words[0], words);
  ::_exit(127);
}

bool make_folder(const char* path) { return ::mkdir(path, 0755) == 0 || errno == EEXIST; }

bool bind(const char* from, const char* to) { return ::mount(from, to, nullptr, MS_BIND, nullptr) == 0; }

/// 0, or the number of the line that failed.
int set_up_head(const HeadMounts& mounts) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return __LINE__;
  if (::sethostname(mounts.name.c_str(), mounts.name.size()) != 0) return __LINE__;
  if (::mount("proc", "/proc", "proc", 0, nullptr) != 0) return __LINE__;
  // It is the whole machine's.
  if (!bind("/dev/null", "/proc/sysrq-trigger") && errno != ENOENT) return __LINE__;
  if (::mount("tmpfs", "/run", "tmpfs", 0, "mode=0755") != 0) return __LINE__;
  if (!make_folder("/run/hacore") || !make_folder("/run/state")) return __LINE__;
  if (!bind(mounts.run.c_str(), "/run/hacore") || !bind(mounts.state.c_str(), "/run/state")) return __LINE__;
  if (!bind(mounts.boot_id.c_str(), "/proc/sys/kernel/random/boot_id")) return __LINE__;
  if (!bind(mounts.stat.c_str(), "/proc/stat")) return __LINE__;
  for (const std::string& hidden : mounts.hidden)
    if (::umount2(hidden.c_str(), MNT_DETACH) != 0) return __LINE__;
  if (::mount("tmpfs", "/mnt", "tmpfs", 0, "mode=0755") != 0) return __LINE__;
  for (const std::string& point : mounts.mount_points)
    if (!make_folder(point.c_str())) return __LINE__;
  for (const Shown& shown : mounts.shown)
    if (::mount(shown.from.c_str(), shown.at.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) return __LINE__;
  return 0;
}

/// The life of a first process: it reaps.
[[noreturn]] void reap_for_ever() {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child, nullptr);
  for (int signal = 0;; ::sigwait(&child, &signal))
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {}
}

/// With all folders above it up to /mnt, topmost first.
std::vector<std::string> with_parents(const std::vector<std::string>& folders) {
  std::vector<std::string> all;
  for (const std::string& folder : folders) {
    for (std::size_t at = folder.find('/', std::string_view{"/mnt/"}.size()); at != std::string::npos;
         at = folder.find('/', at + 1))
      all.push_back(folder.substr(0, at));
    all.push_back(folder);
  }
  return all;
}

std::string pid_namespace(pid_t pid) {
  std::array<char, 64> name{};
  const std::string link = fmt::format("/proc/{}/ns/pid", pid);
  return ::readlink(link.c_str(), name.data(), name.size() - 1) > 0 ? name.data() : "";
}

}  // namespace

pid_t clone_self(int flags) {
  return static_cast<pid_t>(::syscall(SYS_clone, static_cast<unsigned long>(flags | SIGCHLD), 0UL, 0UL, 0UL, 0UL));
}

pid_t start_head(const HeadMounts& wanted) {
  HeadMounts mounts = wanted;
  mounts.mount_points = with_parents(wanted.mount_points);
  Pipe ready;
  const pid_t pid = clone_self(kNamespaces);
  fail_if(pid < 0, "namespaces of " + mounts.name);
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(ready.writes.get(), 3);
    ::close_range(4, ~0U, 0);
    const int failed = set_up_head(mounts);
    const bool told = ::write(3, &failed, sizeof failed) == sizeof failed;
    ::close(3);
    if (failed != 0 || !told) ::_exit(1);
    reap_for_ever();
  }
  ready.writes.reset();
  int failed = -1;
  if (::read(ready.reads.get(), &failed, sizeof failed) != sizeof failed || failed != 0) {
    end_process(pid);
    throw Failure(fmt::format("the mounts of {} (netns/process.cc:{})", mounts.name, failed));
  }
  return pid;
}

pid_t start_on(pid_t head, const std::vector<std::string>& words, const std::string& log) {
  const std::vector<char*> list = pointers(words);
  const Descriptor head_is{static_cast<int>(::syscall(SYS_pidfd_open, head, 0))};
  const Descriptor said{::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
  fail_if(!head_is || !said, words.front());
  Pipe told;
  const pid_t between = clone_self(0);
  fail_if(between < 0, "fork");
  if (between == 0) {
    if (::setns(head_is.get(), kNamespaces) != 0) ::_exit(1);
    const pid_t pid = clone_self(CLONE_PARENT);  // so that it is a child of the harness
    if (pid == 0) become(list.data(), said.get());
    ::_exit(::write(told.writes.get(), &pid, sizeof pid) == sizeof pid ? 0 : 1);
  }
  told.writes.reset();
  pid_t pid = -1;
  const bool read = ::read(told.reads.get(), &pid, sizeof pid) == sizeof pid;
  ::waitpid(between, nullptr, 0);
  if (!read || pid <= 0) throw Failure(words.front() + " cannot be started on a head");
  return pid;
}

pid_t start_in_network_of(pid_t holder, const std::vector<std::string>& words, const std::string& folder,
                          const std::string& log) {
  const std::vector<char*> list = pointers(words);
  const Descriptor holder_is{static_cast<int>(::syscall(SYS_pidfd_open, holder, 0))};
  const Descriptor said{::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
  fail_if(!holder_is || !said, words.front());
  const pid_t pid = clone_self(0);
  fail_if(pid < 0, "fork");
  if (pid == 0) {
    if (::setns(holder_is.get(), CLONE_NEWNET) != 0 || ::chdir(folder.c_str()) != 0) ::_exit(1);
    become(list.data(), said.get());
  }
  return pid;
}

void run_to_its_end(const std::vector<std::string>& words, const std::string& log) {
  const std::vector<char*> list = pointers(words);
  const Descriptor said{::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
  const pid_t pid = said ? clone_self(0) : -1;
  fail_if(pid < 0, words.front());
  if (pid == 0) become(list.data(), said.get());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  if (status != 0) throw Failure(fmt::format("{} fails: see {}", words.front(), log));
}

std::vector<pid_t> all_in(pid_t first) {
  const std::string space = pid_namespace(first);
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid > 0 && pid_namespace(pid) == space) found.push_back(pid);
  }
  return found;
}

void end_process(pid_t pid) {
  if (pid <= 0) return;
  ::kill(pid, SIGKILL);
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {}
}

pid_t fail_nfs_calls(int mounts, const std::vector<std::string>& points) {
  const pid_t child = clone_self(0);
  if (child != 0) return child;
  if (::setns(mounts, CLONE_NEWNS) == 0)
    for (const std::string& point : points) ::umount2(point.c_str(), MNT_FORCE);
  ::_exit(0);
}

Apart::Apart(const std::vector<std::string>& words, const std::string& folder, const std::string& log) {
  const std::vector<char*> list = pointers(words);
  const Descriptor said{::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
  Pipe gate;
  pid_ = clone_self(CLONE_NEWNET);
  fail_if(pid_ < 0 || !said, "a network namespace");
  if (pid_ == 0) {
    char go = 0;
    gate.writes.reset();
    if (::read(gate.reads.get(), &go, 1) != 1 || ::chdir(folder.c_str()) != 0) ::_exit(1);
    become(list.data(), said.get());
  }
  gate_ = ::fcntl(gate.writes.get(), F_DUPFD_CLOEXEC, 3);
}

void Apart::go() {
  const bool told = ::write(gate_, "g", 1) == 1;
  ::close(gate_);
  if (!told) throw Failure("a program did not wait for its network");
}

}  // namespace hasim::netns
