#include "daemon/agents/mariadb/server_process.h"

#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "daemon/agents/agent.h"
#include "daemon/file_descriptor.h"

namespace hacored::agents {
namespace {

[[noreturn]] void fail(std::string text) {
  throw Failure{AgentExit::failed, ha::Reason::database_failed, std::move(text)};
}

sockaddr_un address_of(const std::string& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path)
    throw Failure{AgentExit::wrong_configuration, ha::Reason::none, "socket: the path is too long"};
  socket.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

}  // namespace

std::optional<pid_t> listener_at(const std::string& socket) {
  const sockaddr_un address = address_of(socket);
  const FileDescriptor asks{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!asks) fail(fmt::format("socket: {}", std::strerror(errno)));
  // A server that stands still takes connections until its queue is full.
  if (::connect(asks.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return std::nullopt;
    fail(fmt::format("{}: {}", socket, std::strerror(errno)));
  }
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(asks.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0 || who.pid <= 0)
    fail(fmt::format("{}: whose it is cannot be seen", socket));
  return who.pid;
}

bool is_server(pid_t pid) {
  std::error_code gone;
  const std::string program = std::filesystem::read_symlink(fmt::format("/proc/{}/exe", pid), gone).filename();
  // " (deleted)" stands behind the name of a program that was upgraded meanwhile.
  return !gone && (program.starts_with("mariadbd") || program.starts_with("mysqld"));
}

void end_server(pid_t pid, const Deadline& deadline) {
  // Held before it is looked at: the number cannot become somebody else's.
  const FileDescriptor process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  if (!process && errno == ESRCH) return;
  if (!process) fail(fmt::format("process {}: {}", pid, std::strerror(errno)));
  if (!is_server(pid)) fail(fmt::format("process {} has the socket and is no MariaDB server", pid));
  if (::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) != 0 && errno != ESRCH)
    fail(fmt::format("SIGKILL to {}: {}", pid, std::strerror(errno)));
  pollfd waits{process.get(), POLLIN, 0};
  if (::poll(&waits, 1, deadline.poll_timeout()) <= 0) fail(fmt::format("process {} survives SIGKILL", pid));
}

}  // namespace hacored::agents
