// To journald by its native protocol, else to standard error. libsystemd's own calls wait for a journald that hangs.
#include "daemon/log.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

namespace hacored {
namespace {

constexpr std::string_view kSystemJournal = "/run/systemd/journal/socket";

LogSink sink = nullptr;
std::string other_journal;
std::atomic<std::uint64_t> lost{0};

/// systemd tells a service whose standard error it is.
std::string_view journal() {
  static const bool listens = std::getenv("JOURNAL_STREAM") != nullptr;
  if (!other_journal.empty()) return other_journal;
  return listens ? kSystemJournal : std::string_view{};
}

/// "NAME=value", or what stands for it if the value has several lines.
void add(std::string& entry, std::string_view name, std::string_view value) {
  entry += name;
  if (value.find('\n') == std::string_view::npos) {
    entry += '=';
  } else {
    entry += '\n';
    for (unsigned shift = 0; shift < 64; shift += 8)
      entry += static_cast<char>(static_cast<std::uint64_t>(value.size()) >> shift);
  }
  entry += value;
  entry += '\n';
}

bool to_journal(std::string_view path, Level level, std::string_view message, std::initializer_list<Field> fields) {
  static const int out = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  std::string entry;
  add(entry, "MESSAGE", message);
  add(entry, "PRIORITY", std::to_string(static_cast<int>(level)));
  add(entry, "SYSLOG_IDENTIFIER", program_invocation_short_name);
  for (const auto& [name, value] : fields) add(entry, fmt::format("HACORE_{}", name), value);
  return sendto(out, entry.data(), entry.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                reinterpret_cast<const sockaddr*>(&address), sizeof address) == static_cast<ssize_t>(entry.size());
}

/// A pipe that polls as writable takes so many bytes at once.
bool to_stderr(std::string_view message) {
  std::string line = fmt::format("{}: {}", program_invocation_short_name, message);
  line.resize(std::min<std::size_t>(line.size(), PIPE_BUF - 1));
  line += '\n';
  pollfd room{STDERR_FILENO, POLLOUT, 0};
  if (poll(&room, 1, 0) != 1 || (room.revents & POLLOUT) == 0) return false;
  return write(STDERR_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

bool say(Level level, std::string_view message, std::initializer_list<Field> fields) {
  const std::string_view to = journal();
  return to.empty() ? to_stderr(message) : to_journal(to, level, message, fields);
}

}  // namespace

void set_log_sink(LogSink to) { sink = to; }

void set_journal(const std::string& socket) { other_journal = socket; }

void log(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (sink) return sink(level, message);
  const std::uint64_t dropped = lost.exchange(0);
  const bool room = dropped == 0 || say(Level::warning, fmt::format("{} lines of this log were lost", dropped), {});
  if (!room || !say(level, message, fields)) lost += (room ? 0 : dropped) + 1;
}

}  // namespace hacored
