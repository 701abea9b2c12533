// Outlets, and the faults between a command and an outlet.
#include "sim/pdu.h"

#include "sim/faults.h"
#include "sim/machine.h"
#include "sim/ways.h"

namespace hasim::sim {

namespace {

using ha::Reading;

ThingId pdu_id(const Engine& e, int head, int feed) {
  return e.layout->spec->pdus[static_cast<std::size_t>(e.head(head).feed[static_cast<std::size_t>(feed)])].id;
}

bool pdu_answers(Engine& e, int sender, ThingId pdu) {
  return fault_on(e, SentenceId::fault_pdu_silent, pdu) == nullptr &&
         fault_on(e, SentenceId::fault_pdu_lose_power, pdu) == nullptr &&
         (e.layout->networks_of[pdu] == 0 || round_trip(e, e.id_of(sender), pdu).has_value());
}

/// Which head's outlet a command to this PDU switches.
int outlet_of(Engine& e, ThingId pdu, int target) {
  const ThingId meant = e.id_of(target);
  const Fault* f = newest(e, [&](const Fault& each) {
    return each.id == SentenceId::fault_pdu_control_head_instead && each.thing[0] == pdu && each.thing[2] == meant;
  });
  return f == nullptr ? target : e.layout->index_of(f->thing[1]);
}

bool feed_fails(Engine& e, ThingId pdu, ThingId head) {
  return newest(e, [&](const Fault& f) {
           return f.id == SentenceId::fault_pdu_fail_on_feed && f.thing[0] == pdu && f.thing[1] == head;
         }) != nullptr;
}

}  // namespace

bool pdus_answer(Engine& e, int sender, int target) {
  for (int f = 0; f < e.head(target).feeds; ++f) {
    if (!pdu_answers(e, sender, pdu_id(e, target, f))) return false;
  }
  return true;
}

void outlets_off(Engine& e, int sender, int target) {
  for (int f = 0; f < e.head(target).feeds; ++f) {
    const ThingId pdu = pdu_id(e, target, f);
    if (!pdu_answers(e, sender, pdu) || feed_fails(e, pdu, e.id_of(target))) continue;
    const int head = outlet_of(e, pdu, target);
    for (int own = 0; own < e.head(head).feeds; ++own) {
      if (pdu_id(e, head, own) != pdu) continue;
      e.s.tables.outlet_off[static_cast<std::size_t>(head)][static_cast<std::size_t>(own)] = true;
    }
    if (e.machine(head).power && e.head(head).feeds > 0) mains_changed(e, head);
  }
}

Reading read_outlets(Engine& e, int sender, int target) {
  Reading reading = Reading::off;
  for (int f = 0; f < e.head(target).feeds; ++f) {
    const ThingId pdu = pdu_id(e, target, f);
    if (!pdu_answers(e, sender, pdu)) return Reading::unknown;
    const int head = outlet_of(e, pdu, target);
    if (!e.s.tables.outlet_off[static_cast<std::size_t>(head)][static_cast<std::size_t>(f)]) reading = Reading::on;
  }
  return reading;
}

}  // namespace hasim::sim
