// This head's copy of a replicated database: how it is reached, what hacored said of the moment, and what earlier
// programs of this boot noted about it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/agents/agent.h"
#include "daemon/agents/deadline.h"
#include "daemon/agents/mariadb/server.h"

namespace hacored::agents {

/// Kept in the folder of hacored that a boot empties, as the server that it tells of is gone then.
struct Note {
  pid_t server = 0;   ///< the process that was opened for writes here; 0: none
  bool open = false;  ///< … and was not closed in order since
  /// When the other head was last known to serve, in microseconds of UTC.
  std::optional<std::int64_t> peer_served;
};

struct Copy {
  explicit Copy(const Parameters& parameters);

  Note note() const;
  void keep(const Note& note) const;

  Server::Access access;
  std::string peer;
  std::chrono::milliseconds lag_max;
  std::chrono::milliseconds server_max;
  Deadline deadline;                ///< a little before hacored loses patience
  bool forced;                      ///< an operator wants it whatever is known of it
  bool peer_stopped;                ///< the other head has stopped its server in order
  bool peer_refused;                ///< the other head was given it, and did not open its copy
  std::optional<bool> peer_serves;  ///< nothing: nobody said so
  std::string file;                 ///< of the note; empty: nowhere
};

/// Nothing: there is no server, and nobody can write. Throws `Failure` if there is one that cannot be spoken to.
std::optional<Server> find_server(const Copy& copy);

}  // namespace hacored::agents
