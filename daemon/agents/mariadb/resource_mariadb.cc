// Each action in a few lines.
#include "daemon/agents/mariadb/resource_mariadb.h"

#include <fmt/core.h>

#include <array>

#include "daemon/agents/mariadb/closing.h"
#include "daemon/agents/mariadb/copy.h"
#include "daemon/agents/mariadb/opening.h"
#include "daemon/agents/mariadb/replication.h"
#include "daemon/agents/mariadb/server_process.h"

namespace hacored::agents {
namespace {

[[noreturn]] void fail(std::string text) {
  throw Failure{AgentExit::failed, ha::Reason::database_failed, std::move(text)};
}

AgentExit start(const Parameters& parameters) {
  open_copy(Copy{parameters});
  return AgentExit::done;
}

AgentExit stop(const Parameters& parameters) {
  try {
    close_copy(Copy{parameters});
  } catch (Failure& failure) {
    if (failure.exit == AgentExit::failed) failure.reason = ha::Reason::stop_hung;
    throw;
  }
  return AgentExit::done;
}

/// What was its server is gone then, whatever it did; what has been started in its place must be read only.
AgentExit kill(const Parameters& parameters) {
  const Copy copy{parameters};
  Note note = copy.note();
  if (const auto pid = listener_at(copy.access.socket)) end_server(*pid, copy.deadline);
  if (is_server(note.server)) end_server(note.server, copy.deadline);
  note = {.server = 0, .open = false, .peer_served = note.peer_served};
  copy.keep(note);
  if (auto server = find_server(copy); server && !server->is_set("read_only"))
    fail("the server that was started again takes writes: read_only=1 is not in my.cnf");
  return AgentExit::done;
}

/// For the time when this server has crashed and follows: from there it asks for what the other one wrote since.
void keep_position(Server& server) {
  try {
    server.order("SET GLOBAL gtid_slave_pos=@@GLOBAL.gtid_current_pos");
  } catch (const SqlFailure&) {  // somebody committed in between: the next time will do
  }
}

AgentExit status(const Parameters& parameters) {
  const Copy copy{parameters};
  std::optional<Server> found = find_server(copy);
  if (!found || found->is_set("read_only")) return AgentExit::not_running;
  write_row(*found, copy);
  Server server{copy.access};  // the other connection may still wait
  wait_for_replica(server);
  keep_position(server);
  return AgentExit::done;
}

void note_that_peer_serves(const Copy& copy) {
  Note note = copy.note();
  note.peer_served = utc_now();
  copy.keep(note);
}

AgentExit ready(const Parameters& parameters) {
  const Copy copy{parameters};
  if (copy.peer_serves == true) note_that_peer_serves(copy);
  std::optional<Server> server = find_server(copy);
  if (!server) fail(fmt::format("no server at {}", copy.access.socket));
  refuse_settings(*server);
  refuse_open(*server);
  const Replication replication = replication_of(*server);
  refuse_broken(replication);
  // Where nobody serves nobody writes the row.
  if (copy.peer_serves.value_or(replication.connected))
    refuse_lag(*server, copy, replication);
  else if (has_applied(*server, replication, {}))
    refuse_stale(*server, copy);
  return AgentExit::done;
}

/// Of one that takes writes it is not asked whom it follows.
AgentExit probe(const Parameters& parameters) {
  std::optional<Server> server = find_server(Copy{parameters});
  if (!server) fail(fmt::format("no server at {}", Copy{parameters}.access.socket));
  refuse_settings(*server);
  if (!server->is_set("read_only")) return AgentExit::done;
  refuse_open(*server);
  refuse_broken(replication_of(*server));
  return AgentExit::not_running;
}

}  // namespace

std::span<const Action> mariadb_actions() {
  static const std::array actions{Action{"start", start},   Action{"stop", stop},   Action{"kill", kill},
                                  Action{"status", status}, Action{"ready", ready}, Action{"probe", probe}};
  return actions;
}

}  // namespace hacored::agents
