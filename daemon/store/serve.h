// hacore-store at work: requests on standard input, answers on standard output, in order.
#pragma once

#include "daemon/store.h"

namespace hacored {

/// Serves until the other end of `socket` (SOCK_SEQPACKET) is closed; then the process ends at once, also in the
/// middle of a request that hangs. Returns the exit status: 0, or 1 if something else than a request came.
int serve(Store& store, int socket);

}  // namespace hacored
