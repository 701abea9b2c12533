// hacore.heartbeat: a row for each server.
#include "daemon/agents/mariadb/heartbeat.h"

#include <fmt/core.h>

#include <string>
#include <vector>

namespace hacored::agents {
namespace {

constexpr unsigned kNoDatabase = 1049, kNoTable = 1146;

/// Written as they stand, not as functions: replicated as a statement they would be worked out again on the other head.
struct Signature {
  std::string server;
  std::string at;
};

Signature signature_of(Server& server) {
  SqlRow row = server.row("SELECT @@GLOBAL.server_id AS server, UTC_TIMESTAMP(6) AS at");
  return {row["server"], row["at"]};
}

}  // namespace

void make_heartbeat_table(Server& server) {
  const std::string there = server.value(
      "SELECT COUNT(*) AS value FROM information_schema.TABLES WHERE TABLE_SCHEMA='hacore' AND TABLE_NAME='heartbeat'");
  if (there == "1") return;
  server.order("CREATE DATABASE IF NOT EXISTS hacore");
  server.order(
      "CREATE TABLE IF NOT EXISTS hacore.heartbeat (server_id INT UNSIGNED NOT NULL PRIMARY KEY,"
      " at DATETIME(6) NOT NULL, open BOOLEAN NOT NULL) ENGINE=InnoDB");
}

void beat(Server& server, bool open) {
  const Signature me = signature_of(server);
  server.order(fmt::format("REPLACE INTO hacore.heartbeat (server_id, at, open) VALUES ({}, '{}', {})", me.server,
                           me.at, open ? 1 : 0));
  const std::string stands =
      server.value(fmt::format("SELECT at AS value FROM hacore.heartbeat WHERE server_id={}", me.server));
  if (stands != me.at)
    throw Failure{AgentExit::failed, ha::Reason::database_failed,
                  fmt::format("a row that was written at {} reads \"{}\"", me.at, stands)};
}

bool beat_awaits_replica(Server& server) {
  return server.value(
             "SELECT COUNT(*) AS value FROM information_schema.PROCESSLIST"
             " WHERE STATE LIKE 'Waiting for semi-sync ACK%'"
             " AND INFO LIKE '% hacore.heartbeat %'") != "0";
}

void forget_others(Server& server) { server.order("DELETE FROM hacore.heartbeat WHERE server_id<>@@GLOBAL.server_id"); }

std::optional<Heartbeat> heartbeat_of_other(Server& server) {
  try {
    std::vector<SqlRow> rows = server.rows(
        "SELECT open, TIMESTAMPDIFF(MICROSECOND, at, UTC_TIMESTAMP(6)) AS age FROM hacore.heartbeat"
        " WHERE server_id<>@@GLOBAL.server_id ORDER BY at DESC LIMIT 1");
    if (rows.empty()) return {};
    return Heartbeat{std::chrono::microseconds{std::stoll(rows[0]["age"])}, rows[0]["open"] == "1"};
  } catch (const SqlFailure& failure) {
    if (failure.code != kNoDatabase && failure.code != kNoTable) throw;
    return {};
  }
}

}  // namespace hacored::agents
