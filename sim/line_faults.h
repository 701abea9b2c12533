// Which fault concerns a frame of one network in one direction.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// A direction of a network.
struct LineOf {
  ThingId network = kNoThing;
  ThingId from = kNoThing;
  ThingId to = kNoThing;
};

const NetworkSpec& network(const Engine&, int n);
LineOf line_of(const Engine&, int n, ThingId from, ThingId to);

/// Does the fault act on this direction? False for faults that are not about networks.
bool concerns(const Fault&, const LineOf&);
/// Is the fault one of a network or of a link?
bool on_networks(SentenceId);
/// The newest fault with that sentence on the line.
Fault* line_fault(Engine&, SentenceId, const LineOf&);
/// No carrier at one of the ends, because of a fault.
bool carrier_lost(Engine&, const LineOf&);
/// Cut, isolated, deaf, mute or blocked.
bool is_cut(Engine&, const LineOf&);
/// When the newest cut of the line began; `kNever` if it is not cut.
Time cut_since(Engine&, const LineOf&);

}  // namespace hasim::sim
