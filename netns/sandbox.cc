// clone, and private mounts.
#include "netns/sandbox.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <exception>
#include <sstream>

#include <fmt/format.h>

#include "netns/failure.h"
#include "netns/files.h"
#include "netns/process.h"

namespace hasim::netns {
namespace {

constexpr int kFailed = 4;  // hasim's own failure

constexpr int kInterrupted = 130;

std::atomic<pid_t> child_of_signals{0};
std::atomic<bool> interrupted{false};

std::string mark_of_this;  ///< made before the first sandbox, and inherited by it

/// A run cannot be hurried, and nothing of it is to stay.
void end_run(int) {
  interrupted = true;
  if (const pid_t child = child_of_signals; child > 0) ::kill(child, SIGKILL);
}

void mount_or_fail(const char* source, const char* target, const char* type, unsigned long flags, const char* data) {
  fail_if(::mount(source, target, type, flags, data) != 0, std::string("mount ") + target);
}

/// Mounts of its own: nothing of what is mounted here is seen outside, and it ends with the namespace.
void set_up_mounts() {
  mount_or_fail(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  mount_or_fail("proc", "/proc", "proc", 0, nullptr);
  mount_or_fail("sysfs", "/sys", "sysfs", 0, nullptr);  // that of the new network namespace
  // hacored resets its machine through this file, and here it would be the machine of whoever runs hasim.
  constexpr const char* kTrigger = "/proc/sysrq-trigger";
  if (::access(kTrigger, F_OK) == 0) mount_or_fail("/dev/null", kTrigger, nullptr, MS_BIND, nullptr);
  mount_or_fail(run_mark().c_str(), "/dev/shm", "tmpfs", 0, "mode=0755");
  fail_if(::mkdir(kFolder, 0755) != 0, kFolder);
}

bool has_ended(int process) {
  pollfd end{process, POLLIN, 0};
  return ::poll(&end, 1, 0) > 0;
}

/// As the init of its namespace: who was orphaned is reaped at the end by the kernel. `starter` is a pidfd.
void become_first(int starter) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (has_ended(starter)) ::_exit(kFailed);  // before we were bound to die with it
  ::setsid();  // a Ctrl-C is for hasim alone: a hacored that hears it leaves, and a broken story would be told
  // What it sees must not wait for what else this machine does; hacored is above it, other programs are not. Where that
  // is refused, times are less exact.
  const sched_param urgent{.sched_priority = 3};
  (void)::sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &urgent);
  set_up_mounts();
}

/// A child that becomes the first process of new namespaces, and then does `inside`.
template <class Inside>
pid_t start_first(const Inside& inside) {
  std::fflush(nullptr);
  (void)run_mark();
  const Descriptor starter{static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0))};
  fail_if(!starter, "pidfd_open");
  const pid_t child = clone_self(kNamespaces);
  fail_if(child < 0, "namespaces");
  if (child > 0) return child;
  int code = kFailed;
  try {
    become_first(starter.get());
    code = inside();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "hasim: its own failure, not the scenario's: %s\n", error.what());
  }
  std::fflush(nullptr);
  ::_exit(code);
}

int status_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return kFailed;
  }
  if (interrupted) return kInterrupted;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kFailed;
}

}  // namespace

/// The PID in its own namespace and the start in ticks since the machine's boot: nobody else ever has both.
std::string mark_of(pid_t pid) {
  const std::string stat = read_file(fmt::format("/proc/{}/stat", pid));
  std::istringstream fields{stat.substr(std::min(stat.rfind(')') + 1, stat.size()))};
  std::istringstream lines{read_file(fmt::format("/proc/{}/status", pid))};
  std::string state, skipped, started, own_pid;
  fields >> state;
  for (int field = 4; field <= 21; ++field) fields >> skipped;
  fields >> started;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("NSpid:")) own_pid = line.substr(line.rfind('\t') + 1);
  const bool ended = state.empty() || state == "Z" || state == "X" || started.empty() || own_pid.empty();
  return ended ? "" : fmt::format("{}{}-{}", kRunMark, own_pid, started);
}

const std::string& run_mark() {
  if (mark_of_this.empty()) mark_of_this = mark_of(::getpid());
  return mark_of_this;
}

std::string no_sandbox_here() {
  const pid_t probe = ::fork();
  if (probe < 0) return "no further process";
  if (probe == 0) ::_exit(::unshare(kNamespaces) == 0 ? 0 : errno);
  const int error = status_of(probe);
  return error == 0 ? "" : std::string("namespaces cannot be made here: ") + std::strerror(error) + "; root is needed";
}

int in_sandbox(const std::function<int()>& inside) {
  const pid_t child = start_first(inside);
  child_of_signals = child;
  struct sigaction end {};
  end.sa_handler = end_run;
  ::sigaction(SIGINT, &end, nullptr);
  ::sigaction(SIGTERM, &end, nullptr);
  return status_of(child);
}

Sandbox::Sandbox(const std::function<void(int)>& inside) {
  Pipe told;
  child_ = start_first([&] {
    const int result = ::dup2(told.writes.get(), 3);
    ::close_range(4, ~0U, 0);  // also what others in sandboxes write to: nobody else may keep that open
    inside(result);
    return 0;
  });
  result_ = std::move(told.reads);
}

Sandbox::Sandbox(Sandbox&& other) noexcept
    : result_(std::move(other.result_)), child_(std::exchange(other.child_, 0)) {}

Sandbox::~Sandbox() { end_process(child_); }

}  // namespace hasim::netns
