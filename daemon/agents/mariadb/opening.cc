// What is on its way is taken, then all of it applied, then the copy is opened. Until then nothing has changed that
// following again would not undo.
#include "daemon/agents/mariadb/opening.h"

#include <fmt/core.h>
#include <poll.h>

#include <algorithm>

#include "daemon/agents/mariadb/heartbeat.h"
#include "daemon/agents/mariadb/replication.h"

namespace hacored::agents {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookAgain{20};
constexpr milliseconds kQuiet{500};        ///< nothing came so long: nothing is on its way
constexpr milliseconds kLastRowMax{5000};  ///< … but for a last row that is sure to be
constexpr milliseconds kApplies{200};      ///< waited for at a time, so that a thread that stopped is noticed

void pause() { ::poll(nullptr, 0, static_cast<int>(kLookAgain.count())); }

[[noreturn]] void fail(ha::Reason reason, std::string text) {
  throw Failure{AgentExit::failed, reason, std::move(text)};
}

/// One that was just killed is started again by systemd.
Server await_server(const Copy& copy) {
  const Deadline until{std::min(copy.server_max, copy.deadline.left())};
  while (true) {
    if (auto server = find_server(copy)) return std::move(*server);
    if (until.passed()) fail(ha::Reason::database_failed, fmt::format("no server at {}", copy.access.socket));
    pause();
  }
}

/// A server that was stopped in order has said so in its last row: behind it nothing comes.
bool other_has_closed(Server& server) {
  const std::optional<Heartbeat> row = heartbeat_of_other(server);
  return row && !row->open;
}

/// Whether the server that we are connected to still lives is not known: the end of a connection may be noticed late.
/// One that was stopped in order does, and a connection that is interrupted comes again.
void take_what_is_on_its_way(Server& server, const Copy& copy) {
  std::string place;
  const bool is_sure = copy.peer_stopped && !copy.forced;
  const milliseconds quiet_max = is_sure ? kLastRowMax : kQuiet;
  Deadline quiet{quiet_max};
  while (!copy.deadline.passed() && !quiet.passed()) {
    const Replication now = replication_of(server);
    if (other_has_closed(server) || (!now.connected && !is_sure)) return;
    if (now.place != place) quiet = Deadline{quiet_max};
    place = now.place;
    pause();
  }
}

void apply_all(Server& server, const Copy& copy) {
  while (true) {
    const Replication now = replication_of(server);
    if (has_applied(server, now, kApplies)) return;
    if (copy.forced && (!now.applies || copy.deadline.passed()))
      return log("opened by force, and not everything that was received is applied");
    if (!now.applies) refuse_broken(now);
    if (copy.deadline.passed())
      fail(ha::Reason::database_lag, fmt::format("still applies what it has received, up to {}", now.received));
  }
}

/// Who stopped in order waits to have it back, with everything: nothing of it needs to be given up.
void refuse_unclosed(Server& server, const Copy& copy) {
  if (copy.peer_stopped && !other_has_closed(server))
    fail(ha::Reason::database_lag,
         fmt::format("{} has stopped, and the last row of its server has not come", copy.peer));
}

void follow_again(Server& server) {
  try {
    server.order("START SLAVE");
  } catch (const Failure& failure) { log(failure.text); }
}

void catch_up(Server& server, const Copy& copy) {
  if (!copy.forced) {
    refuse_settings(server);
    refuse_broken(replication_of(server), copy.peer_refused);
  }
  commit_alone(server);
  take_what_is_on_its_way(server, copy);
  try {
    server.order("STOP SLAVE IO_THREAD");
    apply_all(server, copy);
    if (!copy.forced) {
      refuse_stale(server, copy);
      refuse_unclosed(server, copy);
    }
    server.order("STOP SLAVE");
  } catch (const Failure&) {
    follow_again(server);
    throw;
  }
}

/// By a connection of its own: the other one may be what failed.
void close_again(const Copy& copy) {
  try {
    Server{copy.access}.order("SET GLOBAL read_only=1");
  } catch (const Failure& failure) { log(failure.text); }
}

/// What the other head had, when it served, counts no more: this copy is the newest now.
void note_opened(const Copy& copy, const Server& server) {
  copy.keep({.server = server.process(), .open = true, .peer_served = {}});
}

}  // namespace

void write_row(Server& server, const Copy& copy, bool first) {
  try {
    if (first) forget_others(server);
    beat(server, true);
  } catch (const SqlFailure& failure) {
    Server other{copy.access};
    if (!beat_awaits_replica(other)) throw;
    log(fmt::format("commits wait for the replica: {}", failure.text));
  }
}

void open_copy(const Copy& copy) {
  Server server = await_server(copy);
  const bool closed = server.is_set("read_only");
  if (closed) catch_up(server, copy);
  try {
    if (closed) wait_for_replica(server);
    server.order("SET GLOBAL read_only=0");
    note_opened(copy, server);
    make_heartbeat_table(server);
    write_row(server, copy, closed);
  } catch (const Failure&) {
    close_again(copy);
    throw;
  }
}

}  // namespace hacored::agents
