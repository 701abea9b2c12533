// Read only is for those who come; who is there already is sent away, for the transactions that they have open.
#include "daemon/agents/mariadb/closing.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <poll.h>

#include <algorithm>
#include <vector>

#include "daemon/agents/mariadb/heartbeat.h"
#include "daemon/agents/mariadb/replication.h"

namespace hacored::agents {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookAgain{20};
constexpr milliseconds kSendMax{5000};  ///< what replicas have to be sent yet
constexpr unsigned kNoSuchThread = 1094;

/// Not ourselves, not what the server runs for itself, and not the replicas that it feeds.
constexpr const char* kClients =
    "FROM information_schema.PROCESSLIST WHERE ID<>CONNECTION_ID() AND USER NOT IN ('system user', 'event_scheduler')"
    " AND COMMAND NOT IN ('Binlog Dump', 'Daemon')";

/// Accounts for which read only means nothing, beside those that only root and the server itself can be.
constexpr const char* kBold =
    "PRIVILEGE_TYPE IN ('READ ONLY ADMIN', 'SUPER') AND GRANTEE NOT IN"
    " (\"'root'@'localhost'\", \"'mysql'@'localhost'\", \"'mariadb.sys'@'localhost'\")";

constexpr milliseconds kStaysAway{300};  ///< who was sent away and wants to go on writing comes back sooner

void pause() { ::poll(nullptr, 0, static_cast<int>(kLookAgain.count())); }

[[noreturn]] void fail(std::string text) { throw Failure{AgentExit::failed, ha::Reason::stop_hung, std::move(text)}; }

std::vector<std::string> clients_of(Server& server) {
  std::vector<std::string> ids;
  for (SqlRow& row : server.rows(fmt::format("SELECT ID AS id {}", kClients))) ids.push_back(row["id"]);
  return ids;
}

void send_away(Server& server, const std::vector<std::string>& clients) {
  for (const std::string& client : clients) try {
      server.order("KILL CONNECTION " + client);
    } catch (const SqlFailure& failure) {
      if (failure.code != kNoSuchThread) throw;  // it went by itself
    }
}

/// Who comes meanwhile finds a server that is read only, and is not waited for.
void end_clients(Server& server, const Copy& copy) {
  const std::vector<std::string> clients = clients_of(server);
  send_away(server, clients);
  while (true) {
    const std::vector<std::string> now = clients_of(server);
    const auto stays = std::find_first_of(now.begin(), now.end(), clients.begin(), clients.end());
    if (stays == now.end()) return;
    if (copy.deadline.passed()) fail(fmt::format("connection {} is still rolled back", *stays));
    pause();
  }
}

/// Locks and long commits of clients hold this up; so after each attempt they are sent away.
void make_read_only(Server& server, const Copy& copy) {
  while (!server.is_set("read_only")) {
    try {
      server.order("SET GLOBAL read_only=1");
    } catch (const SqlFailure& failure) {
      if (copy.deadline.passed()) fail(failure.text);
      send_away(server, clients_of(server));
      pause();
    }
  }
}

std::string written_in(Server& server) { return server.value("SELECT @@GLOBAL.gtid_binlog_pos AS value"); }

bool follows(const Replication& replication) { return replication.fetches || replication.applies; }

int replicas(Server& server, const char* which) {
  return std::stoi(server.value(fmt::format(
      "SELECT COUNT(*) AS value FROM information_schema.PROCESSLIST WHERE COMMAND='Binlog Dump' {}", which)));
}

/// The last row says that it is the last; without a replica nobody would read it, and it would only be one commit more
/// that the other head has not.
void say_goodbye(Server& server, const Copy& copy) {
  if (replicas(server, "") == 0) return;
  try {
    Server apart{copy.access};  // it may wait for a replica that is silent
    beat(apart, false);
  } catch (const Failure& failure) { log("the last row: " + failure.text); }
}

/// A replica that hangs is no reason to go on taking writes.
void await_sent(Server& server, const Copy& copy) {
  const Deadline until{std::min(kSendMax, copy.deadline.left())};
  while (replicas(server, "AND STATE NOT LIKE 'Master has sent all binlog%'") > 0) {
    if (until.passed()) return log("a replica was not sent everything");
    pause();
  }
}

/// How long it must be looked at before it is believed.
milliseconds doubt(Server& server) {
  const std::string bold =
      server.value(fmt::format("SELECT COUNT(*) AS value FROM information_schema.USER_PRIVILEGES WHERE {}", kBold));
  return bold == "0" ? milliseconds{0} : kStaysAway;
}

bool stays_at(Server& server, const std::string& last, milliseconds long_enough) {
  const Deadline until{long_enough};
  while (written_in(server) == last) {
    if (until.passed()) return true;
    pause();
  }
  return false;
}

/// Accounts with READ ONLY ADMIN write all the same. Whoever did meanwhile is sent away as well.
void end_writes(Server& server, const Copy& copy, bool was_open) {
  while (true) {
    end_clients(server, copy);
    if (was_open) say_goodbye(server, copy);
    const std::string last = written_in(server);
    if (was_open) await_sent(server, copy);
    if (stays_at(server, last, doubt(server))) return;
    if (copy.deadline.passed()) fail("somebody writes although it is read only: an account with READ ONLY ADMIN?");
  }
}

/// From where it stands itself: what it wrote is in its log, and no position that it follows from.
void follow(Server& server) {
  try {
    const Replication replication = replication_of(server);
    commit_alone(server);
    if (!replication.told) return log("this server was never told whom to follow (CHANGE MASTER TO)");
    if (!follows(replication)) server.order("SET GLOBAL gtid_slave_pos=@@GLOBAL.gtid_current_pos");
    server.order("START SLAVE");
  } catch (const Failure& failure) { log(failure.text); }
}

}  // namespace

void close_copy(const Copy& copy) {
  std::optional<Server> server = find_server(copy);
  Note note = copy.note();
  if (server) {
    const bool follower = follows(replication_of(*server));
    const bool was_open = !follower && (note.open || !server->is_set("read_only"));
    make_read_only(*server, copy);
    if (follower)
      end_clients(*server, copy);  // what it applies is written too
    else
      end_writes(*server, copy, was_open);
    if (!server->is_set("read_only")) fail("somebody has let it take writes again");
    follow(*server);
  }
  note.open = false;
  copy.keep(note);
}

}  // namespace hacored::agents
