// Runs as JSON Lines.
#pragma once

#include <string>

#include "cli/run_request.h"
#include "report/summary.h"
#include "report/timeline.h"

namespace hasim {

/// The lines of one run: run, events if asked for, broken, verdict.
std::string json_of_run(const RunView&, JsonOutput);

/// The summary of a command that made one run.
SweepView view_of_one(const RunRequest&, const RunView&, Duration took);

}  // namespace hasim
