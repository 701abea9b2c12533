// Many runs: told as they come, summed up at the end.
#pragma once

#include "cli/run_request.h"

namespace hasim {

/// Runs the plan with all workers and prints the summary (or JSON), then details of what broke.
Exit run_sweep(const RunRequest&);

}  // namespace hasim
