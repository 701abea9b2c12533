// The timeline of one run: a row for each thing worth knowing, with the state of the heads and the scenario's lines.
#pragma once

#include <string>

#include "report/run_view.h"
#include "report/style.h"

namespace hasim {

/// Two header lines and the rows. `detail` is the number of -v.
std::string timeline(const RunView&, int detail, const Style&);

}  // namespace hasim
