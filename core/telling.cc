// The words for inputs and reports.
#include "core/telling.h"

#include <fmt/format.h>

namespace ha {
namespace {

std::string named(const std::vector<std::string>& names, std::size_t i) {
  return i < names.size() ? names[i] : std::to_string(i);
}

std::string_view step_of(std::uint8_t step) { return to_string(static_cast<FenceStep>(step)); }

std::string because(Cause cause) { return cause == Cause::none ? "" : fmt::format(" because {}", explain(cause)); }

std::string what(const Names& names, const Report& r) {
  switch (r.kind) {
    case ReportKind::role:
      return fmt::format("{} -> {}{}", to_string(static_cast<Role>(r.a)), to_string(static_cast<Role>(r.b)),
                         because(r.cause));
    case ReportKind::peer:
      return fmt::format("{} is {}{}", names.peer, to_string(static_cast<PeerView>(r.b)), because(r.cause));
    case ReportKind::path: return fmt::format("path {} {}", named(names.paths, r.a), r.b ? "is heard" : "is silent");
    case ReportKind::hold: return r.a ? fmt::format("holds: {}", explain(r.reason)) : "holds no longer";
    case ReportKind::unready:
      return r.a ? fmt::format("a failover to this head would fail: {}", explain(r.reason))
                 : fmt::format("no longer: {}", explain(r.reason));
    case ReportKind::condition: return fmt::format("{}{}", r.a ? "" : "no longer: ", explain(r.reason));
    case ReportKind::alert: return fmt::format("alert: {}", explain(r.reason));
    case ReportKind::operation:
      return fmt::format("{} {}{}", to_string(static_cast<Operation>(r.a)), r.b ? "begins" : "ends", because(r.cause));
    case ReportKind::proof:
      return fmt::format("{} proof for epoch {}: {}", r.b ? "takes" : "drops", value(r.epoch),
                         explain(static_cast<Proof>(r.a)));
    case ReportKind::promise: return fmt::format("promised epoch {}", value(r.epoch));
    case ReportKind::fence: {
      return fmt::format("fence of {} by {} {}{}", names.peer, named(names.levels, r.b), step_of(r.a),
                         r.reason == Reason::none ? "" : fmt::format(": {}", explain(r.reason)));
    }
    case ReportKind::evidence:
      return fmt::format("evidence {} {}, {} ms old", to_string(static_cast<EvidenceSource>(r.a)),
                         static_cast<EvidenceUse>(r.b) == EvidenceUse::used          ? "used"
                         : static_cast<EvidenceUse>(r.b) == EvidenceUse::contradicts ? "contradicts"
                                                                                     : "not used",
                         std::chrono::duration_cast<std::chrono::milliseconds>(r.age).count());
    case ReportKind::right:
      return r.a == 0 ? "the right to run is lost"
                      : fmt::format("the right to run is renewed by {}", r.a == 1 ? "the store" : "the peer's word");
    case ReportKind::count_: break;
  }
  return "";
}

}  // namespace

std::string describe(const Report& report, const Names& names) {
  const std::string text = what(names, report);
  const bool of_service = report.service != kEveryService && report.service < names.services.size();
  return of_service ? fmt::format("{}: {}", names.services[report.service], text) : text;
}

std::string describe(const Input& input, const Names& names) {
  if (const auto* beat = std::get_if<BeatReceived>(&input))
    return fmt::format("beat {} on path {}", beat->beat.seq, named(names.paths, beat->path));
  if (const auto* command = std::get_if<Command>(&input)) return fmt::format("order {}", to_string(command->kind));
  static constexpr std::array kWords{"tick",
                                     "beat",
                                     "link",
                                     "probed",
                                     "resource answer",
                                     "resource failed",
                                     "marker answer",
                                     "power-off answer",
                                     "power reading",
                                     "store answer",
                                     "voters",
                                     "ping answer",
                                     "the peer dumps",
                                     "order",
                                     "fitness",
                                     "staged",
                                     "watchdog",
                                     "fence agent"};
  static_assert(kWords.size() == std::variant_size_v<Input>);
  return kWords[input.index()];
}

}  // namespace ha
