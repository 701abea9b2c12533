// One event for each report, of the kind with the same meaning.
#include "lang/core_report.h"

#include <algorithm>

namespace hasim {

namespace {

EventKind kind_of(ha::ReportKind kind) {
  switch (kind) {
    case ha::ReportKind::role: return EventKind::role;
    case ha::ReportKind::peer: return EventKind::peer_view;
    case ha::ReportKind::path: return EventKind::path_view;
    case ha::ReportKind::hold: return EventKind::hold;
    case ha::ReportKind::unready: return EventKind::unready;
    case ha::ReportKind::condition: return EventKind::condition;
    case ha::ReportKind::alert: return EventKind::alert;
    case ha::ReportKind::operation: return EventKind::operation;
    case ha::ReportKind::proof: return EventKind::proof;
    case ha::ReportKind::promise: return EventKind::promise;
    case ha::ReportKind::fence: return EventKind::fence;
    case ha::ReportKind::evidence: return EventKind::evidence;
    case ha::ReportKind::right: return EventKind::right;
    case ha::ReportKind::count_: break;
  }
  ha::check_failed("a kind of report", __FILE__, __LINE__);
}

ThingId named(const CoreNames& names, ha::ServiceIndex service) {
  return service < ha::kServicesMax ? names.service[service] : kNoThing;
}

bool on(const HeadSpec& head, ThingId network) {
  return std::find(head.networks.begin(), head.networks.end(), network) != head.networks.end();
}

}  // namespace

CoreNames core_names(const WorldSpec& spec, ThingId head) {
  const HeadSpec& self = spec.heads[spec.things[head].index];
  CoreNames names{head, spec.peer_of(head), {}, {}};
  names.network.fill(kNoThing);
  names.service.fill(kNoThing);
  if (names.peer == kNoThing) return names;
  const HeadSpec& peer = spec.heads[spec.things[names.peer].index];
  std::size_t path = 0;
  for (const NetworkSpec& network : spec.networks) {
    const bool shared = network.beats && on(self, network.id) && on(peer, network.id);
    if (shared && path < names.network.size()) names.network[path++] = network.id;
  }
  const std::vector<ThingId>& services = spec.cells[spec.things[self.cell].index].services;
  if (services.size() < 2) return names;
  for (const ThingId id : services) names.service.at(spec.services[spec.things[id].index].number) = id;
  return names;
}

Event event_of(const CoreNames& names, const ha::Report& report) {
  HA_CHECK(report.service == ha::kEveryService || report.service < ha::kServicesMax);
  Event event;
  event.kind = kind_of(report.kind);
  event.who = names.head;
  event.x = report.a;
  event.y = report.b;
  event.value = value(report.epoch);
  event.since = report.age.count();
  event.cause = report.cause;
  event.reason = report.reason;
  switch (report.kind) {
    case ha::ReportKind::peer: event.with = names.peer; break;
    case ha::ReportKind::path:
      HA_CHECK(report.a < names.network.size() && names.network[report.a] != kNoThing);
      event.with = names.network[report.a];
      event.x = report.b;
      event.y = 0;
      break;
    case ha::ReportKind::fence:
      event.who = names.peer;
      event.with = names.head;
      break;
    case ha::ReportKind::evidence: event.value = report.detail; break;
    case ha::ReportKind::operation:
    case ha::ReportKind::role:
    case ha::ReportKind::hold:
    case ha::ReportKind::proof:
    case ha::ReportKind::promise: event.with = named(names, report.service); break;
    default: break;
  }
  return event;
}

std::optional<Event> notice_of(const CoreNames& names, const ha::Report& report, ha::Role from) {
  const auto to = static_cast<ha::Role>(report.b);
  if (report.kind != ha::ReportKind::role || (to != ha::Role::owner && from != ha::Role::owner)) return std::nullopt;
  Event event;
  event.kind = EventKind::notice;
  event.who = names.head;
  event.with = named(names, report.service);
  event.x = to == ha::Role::owner ? 1 : 0;
  event.value = value(report.epoch);
  return event;
}

}  // namespace hasim
