// Beats on their way: which gets through, and when.
#pragma once

#include <optional>

#include "sim/engine.h"

namespace hasim::sim {

/// The path of that head that is a network; -1: it hears no beats there.
int path_on(const Engine&, int head, int network);
/// Brings a beat that its peer did not send now: an old one, or a stranger's.
void deliver(Engine&, const ha::Beat&, int head, int path);
/// Sends one beat on every path whose bit is set.
void send_beat(Engine&, int head, const ha::SendBeat&);
/// A frame's next path can be delivered: takes it off the frame and says which, or nothing if it is lost on the way in.
struct Arrival {
  std::uint8_t path = 0;
  std::uint32_t event = 0;
};
std::optional<Arrival> arrive(Engine&, Due& frame);
/// Does a frozen network hold this frame back?
bool held_by_freeze(Engine&, const Due& frame);
/// One delivery of the frame is over.
void release(Engine&, std::uint64_t frame);

/// Faults changed: carrier is told to the cores, frames of networks that are no longer frozen arrive.
void networks_changed(Engine&);
/// Old beats are played back (`replays beats`).
void replay(Engine&, const Due&);

}  // namespace hasim::sim
