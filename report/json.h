// The trace for machines: JSON Lines, one object a line (docs/trace.md). Keys are only added within version 1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "report/run_view.h"

namespace hasim {

struct MixCountRow;
struct PlaceRow;
struct SweepView;

/// As one line, with the newline; bytes that are no UTF-8 are replaced.
std::string json_line(const nlohmann::ordered_json&);

/// Names of the fields under `data` of an event of that kind, in order.
std::vector<std::string_view> json_fields(EventKind);

/// {"v":1,"type":"event",…}: one event with the names of its world. Ends with a newline, as all of these do.
std::string json_event(const Event&, const WorldSpec&);

/// {"v":1,"type":"run",…}: opens a run.
std::string json_run(const RunView&);

/// {"v":1,"type":"broken",…}: one for each broken property of the run. `five` needs recorded events.
std::string json_broken(const RunView&);

/// {"v":1,"type":"verdict",…}: closes a run.
std::string json_verdict(const RunView&);

/// {"v":1,"type":"summary",…}: the last line of a command.
std::string json_summary(const SweepView&, int exit_code);

/// The summary of a swarm: with `places` and `mix` besides.
std::string json_swarm(const SweepView&, const std::vector<PlaceRow>&, const std::vector<MixCountRow>&, int exit_code);

}  // namespace hasim
