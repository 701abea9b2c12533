// Start and stop of a volume, its status, and the marker on a mount that nobody else sees.
#include "daemon/agents/resource_mount.h"

#include <fmt/core.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>

#include "daemon/agents/deadline.h"
#include "daemon/agents/marker.h"
#include "daemon/agents/reach.h"
#include "daemon/agents/volume.h"
#include "daemon/agents/volume_users.h"
#include "daemon/file_descriptor.h"

namespace hacored::agents {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookAgain{20};

[[noreturn]] void fail(ha::Reason reason, std::string text) {
  throw Failure{AgentExit::failed, reason, std::move(text)};
}

void refuse_read_only(const Volume& volume, const Mounted& mounted) {
  if (mounted.read_only && !volume.read_only())
    fail(ha::Reason::storage_readonly, fmt::format("{} is mounted read-only", volume.directory()));
}

AgentExit start(const Parameters& parameters) {
  const Volume volume{parameters};
  if (!volume.mounted()) volume.mount(false);
  refuse_read_only(volume, *volume.mounted());
  return AgentExit::done;
}

/// The error of statvfs(2), which a child asks for, because a storage that hangs does not let go of who asks; nothing
/// if it does not answer in time.
std::optional<int> answer_of(const std::string& directory, const Deadline& deadline) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(ha::Reason::none, "pipe");
  const FileDescriptor answer{ends[0]};
  FileDescriptor asks{ends[1]};
  const pid_t child = ::fork();
  if (child < 0) fail(ha::Reason::none, "fork");
  if (child == 0) {
    struct statvfs unused {};
    const int error = ::statvfs(directory.c_str(), &unused) == 0 ? 0 : errno;
    ::_exit(::write(asks.get(), &error, sizeof error) == sizeof error ? 0 : 1);
  }
  asks = FileDescriptor{};
  pollfd waits{answer.get(), POLLIN, 0};
  int error = EIO;
  if (::poll(&waits, 1, deadline.poll_timeout()) <= 0) {
    ::kill(child, SIGKILL);  // without effect until the storage answers; nobody waits for that
    return std::nullopt;
  }
  if (::read(answer.get(), &error, sizeof error) != sizeof error) error = EIO;
  ::waitpid(child, nullptr, 0);
  return error;
}

AgentExit status(const Parameters& parameters) {
  const Volume volume{parameters};
  const std::optional<Mounted> mounted = volume.mounted();
  if (!mounted) {
    const std::vector<Mounted> elsewhere = volume.mounts();
    if (!elsewhere.empty())
      fail(ha::Reason::still_mounted, fmt::format("{} is mounted at {}", volume.device(), elsewhere.front().directory));
    if (volume.held({}) == Volume::Held::no) return AgentExit::not_running;
    fail(ha::Reason::still_mounted, fmt::format("{} is mounted nowhere here and not released", volume.device()));
  }
  const std::optional<int> answer =
      answer_of(volume.directory(), Deadline{parameters.seconds("answer_max", milliseconds{5000})});
  if (!answer) fail(ha::Reason::storage_hung, fmt::format("{} does not answer", volume.directory()));
  if (*answer != 0)
    fail(storage_reason(*answer, ha::Reason::storage_lost),
         fmt::format("{}: {}", volume.directory(), std::strerror(*answer)));
  refuse_read_only(volume, *mounted);
  return AgentExit::done;
}

/// One attempt at every mount of the volume, the newest first. False: something is still mounted.
bool unmount(const Volume& volume, int flags) {
  std::vector<Mounted> mounts = volume.mounts();
  std::reverse(mounts.begin(), mounts.end());
  for (const Mounted& mounted : mounts)
    if (::umount2(mounted.directory.c_str(), flags | UMOUNT_NOFOLLOW) != 0 && errno != EBUSY && errno != EINVAL)
      log(fmt::format("unmounting {}: {}", mounted.directory, std::strerror(errno)));
  return volume.mounts().empty();
}

/// Until the volume is unmounted or the time is over: whoever uses it gets the signal, then it is tried again.
bool unmount_with(const Volume& volume, int signal, int flags, const Deadline& deadline) {
  while (!unmount(volume, flags)) {
    if (deadline.passed()) return false;
    const std::vector<pid_t> users = users_of(volume.mounts());
    if (!users.empty()) log(fmt::format("{} of {}: {}", strsignal(signal), volume.directory(), names_of(users)));
    end_processes(users, signal, deadline);
    ::poll(nullptr, 0, static_cast<int>(std::min(kLookAgain, deadline.left()).count()));
  }
  return true;
}

