#include "daemon/agents/mariadb/replication.h"

#include <fmt/core.h>

#include <chrono>

#include "daemon/agents/mariadb/heartbeat.h"

namespace hacored::agents {
namespace {

using std::chrono::microseconds;

constexpr unsigned kStrictOutOfOrder = 1950;  ///< what came would stand beside a commit of our own
constexpr unsigned kMasterRefuses = 1236;     ///< for one of several reasons, which its text tells
constexpr std::string_view kNotTheirs = "not in the master's binlog";

[[noreturn]] void fail(ha::Reason reason, std::string text) {
  throw Failure{AgentExit::failed, reason, std::move(text)};
}

double in_seconds(microseconds time) { return std::chrono::duration<double>(time).count(); }

unsigned number(const std::string& text) { return text.empty() ? 0U : static_cast<unsigned>(std::stoul(text)); }

std::string in_words(const Replication& replication) {
  const std::string said = replication.fetch_said.empty() ? "" : fmt::format(" ({})", replication.fetch_said);
  return fmt::format("replication is {}{}, and {} s behind by its own account",
                     replication.connected ? "connected" : "not connected", replication.connected ? "" : said,
                     replication.behind.empty() ? "?" : replication.behind);
}

}  // namespace

std::int64_t utc_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<microseconds>(now).count();
}

Replication replication_of(Server& server) {
  SqlRow row = server.row("SHOW SLAVE STATUS");
  Replication found;
  found.told = !row.empty();
  found.fetches = found.told && row["Slave_IO_Running"] != "No";
  found.connected = row["Slave_IO_Running"] == "Yes";
  found.applies = row["Slave_SQL_Running"] == "Yes";
  found.by_gtid = row["Using_Gtid"].ends_with("_Pos");
  found.fetch_error = number(row["Last_IO_Errno"]);
  found.apply_error = number(row["Last_SQL_Errno"]);
  found.fetch_said = row["Last_IO_Error"];
  found.apply_said = row["Last_SQL_Error"];
  found.received = row["Gtid_IO_Pos"];
  found.place = row["Master_Log_File"] + ":" + row["Read_Master_Log_Pos"];
  found.behind = row["Seconds_Behind_Master"];
  return found;
}

void wait_for_replica(Server& server) {
  if (!server.is_set("rpl_semi_sync_slave_enabled")) return;  // nobody wants it
  const std::string replicas = server.row("SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_master_clients'")["Value"];
  if (replicas != "0" && !server.is_set("rpl_semi_sync_master_enabled"))
    server.order("SET GLOBAL rpl_semi_sync_master_enabled=1");
}

void commit_alone(Server& server) { server.order("SET GLOBAL rpl_semi_sync_master_enabled=0"); }

bool has_applied(Server& server, const Replication& replication, std::chrono::milliseconds wait) {
  if (replication.received.empty()) return true;
  return server.value(fmt::format("SELECT MASTER_GTID_WAIT('{}', {:.3f}) AS value", replication.received,
                                  std::chrono::duration<double>(wait).count())) == "0";
}

void refuse_open(Server& server) {
  if (!server.is_set("read_only")) fail(ha::Reason::database_failed, "read_only is off: it takes writes");
  if (server.is_set("rpl_semi_sync_master_enabled"))
    fail(ha::Reason::database_failed,
         "rpl_semi_sync_master_enabled is on, so that what is applied waits for a replica");
}

void refuse_settings(Server& server) {
  for (const char* variable : {"gtid_strict_mode", "log_bin", "log_slave_updates"})
    if (!server.is_set(variable))
      fail(ha::Reason::database_failed, fmt::format("{} is off, and must be on in my.cnf", variable));
}

void refuse_broken(const Replication& replication, bool other_may_lack) {
  if (!replication.told)
    fail(ha::Reason::database_failed, "this server was never told whom to follow (CHANGE MASTER TO)");
  if (!replication.by_gtid) fail(ha::Reason::database_failed, "it does not follow by GTID (master_use_gtid=slave_pos)");
  if (!replication.applies) {
    if (replication.apply_error == kStrictOutOfOrder) fail(ha::Reason::diverged, replication.apply_said);
    fail(ha::Reason::database_failed, replication.apply_error == 0 ? "the SQL thread was stopped by hand"
                                                                   : "the SQL thread: " + replication.apply_said);
  }
  if (replication.fetches) return;
  if (replication.fetch_error == kMasterRefuses && replication.fetch_said.find(kNotTheirs) != std::string::npos) {
    if (other_may_lack) return;
    fail(ha::Reason::diverged, replication.fetch_said);
  }
  fail(ha::Reason::database_failed,
       replication.fetch_error == 0 ? "the IO thread was stopped by hand" : "the IO thread: " + replication.fetch_said);
}

void refuse_lag(Server& server, const Copy& copy, const Replication& replication) {
  const std::optional<Heartbeat> row = heartbeat_of_other(server);
  if (!row) fail(ha::Reason::database_lag, fmt::format("no row of {} has come; {}", copy.peer, in_words(replication)));
  if (row->age > copy.lag_max)
    fail(ha::Reason::database_lag,
         fmt::format("the newest row of {} is {:.1f} s old, more than {:.1f} s; {}", copy.peer, in_seconds(row->age),
                     in_seconds(copy.lag_max), in_words(replication)));
  if (row->age < -copy.lag_max)
    fail(ha::Reason::database_lag, fmt::format("the newest row of {} will be written in {:.1f} s: the clocks differ",
                                               copy.peer, in_seconds(-row->age)));
}

void refuse_stale(Server& server, const Copy& copy) {
  const std::optional<std::int64_t> served = copy.note().peer_served;
  if (!served) return;
  const std::optional<Heartbeat> row = heartbeat_of_other(server);
  if (!row) fail(ha::Reason::database_lag, fmt::format("{} has served, and no row of it has come", copy.peer));
  const microseconds lacks = row->age - microseconds{utc_now() - *served};
  if (lacks > copy.lag_max)
    fail(ha::Reason::database_lag,
         fmt::format("this copy ends {:.1f} s before {} was last known to serve, more than {:.1f} s", in_seconds(lacks),
                     copy.peer, in_seconds(copy.lag_max)));
}

}  // namespace hacored::agents
