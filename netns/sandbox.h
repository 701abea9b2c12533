// The set of namespaces in which a whole run lives. Its first process is the init of its PID namespace: when that ends,
// however it ends, the kernel takes all processes, networks and mounts of the run away.
#pragma once

#include <functional>
#include <string>

namespace hasim::netns {

/// Where the run keeps its files: a tmpfs that only its own mount namespace has.
inline constexpr const char* kFolder = "/dev/shm/hasim";

/// Why there can be no such namespaces here; empty: there can. Looks by making some.
std::string no_sandbox_here();

/// Runs `inside` in a child in namespaces of its own, waits for it and returns what it returned. SIGINT and SIGTERM end
/// it at once, and 130 is returned; it dies with this process. Throws `Failure` if the namespaces cannot be made.
int in_sandbox(const std::function<int()>& inside);

}  // namespace hasim::netns
