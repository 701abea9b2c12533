// What a copy says of its replication, and what speaks against opening it.
#pragma once

#include <string>

#include "daemon/agents/mariadb/copy.h"

namespace hacored::agents {

/// Of SHOW SLAVE STATUS.
struct Replication {
  bool told = false;       ///< whom to follow
  bool fetches = false;    ///< connected, or trying to be
  bool connected = false;  ///< to a server that answers, as far as it knows
  bool applies = false;
  bool by_gtid = false;
  unsigned fetch_error = 0;
  unsigned apply_error = 0;
  std::string fetch_said;
  std::string apply_said;
  std::string received;  ///< up to where, as a GTID position
  std::string place;     ///< changes with whatever arrives
  std::string behind;    ///< seconds, by its own account
};

Replication replication_of(Server& server);

/// Commits wait for the word of the replica from now on, if there is one that gives it (semi-synchronous replication).
void wait_for_replica(Server& server);
/// They do not. What is applied is committed, too, and the first row of a new owner may be; a replica that is not there
/// would hold that up for as long as commits may wait.
void commit_alone(Server& server);

/// Everything that was received is applied; waits that long for it.
bool has_applied(Server& server, const Replication& replication, std::chrono::milliseconds wait);

/// These throw `Failure` with the reason why the copy must not be opened.
void refuse_settings(Server& server);
void refuse_open(Server& server);  ///< to be asked of a copy at rest
void refuse_broken(const Replication& replication, bool other_may_lack = false);
/// While the other head serves: its newest row is too old.
void refuse_lag(Server& server, const Copy& copy, const Replication& replication);
/// When it serves no more, and all that came from it is applied: that ends too long before it was last known to serve.
void refuse_stale(Server& server, const Copy& copy);

/// Microseconds of UTC.
std::int64_t utc_now();

}  // namespace hacored::agents
