// The process behind the unix socket of a database server.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "daemon/agents/deadline.h"

namespace hacored::agents {

/// Whose socket it is; nothing: nobody listens there. Throws `Failure` where one does and takes no connection.
std::optional<pid_t> listener_at(const std::string& socket);

/// A process of that number lives, and its program is a MariaDB or MySQL server.
bool is_server(pid_t pid);

/// SIGKILL, and waits until it is gone. Throws `Failure` if that is no server, or if it stays.
void end_server(pid_t pid, const Deadline& deadline);

}  // namespace hacored::agents
