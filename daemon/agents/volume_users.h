// Who uses a mounted file system, and how they are made to stop. Nothing here touches the file system itself, so that a
// storage that hangs does not hang this program too.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "daemon/agents/deadline.h"
#include "daemon/agents/mount_table.h"

namespace hacored::agents {

/// Processes with an open file, a mapping, a working or root directory or a program on one of these mounts. Without
/// this program, those that started it, and init.
std::vector<pid_t> users_of(const std::vector<Mounted>& mounts);

/// "mysqld (1234), bash (99)".
std::string names_of(const std::vector<pid_t>& processes);

/// Sends the signal to all of them and returns when all have ended, or at the deadline.
void end_processes(const std::vector<pid_t>& processes, int signal, const Deadline& deadline);

}  // namespace hacored::agents
