// One event for each report, of the kind with the same meaning.
#include "sim/report.h"

namespace hasim::sim {

namespace {

EventKind event_of(ha::ReportKind kind) {
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

/// Notify scripts of a service run when a head becomes its owner and when it is that no more.
void notify(Engine& e, int head, ha::Role from, const ha::Report& out) {
  const auto to = static_cast<ha::Role>(out.b);
  if (to != ha::Role::owner && from != ha::Role::owner) return;
  e.emit(EventKind::notice, e.id_of(head),
         {.with = e.layout->named(head, out.service), .x = to == ha::Role::owner ? 1 : 0, .value = value(out.epoch)});
}

/// What a report of the head itself changes stands at the first service.
std::size_t number_of(const ha::Report& out) { return out.service == ha::kEveryService ? 0 : out.service; }

void count_operation(Core& core, const ha::Report& out) {
  const unsigned bit = 1U << out.a;
  std::uint8_t& operations = core.operations[number_of(out)];
  operations = static_cast<std::uint8_t>(out.b != 0 ? operations | bit : operations & ~bit);
}

}  // namespace

void report(Engine& e, int head, const ha::Report& out) {
  Core& core = e.core(head);
  const HeadLayout& me = e.head(head);
  ThingId who = me.id;
  Said said{.x = out.a,
            .y = out.b,
            .value = value(out.epoch),
            .since = out.age.count(),
            .cause = out.cause,
            .reason = out.reason,
            .also_because = core.reported != e.because ? core.reported : e.s.tables.last_fault};
  HA_CHECK(out.service == ha::kEveryService || out.service < ha::kServicesMax);
  switch (out.kind) {
    case ha::ReportKind::peer: said.with = e.id_of(me.peer); break;
    case ha::ReportKind::path:
      HA_CHECK(out.a < me.paths);
      said.with = e.layout->spec->networks[static_cast<std::size_t>(me.path[out.a])].id;
      said.x = out.b;
      said.y = 0;
      break;
    case ha::ReportKind::fence:
      who = e.id_of(me.peer);
      said.with = me.id;
      break;
    case ha::ReportKind::evidence: said.value = out.detail; break;
    case ha::ReportKind::operation:
      if (out.b != 0 && core.under_way() == 0) e.s.tables.steps = {};
      said.with = e.layout->named(head, out.service);
      break;
    case ha::ReportKind::role:
    case ha::ReportKind::hold:
    case ha::ReportKind::proof:
    case ha::ReportKind::promise: said.with = e.layout->named(head, out.service); break;
    default: break;
  }
  const std::uint32_t id = e.emit(event_of(out.kind), who, said);
  ha::Role& role = core.role[number_of(out)];
  const ha::Role before = role;
  if (out.kind == ha::ReportKind::role) role = static_cast<ha::Role>(out.b);
  if (out.kind == ha::ReportKind::operation) count_operation(core, out);
  if (out.kind != ha::ReportKind::right) core.reported = id;
  if (out.kind == ha::ReportKind::role) notify(e, head, before, out);
}

}  // namespace hasim::sim
