// From what was tallied to what is shown.
#pragma once

#include "cli/run_request.h"
#include "explore/tally.h"
#include "report/summary.h"

namespace hasim {

/// Groups, timings, `over` lines and classes of a sweep. Times, hash and digest are left to the caller.
SweepView view_of(const RunRequest&, const Tally&);

}  // namespace hasim
