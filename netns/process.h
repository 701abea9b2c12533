// Processes of a run: the first one of a head, and what is started on it.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace hasim::netns {

/// A folder of a head, and where it has it.
struct Shown {
  std::string from, at;
};

/// What the first process of a head finds and makes before it does nothing but reap.
struct HeadMounts {
  std::string name;                       ///< its host name
  std::string run, state;                 ///< shown as /run/hacore and /run/state
  std::string boot_id, stat;              ///< shown as the kernel's own
  std::vector<std::string> hidden;        ///< exports, which only the server has
  std::vector<std::string> mount_points;  ///< below a /mnt of its own
  std::vector<Shown> shown{};             ///< with all that is mounted in them, the first one first
};

/// Those of a machine.
inline constexpr int kNamespaces = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;

/// As fork(2), with flags of clone(2).
pid_t clone_self(int flags);

/// Starts the first process of a head, in PID, network, mount, UTS and IPC namespaces of its own. Returns its PID when
/// it is ready. Throws `Failure`.
pid_t start_head(const HeadMounts& mounts);

/// Starts a program on the head with that first process; what it says goes to the end of `log`. It is a child of this
/// process, and dies with it. Returns its PID as seen from here. Throws `Failure`.
pid_t start_on(pid_t head, const std::vector<std::string>& words, const std::string& log);

/// Starts a program in `folder`, in the network namespace of that process; else as `start_on`.
pid_t start_in_network_of(pid_t holder, const std::vector<std::string>& words, const std::string& folder,
                          const std::string& log);

/// Runs a program here, to its end. Throws `Failure` if it fails.
void run_to_its_end(const std::vector<std::string>& words, const std::string& log);

/// All processes in the PID namespace of that one, itself among them.
std::vector<pid_t> all_in(pid_t first);

/// Ends it and waits until the kernel has taken it, and if it is a first process all of its namespace.
void end_process(pid_t pid);

/// Starts a process that makes all calls of the kernel's NFS client for these mounts of a mount namespace fail. Returns
/// its PID.
pid_t fail_nfs_calls(int mounts, const std::vector<std::string>& points);

/// A process that waits in a network namespace of its own until it is told to become a program.
class Apart {
 public:
  Apart(const std::vector<std::string>& words, const std::string& folder, const std::string& log);
  pid_t pid() const { return pid_; }
  void go();

 private:
  pid_t pid_ = 0;
  int gate_ = -1;
};

}  // namespace hasim::netns
