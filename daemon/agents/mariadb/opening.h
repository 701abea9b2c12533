// How a copy that follows comes to take writes.
#pragma once

#include "daemon/agents/mariadb/copy.h"

namespace hacored::agents {

/// Returns when it takes them, and a row was written. Throws `Failure`; then it takes none.
void open_copy(const Copy& copy);

/// Writes the row of this server, and reads it. A row that is written and waits for the word of the replica is as good:
/// how long commits wait is the administrator's choice. `first`: of this time that it is open. Throws `Failure`.
void write_row(Server& server, const Copy& copy, bool first = false);

}  // namespace hacored::agents
