// Who has carrier, and how cores hear of it.
#include "sim/carrier.h"

#include "sim/faults.h"
#include "sim/line_faults.h"

namespace hasim::sim {

bool has_carrier(Engine& e, int n, int head) {
  if (!e.machine(head).power) return false;
  if (network(e, n).cable && !e.machine(e.head(head).peer).power) return false;
  if (!e.lines_faulty) return true;
  const ThingId me = e.id_of(head);
  if (carrier_lost(e, line_of(e, n, me, me))) return false;
  const ThingId peer = e.id_of(e.head(head).peer);
  return !network(e, n).cable || !carrier_lost(e, line_of(e, n, peer, peer));
}

void links_changed(Engine& e) {
  for (int h = 0; h < e.heads(); ++h) {
    Core& core = e.core(h);
    for (int p = 0; p < e.head(h).paths; ++p) {
      const int n = e.head(h).path[static_cast<std::size_t>(p)];
      const bool carrier = has_carrier(e, n, h);
      const unsigned bit = 1U << p;
      if (carrier == ((core.link_told & bit) != 0)) continue;
      core.link_told = static_cast<std::uint16_t>(core.link_told ^ bit);
      e.emit(EventKind::link, network(e, n).id, {.with = e.id_of(h), .x = carrier ? 1 : 0});
      if (core.runs()) tell_link(e, h, p);
    }
  }
}

void tell_link(Engine& e, int head, int path) {
  const Core& core = e.core(head);
  const unsigned carrier = core.link_told >> path & 1U;
  const unsigned short_only = core.checks.short_only[static_cast<std::size_t>(path)].believed() ? 1 : 0;
  e.later(Duration{0}, {.kind = DueKind::link,
                        .head = static_cast<std::uint8_t>(head),
                        .life = core.life,
                        .a = static_cast<std::uint64_t>(path),
                        .b = carrier | short_only << 1});
}

void links_are_late(Engine& e, int head, Duration boot) {
  for (Fault& fault : e.s.faults) {
    if (fault.id != SentenceId::fault_link_late || fault.thing[0] != e.id_of(head)) continue;
    fault.down = true;
    e.later(boot + Duration{fault.amount[0]}, {.kind = DueKind::late_link_up,
                                               .head = static_cast<std::uint8_t>(head),
                                               .life = e.machine(head).life,
                                               .a = fault.number});
  }
}

void late_link_up(Engine& e, const Due& due) {
  Fault* fault = newest(e, [&](const Fault& f) { return f.number == due.a && f.id == SentenceId::fault_link_late; });
  if (fault == nullptr || e.machine(due.head).life != due.life) return;
  fault->down = false;
  e.because = fault->event;
  apply_faults(e);
}

void flap(Engine& e, const Due& due) {
  Fault* fault = newest(e, [&](const Fault& f) { return f.number == due.a && f.id == SentenceId::fault_net_flaps; });
  if (fault == nullptr) return;
  fault->down = !fault->down;
  e.later(Duration{fault->amount[0]}, due);
  apply_faults(e);
}

}  // namespace hasim::sim
