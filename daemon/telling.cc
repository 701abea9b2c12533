// Reports of the core in the log.
#include "daemon/telling.h"

#include "core/telling.h"
#include "daemon/log.h"

namespace hacored {
namespace {

using ha::ReportKind;

template <class List>
std::vector<std::string> names_of(const List& list) {
  std::vector<std::string> names;
  for (const auto& one : list) names.push_back(one.name);
  return names;
}

Level level_of(const ha::Report& r) {
  switch (r.kind) {
    case ReportKind::alert: return Level::error;
    case ReportKind::hold:
    case ReportKind::unready:
    case ReportKind::condition: return r.a ? Level::warning : Level::notice;
    case ReportKind::right: return r.a == 0 ? Level::error : Level::debug;
    case ReportKind::promise: return Level::debug;
    default: return Level::notice;
  }
}

}  // namespace

ha::Names names_of(const Settings& settings) {
  return {settings.heads[1 - settings.self], names_of(settings.paths), names_of(settings.fence),
          names_of(settings.services)};
}

void tell(const ha::Names& names, const ha::Report& report) {
  if (report.kind == ReportKind::right && report.a != 0) return;  // every second or so
  const bool of_service = report.service != ha::kEveryService && report.service < names.services.size();
  log(level_of(report), ha::describe(report, names),
      {{"SERVICE", of_service ? names.services[report.service] : ""},
       {"EPOCH", std::to_string(ha::value(report.epoch))},
       {"CAUSE", std::string{to_string(report.cause)}},
       {"REASON", std::string{to_string(report.reason)}}});
}

}  // namespace hacored
