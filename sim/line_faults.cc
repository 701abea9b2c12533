// Matching of faults with scopes to directions.
#include "sim/line_faults.h"

#include "sim/faults.h"

namespace hasim::sim {

namespace {

/// Where the picks of the SCOPE begin in a sentence about a network; -1: it has none.
int scope_pick(SentenceId id) {
  switch (id) {
    case SentenceId::fault_net_cut:
    case SentenceId::fault_net_frozen:
    case SentenceId::fault_net_flaps:
    case SentenceId::fault_net_drops_beats:
    case SentenceId::fault_net_drops_large_frames:
    case SentenceId::fault_net_limited_to_rate:
    case SentenceId::fault_net_duplicates:
    case SentenceId::fault_net_corrupts: return 0;
    case SentenceId::fault_net_drops:
    case SentenceId::fault_net_drops_announcements:
    case SentenceId::fault_net_delays:
    case SentenceId::fault_net_reorders:
    case SentenceId::fault_net_replays_beats: return 1;
    default: return -1;
  }
}

bool in_scope(const Fault& fault, const LineOf& line) {
  const int at = scope_pick(fault.id);
  if (at < 0 || fault.pick[static_cast<std::size_t>(at)] == 0) return true;
  const ThingId a = fault.thing[1];
  const ThingId b = fault.thing[2];
  switch (fault.pick[static_cast<std::size_t>(at) + 1]) {
    case 0: return (line.from == a && line.to == b) || (line.from == b && line.to == a);
    case 1: return line.from == a && line.to == b;
    default: return line.from == a || line.to == a;
  }
}

bool cuts(const Fault& fault) {
  switch (fault.id) {
    case SentenceId::fault_net_cut:
    case SentenceId::fault_head_isolated:
    case SentenceId::fault_link_one_way:
    case SentenceId::fault_link_blocked:
    case SentenceId::fault_bond_fails_over: return true;
    default: return false;
  }
}

bool takes_carrier(const Fault& fault) {
  switch (fault.id) {
    case SentenceId::fault_net_down:
    case SentenceId::fault_net_restarts:
    case SentenceId::fault_link_down: return true;
    case SentenceId::fault_net_flaps:
    case SentenceId::fault_link_late: return fault.down;
    default: return false;
  }
}

}  // namespace

const NetworkSpec& network(const Engine& e, int n) { return e.layout->spec->networks[static_cast<std::size_t>(n)]; }

LineOf line_of(const Engine& e, int n, ThingId from, ThingId to) { return {network(e, n).id, from, to}; }

bool on_networks(SentenceId id) {
  switch (id) {
    case SentenceId::fault_net_down:
    case SentenceId::fault_net_restarts:
    case SentenceId::fault_head_isolated:
    case SentenceId::fault_link_down:
    case SentenceId::fault_link_late:
    case SentenceId::fault_link_one_way:
    case SentenceId::fault_link_blocked:
    case SentenceId::fault_bond_fails_over: return true;
    default: return scope_pick(id) >= 0;
  }
}

bool concerns(const Fault& fault, const LineOf& line) {
  const bool at_place = line.from == fault.thing[0] || line.to == fault.thing[0];
  switch (fault.id) {
    case SentenceId::fault_head_isolated: return at_place && !(fault.pick[0] == 1 && fault.thing[1] == line.network);
    case SentenceId::fault_link_down:
    case SentenceId::fault_link_late:
    case SentenceId::fault_link_blocked:
    case SentenceId::fault_bond_fails_over: return at_place && fault.thing[1] == line.network;
    case SentenceId::fault_link_one_way: {
      const bool deaf = fault.pick[0] == 0;
      return fault.thing[1] == line.network && (deaf ? line.to : line.from) == fault.thing[0];
    }
    default: return on_networks(fault.id) && fault.thing[0] == line.network && in_scope(fault, line);
  }
}

Fault* line_fault(Engine& e, SentenceId id, const LineOf& line) {
  return newest(e, [&](const Fault& f) { return f.id == id && concerns(f, line); });
}

bool carrier_lost(Engine& e, const LineOf& line) {
  return newest(e, [&](const Fault& f) { return takes_carrier(f) && concerns(f, line); }) != nullptr;
}

bool is_cut(Engine& e, const LineOf& line) { return cut_since(e, line) != kNever; }

Time cut_since(Engine& e, const LineOf& line) {
  const Fault* cut = newest(e, [&](const Fault& f) { return (cuts(f) || takes_carrier(f)) && concerns(f, line); });
  return cut == nullptr ? kNever : cut->since;
}

}  // namespace hasim::sim
