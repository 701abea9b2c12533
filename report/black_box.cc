// Reports and the summary of a replay as JSON.
#include "report/black_box.h"

#include <nlohmann/json.hpp>

#include "core/telling.h"
#include "report/numbers.h"

namespace hasim {
namespace {}  // namespace

std::string json_line(ha::Instant at, const ha::Report& report, ha::Duration late) {
  return nlohmann::json{{"v", 1},
                        {"at", in_seconds(at.time_since_epoch())},
                        {"kind", static_cast<int>(report.kind)},
                        {"a", report.a},
                        {"b", report.b},
                        {"epoch", ha::value(report.epoch)},
                        {"cause", to_string(report.cause)},
                        {"reason", to_string(report.reason)},
                        {"late", in_seconds(late)},
                        {"text", describe(report)}}
             .dump() +
         "\n";
}

std::string json_line(const ha::Replay& replay, ha::Duration latest) {
  return nlohmann::json{{"v", 1},
                        {"steps", replay.steps},
                        {"differences", replay.differences},
                        {"seconds", replay.steps > 0 ? in_seconds(replay.to - replay.from) : 0.0},
                        {"latest", in_seconds(latest)}}
             .dump() +
         "\n";
}

}  // namespace hasim
