#include "daemon/telling.h"

#include <fmt/format.h>

#include "daemon/log.h"

namespace hacored {
namespace {

using ha::ReportKind;

std::string_view step_of(std::uint8_t step) { return ha::to_string(static_cast<ha::FenceStep>(step)); }

std::string because(ha::Cause cause) {
  return cause == ha::Cause::none ? "" : fmt::format(" because {}", ha::explain(cause));
}

std::string what(const Settings& settings, const ha::Report& r) {
  const std::string& peer = settings.heads[1 - settings.self];
  switch (r.kind) {
    case ReportKind::role:
      return fmt::format("{} -> {}{}", to_string(static_cast<ha::Role>(r.a)), to_string(static_cast<ha::Role>(r.b)),
                         because(r.cause));
    case ReportKind::peer:
      return fmt::format("{} is {}{}", peer, to_string(static_cast<ha::PeerView>(r.b)), because(r.cause));
    case ReportKind::path:
      return fmt::format("path {} {}", r.a < settings.paths.size() ? settings.paths[r.a].name : "?",
                         r.b ? "is heard" : "is silent");
    case ReportKind::hold: return r.a ? fmt::format("holds: {}", explain(r.reason)) : "holds no longer";
    case ReportKind::unready:
      return r.a ? fmt::format("a failover to this head would fail: {}", explain(r.reason))
                 : fmt::format("no longer: {}", explain(r.reason));
    case ReportKind::condition: return fmt::format("{}{}", r.a ? "" : "no longer: ", explain(r.reason));
    case ReportKind::alert: return fmt::format("alert: {}", explain(r.reason));
    case ReportKind::operation:
      return fmt::format("{} {}{}", to_string(static_cast<ha::Operation>(r.a)), r.b ? "begins" : "ends",
                         because(r.cause));
    case ReportKind::proof:
      return fmt::format("{} proof for epoch {}: {}", r.b ? "takes" : "drops", ha::value(r.epoch),
                         explain(static_cast<ha::Proof>(r.a)));
    case ReportKind::promise: return fmt::format("promised epoch {}", ha::value(r.epoch));
    case ReportKind::fence: {
      const std::string level = r.b < settings.fence.size() ? settings.fence[r.b].name : std::to_string(r.b);
      return fmt::format("fence of {} by {} {}{}", peer, level, step_of(r.a),
                         r.reason == ha::Reason::none ? "" : fmt::format(": {}", explain(r.reason)));
    }
    case ReportKind::evidence:
      return fmt::format("evidence {} {}, {} ms old", to_string(static_cast<ha::EvidenceSource>(r.a)),
                         static_cast<ha::EvidenceUse>(r.b) == ha::EvidenceUse::used          ? "used"
                         : static_cast<ha::EvidenceUse>(r.b) == ha::EvidenceUse::contradicts ? "contradicts"
                                                                                             : "not used",
                         std::chrono::duration_cast<std::chrono::milliseconds>(r.age).count());
    case ReportKind::right:
      return r.a == 0 ? "the right to run is lost"
                      : fmt::format("the right to run is renewed by {}", r.a == 1 ? "the store" : "the peer's word");
    case ReportKind::count_: break;
  }
  return "";
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

void tell(const Settings& settings, const ha::Report& report) {
  if (report.kind == ReportKind::right && report.a != 0) return;  // every second or so
  const bool of_service = report.service != ha::kEveryService && report.service < settings.services.size();
  const std::string service = of_service ? settings.services[report.service].name : "";
  const std::string text = what(settings, report);
  log(level_of(report), of_service ? fmt::format("{}: {}", service, text) : text,
      {{"SERVICE", service},
       {"EPOCH", std::to_string(ha::value(report.epoch))},
       {"CAUSE", std::string{to_string(report.cause)}},
       {"REASON", std::string{to_string(report.reason)}}});
}

}  // namespace hacored
