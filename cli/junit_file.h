// The JUnit file of a command.
#pragma once

#include <string>

#include "cli/run_request.h"
#include "lang/run.h"
#include "report/junit.h"

namespace hasim {

/// Adds one run; `Result` is a RunResult or an Outcome.
template <class Result>
void add_to_junit(JunitReport& junit, const RunRequest& request, const RunKey& key, const Result& result);

/// Writes the file. Exit::failed, with a message, if it cannot be written.
Exit write_junit(const JunitReport&, const std::string& path);

}  // namespace hasim
