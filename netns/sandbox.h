// The set of namespaces in which a whole run lives. Its first process is the init of its PID namespace: when that ends,
// however it ends, the kernel takes all processes, networks and mounts of the run away.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "netns/descriptor.h"

namespace hasim::netns {

/// Where the run keeps its files: a tmpfs that only its own mount namespace has.
inline constexpr const char* kFolder = "/dev/shm/hasim";

/// How the names begin that runs mark what they make with, for `hasim clean`.
inline constexpr const char* kRunMark = "hasim-run-";

/// The mark of the runs that this process begins, or in whose sandbox it is. Mounts and loop devices bear it.
const std::string& run_mark();
/// The mark of the runs that that process begins: its own PID and when it started. Empty: it has ended.
std::string mark_of(pid_t pid);

/// Why there can be no such namespaces here; empty: there can. Looks by making some.
std::string no_sandbox_here();

/// Runs `inside` in a child in namespaces of its own, waits for it and returns what it returned. SIGINT and SIGTERM end
/// it at once, and 130 is returned; it dies with this process. Throws `Failure` if the namespaces cannot be made.
int in_sandbox(const std::function<int()>& inside);

/// A child in namespaces of its own that goes on beside this process, and dies with it or with this object.
class Sandbox {
 public:
  /// `inside` writes what it finds to the descriptor that it is given. Throws `Failure` if there can be no such child.
  explicit Sandbox(const std::function<void(int result)>& inside);
  ~Sandbox();
  Sandbox(Sandbox&& other) noexcept;
  Sandbox& operator=(Sandbox&&) = delete;

  /// To be read until its end: then the child has ended.
  int result() const { return result_.get(); }

 private:
  Descriptor result_;
  pid_t child_ = 0;
};

}  // namespace hasim::netns