std::optional<Mounted> one_of(const std::vector<Mounted>& mounts) {
  return mounts.empty() ? std::nullopt : std::optional{mounts.front()};
}

/// Returns when the volume is released; what else is mounted in its place could be anything, and is a failure.
void await_release(const Volume& volume, const std::optional<Mounted>& was, const Deadline& deadline) {
  const std::vector<Mounted> table = mount_table();
  if (const Mounted* other = seen_at(table, volume.directory()))
    fail(ha::Reason::wrong_mount, fmt::format("{} is still mounted at {}", other->source, volume.directory()));
  while (volume.held(was) == Volume::Held::yes) {
    if (deadline.passed())
      fail(ha::Reason::still_mounted, fmt::format("{} is unmounted here and not released", volume.device()));
    ::poll(nullptr, 0, static_cast<int>(kLookAgain.count()));
  }
}

AgentExit stop(const Parameters& parameters) {
  const Volume volume{parameters};
  const std::optional<Mounted> was = one_of(volume.mounts());
  const Deadline deadline{parameters.seconds("terminate_max", milliseconds{5000})};
  if (!unmount_with(volume, SIGTERM, 0, deadline)) {
    const std::vector<pid_t> users = users_of(volume.mounts());
    fail(ha::Reason::still_mounted,
         fmt::format("{} is in use by {}", volume.directory(),
                     users.empty() ? "no process: a mount below it, an export, a loop device?" : names_of(users)));
  }
  await_release(volume, was, deadline);
  return AgentExit::done;
}

AgentExit kill(const Parameters& parameters) {
  const Volume volume{parameters};
  const std::optional<Mounted> was = one_of(volume.mounts());
  const milliseconds patience = parameters.seconds("kill_max", milliseconds{2000});
  const bool clean = unmount_with(volume, SIGKILL, MNT_FORCE, Deadline{patience});
  // Out of sight it takes no new users, and whether the old ones are gone is another question: a detached file system
  // is written as before. So it is detached only where the kernel can be asked that question, now and whenever we come
  // back.
  if (!clean && !(volume.is_block_device() && unmount(volume, MNT_DETACH)))
    fail(ha::Reason::still_mounted, fmt::format("{} cannot be unmounted", volume.directory()));
  await_release(volume, was, Deadline{patience});
  return AgentExit::done;
}

/// Where nobody else sees it, the volume is mounted for as long as `act` takes.
void on_private_mount(const Volume& volume, bool read_only, const std::function<void()>& act) {
  // Slave, not private: our mount stays ours, and what the head unmounts meanwhile is not kept alive by our copy of it.
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0)
    fail(ha::Reason::mount_failed, fmt::format("private mount namespace: {}", std::strerror(errno)));
  volume.mount(read_only);
  try {
    act();
  } catch (const Failure&) {
    ::umount2(volume.directory().c_str(), UMOUNT_NOFOLLOW);
    throw;
  }
  if (::umount2(volume.directory().c_str(), UMOUNT_NOFOLLOW) != 0)
    fail(ha::Reason::still_mounted, fmt::format("private mount: {}", std::strerror(errno)));
}

AgentExit mark(const Parameters& parameters, bool write) {
  const Volume volume{parameters};
  std::uint64_t epoch = 0;
  if (write) {
    parameters.required("epoch");
    epoch = parameters.number("epoch", 0);
  }
  const auto act = [&] { epoch = write ? write_marker(volume.directory(), epoch) : read_marker(volume.directory()); };
  if (volume.mounted())
    act();
  else
    on_private_mount(volume, !write, act);
  fmt::print("epoch={}\n", epoch);
  return AgentExit::done;
}

}  // namespace

std::span<const Action> mount_actions() {
  static const std::array actions{
      Action{"start", start},
      Action{"stop", stop},
      Action{"kill", kill},
      Action{"status", status},
      Action{"reach", reach},
      Action{"read-marker", [](const Parameters& parameters) { return mark(parameters, false); }},
      Action{"write-marker", [](const Parameters& parameters) { return mark(parameters, true); }},
  };
  return actions;
}

}  // namespace hacored::agents
