#include "daemon/hactl/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace hactl {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kAnswerMax = std::size_t{16} << 20;  ///< more is no answer of hacored

/// False: the time is over, or a signal came.
bool wait_for(int fd, short event, Clock::time_point until) {
  pollfd one{fd, event, 0};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
  return poll(&one, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30))) == 1;
}

}  // namespace

Connection::Connection(const std::string& path, std::chrono::milliseconds timeout)
    : path_{path}, timeout_{timeout}, socket_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (path.size() >= sizeof to.sun_path) throw NoAnswer(fmt::format("{}: the path is too long for a socket", path));
  std::copy(path.begin(), path.end(), to.sun_path);
  if (!socket_ || connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    const char* hint = errno == EACCES ? "only root and the control group may ask hacored"
                                       : "hacored does not run here; systemctl status hacored";
    throw NoAnswer(fmt::format("{}: {}: {}", path, std::strerror(errno), hint));
  }
}

void Connection::send(json request) {
  request["v"] = 1;
  const std::string line = request.dump() + "\n";
  std::size_t sent = 0;
  while (sent < line.size()) {
    const ssize_t n = ::send(socket_.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw NoAnswer(fmt::format("{}: hacored hung up", path_));
    sent += static_cast<std::size_t>(n);
  }
}

json Connection::receive(std::chrono::milliseconds timeout) {
  const auto until = Clock::now() + timeout;
  while (true) {
    const std::size_t end = received_.find('\n');
    if (end != std::string::npos) {
      json line = json::parse(received_.substr(0, end), nullptr, false);
      received_.erase(0, end + 1);
      if (!line.is_object()) throw NoAnswer(fmt::format("{}: what answers there is not hacored", path_));
      return line;
    }
    if (received_.size() > kAnswerMax) throw NoAnswer(fmt::format("{}: what answers there is not hacored", path_));
    if (!wait_for(socket_.get(), POLLIN, until))
      throw NoAnswer(fmt::format("{}: hacored says nothing for {} ms", path_, timeout.count()));
    char bytes[16384];
    const ssize_t n = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (n == 0 || (n < 0 && errno != EINTR)) throw NoAnswer(fmt::format("{}: hacored hung up", path_));
    if (n > 0) received_.append(bytes, static_cast<std::size_t>(n));
  }
}

json Connection::ask(json request) {
  send(std::move(request));
  return receive();
}

}  // namespace hactl
