// Keys and passwords are in the memory of hacored: it goes into no core dump, and no other program may look at it.
#pragma once

namespace hacored {

/// Of this process and of those it forks, until they execute another program. Only the soft limit of core dumps is
/// lowered: services that are started from here get theirs back (daemon/runner_process.cc).
void keep_memory_private();

}  // namespace hacored
