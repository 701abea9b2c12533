// Networks: which frame gets through, when, and who has carrier.
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

bool has_carrier(Engine&, int network, int head);
/// Does a single small frame from one place to another get through that network now?
bool passes(Engine&, int network, ThingId from, ThingId to);
/// Small frames pass and full ones vanish, one way or the other.
bool loses_large_frames(Engine&, int network, ThingId a, ThingId b);
/// Do data flow there and back, by any network both are on: segments of full length, at a rate that is of use?
bool carries_data(Engine&, ThingId from, ThingId to);
/// How long a request takes one way, by any network both are on; nothing if it does not get there.
std::optional<Duration> way(Engine&, ThingId from, ThingId to);
/// There and back, as `way`; nothing if either direction fails.
std::optional<Duration> round_trip(Engine&, ThingId from, ThingId to);
/// Does the kernel of that head's peer answer a ping on a network that carries beats? A frozen head's does.
bool peer_pings(Engine&, int head);
/// Is an announcement of that head heard by those clients? Uses up faults that drop a number of them.
bool announcement_heard(Engine&, int network, int head, ThingId clients);
/// When that place last heard a beat of the head: `kLongAgo` if it cannot.
Time beat_heard(Engine&, int head, ThingId place);

/// Faults changed: carrier is told to the cores, frames of networks that are no longer frozen arrive.
void networks_changed(Engine&);
/// Carrier may have changed: tells the cores.
void links_changed(Engine&);
/// Tells the core of that head what its host sees of the path: carrier, and whether full frames pass.
void tell_link(Engine&, int head, int path);
/// Old beats are played back (`replays beats`).
void replay(Engine&, const Due&);
/// A head boots: links that are late get carrier some time after its kernel is up.
void links_are_late(Engine&, int head, Duration boot);
void late_link_up(Engine&, const Due&);
/// A flapping network changes its carrier.
void flap(Engine&, const Due&);

}  // namespace hasim::sim
