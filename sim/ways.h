// What gets through a network now and how long it takes, of everything that is no beat.
#pragma once

#include <optional>

#include "sim/engine.h"

namespace hasim::sim {

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

}  // namespace hasim::sim
