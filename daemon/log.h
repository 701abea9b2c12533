// What hacored says to the system's log: one line for people, with fields for programs. To journald if it listens, else
// to standard error. Never waits for whoever reads it: what finds no room is dropped, and counted in the next line that
// does.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace hacored {

/// Priorities of syslog(3).
enum class Level : int { critical = 2, error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

/// A field of the journal: an upper-case name and its value. Fields are prefixed HACORE_.
using Field = std::pair<std::string_view, std::string>;

void log(Level level, std::string_view message, std::initializer_list<Field> fields = {});

/// Where lines go instead, for tests. Null: back to the log.
using LogSink = void (*)(Level, std::string_view message);
void set_log_sink(LogSink sink);

/// The socket of a journal, for tests. Empty: back to the system's, if it listens.
void set_journal(const std::string& socket);

}  // namespace hacored
