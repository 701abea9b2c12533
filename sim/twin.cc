// The twin of a head: beats and alerts leave it; anything else that its core asks for would be a second head.
#include "sim/twin.h"

#include <algorithm>

#include "sim/network.h"

namespace hasim::sim {

namespace {

ha::Instant local_time(const Engine& e) { return ha::Instant{e.now() - e.s.twin.booted}; }

void perform(Engine& e) {
  Twin& twin = e.s.twin;
  for (int i = 0; i < e.twin_outputs.size(); ++i) {
    const ha::Output& out = e.twin_outputs[i];
    if (const auto* beat = std::get_if<ha::SendBeat>(&out)) send_beat(e, twin.head, *beat);
    const auto* report = std::get_if<ha::Report>(&out);
    if (report != nullptr && report->kind == ha::ReportKind::alert) {
      e.emit(EventKind::alert, e.id_of(twin.head), {.reason = report->reason});
    }
  }
}

void step(Engine& e, const ha::Input& input) {
  Twin& twin = e.s.twin;
  e.twin_outputs.clear();
  twin.node->step(local_time(e), input, e.twin_outputs);
  perform(e);
  const Duration wait = twin.node->deadline() - local_time(e);
  e.later(std::max(Duration{0}, wait), {.kind = DueKind::twin_ticks, .life = twin.life});
}

}  // namespace

void boot_twin(Engine& e, int head) {
  Twin& twin = e.s.twin;
  twin.head = head;
  twin.node.reset();
  ++twin.life;
  twin.durable = {.disk = e.core(head).durable.disk, .boot = {}};
  e.later(e.head(head).boot, {.kind = DueKind::twin_booted, .life = twin.life});
}

void twin_booted(Engine& e, const Due& due) {
  Twin& twin = e.s.twin;
  if (due.life != twin.life) return;
  twin.booted = e.now();
  e.because = e.s.tables.last_fault;
  twin.node.emplace(e.layout->system, e.head(twin.head).twin_config, twin.durable,
                    ha::Incarnation{++e.s.tables.incarnations, 1});
  step(e, ha::WatchdogState{});
}

void twin_ticks(Engine& e, const Due& due) {
  if (due.life != e.s.twin.life || !e.s.twin.node) return;
  e.because = 0;
  step(e, ha::Tick{});
}

}  // namespace hasim::sim
