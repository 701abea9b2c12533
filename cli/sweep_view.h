// From what was tallied to what is shown.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/run_request.h"
#include "explore/place_counts.h"
#include "explore/tally.h"
#include "report/summary.h"

namespace hasim {

/// Groups, timings, `over` lines and classes of a sweep. Times, hash and digest are left to the caller.
SweepView view_of(const RunRequest&, const Tally&);

/// Places with how many runs came there; `name` names a run.
std::vector<PlaceRow> place_rows(const PlaceCounts&, const std::function<std::string(const RunKey&)>& name);

}  // namespace hasim
