// The reports of a core as events, and what the world remembers of them.
#include "sim/report.h"

namespace hasim::sim {

namespace {

Said said(const Event& event) {
  return {.with = event.with,
          .x = event.x,
          .y = event.y,
          .value = event.value,
          .since = event.since,
          .cause = event.cause,
          .reason = event.reason};
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
  const CoreNames& names = e.head(head).names;
  const Event event = event_of(names, out);
  Said told = said(event);
  told.also_because = core.reported != e.because ? core.reported : e.s.tables.last_fault;
  if (out.kind == ha::ReportKind::operation && out.b != 0 && core.under_way() == 0) e.s.tables.steps = {};
  const std::uint32_t id = e.emit(event.kind, event.who, told);
  ha::Role& role = core.role[number_of(out)];
  const std::optional<Event> notice = notice_of(names, out, role);
  if (out.kind == ha::ReportKind::role) role = static_cast<ha::Role>(out.b);
  if (out.kind == ha::ReportKind::operation) count_operation(core, out);
  if (out.kind != ha::ReportKind::right) core.reported = id;
  if (notice) e.emit(notice->kind, notice->who, said(*notice));
}

}  // namespace hasim::sim
