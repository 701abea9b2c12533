// To journald, else to standard error.
#include "daemon/log.h"

#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <systemd/sd-journal.h>

#include <fmt/format.h>

namespace hacored {
namespace {

LogSink sink = nullptr;

/// systemd tells a service whose standard error it is.
bool journal_listens() {
  static const bool listens = std::getenv("JOURNAL_STREAM") != nullptr;
  return listens;
}

void to_journal(Level level, std::string_view message, std::initializer_list<Field> fields) {
  std::vector<std::string> lines{fmt::format("MESSAGE={}", message),
                                 fmt::format("PRIORITY={}", static_cast<int>(level)),
                                 fmt::format("SYSLOG_IDENTIFIER={}", program_invocation_short_name)};
  for (const auto& [name, value] : fields) lines.push_back(fmt::format("HACORE_{}={}", name, value));
  std::vector<iovec> parts;
  for (std::string& line : lines) parts.push_back({line.data(), line.size()});
  sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

}  // namespace

void set_log_sink(LogSink to) { sink = to; }

void log(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (sink) return sink(level, message);
  if (journal_listens()) return to_journal(level, message, fields);
  std::string line = fmt::format("{}: {}\n", program_invocation_short_name, message);
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace hacored
