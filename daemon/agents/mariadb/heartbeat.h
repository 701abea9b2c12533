// The row that the server which takes writes renews with each check. Its age on the other head is how far that copy is
// behind, whatever replication says of itself.
#pragma once

#include <chrono>
#include <optional>

#include "daemon/agents/mariadb/server.h"

namespace hacored::agents {

struct Heartbeat {
  std::chrono::microseconds age{};  ///< by the clocks of both heads
  bool open = true;                 ///< false: the last thing that its server wrote before it was closed
};

/// Where there is none yet. To be called on a server that takes writes, as `beat`.
void make_heartbeat_table(Server& server);

/// Writes the own row and reads it back: it stands under the number of this server, so what comes by replication cannot
/// be taken for it. Throws `Failure`.
void beat(Server& server, bool open);

/// Removes the rows of others, as a server is opened: a last row of theirs that stands here later is of a later time,
/// whatever the clocks say.
void forget_others(Server& server);

/// One that was written is not acknowledged yet, for a replica that was sent it has not said so.
bool beat_awaits_replica(Server& server);

/// The newest one of another server.
std::optional<Heartbeat> heartbeat_of_other(Server& server);

}  // namespace hacored::agents
