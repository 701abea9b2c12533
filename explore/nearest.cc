// Searching the seeds around a broken run.
#include "explore/nearest.h"

#include <algorithm>

namespace hasim {
namespace {

/// Whether two events say the same thing at the same time; ids and links may differ.
bool same(const Event& a, const Event& b) {
  return a.t == b.t && a.kind == b.kind && a.who == b.who && a.with == b.with && a.x == b.x && a.y == b.y &&
         a.cause == b.cause && a.reason == b.reason;
}

/// Random delays differ from the very start in beats and frames; a person wants the first decision or fault.
bool is_told(const Event& event) {
  switch (event.kind) {
    case EventKind::frame_sent:
    case EventKind::frame_lost:
    case EventKind::frame_received:
    case EventKind::step:
    case EventKind::right:
    case EventKind::decided:
    case EventKind::broken: return false;
    default: return event.t >= Time{0} && layer_of(event.kind) != Layer::truth;
  }
}

std::vector<Event> told(const std::vector<Event>& events) {
  std::vector<Event> kept;
  std::copy_if(events.begin(), events.end(), std::back_inserter(kept), is_told);
  return kept;
}

/// Decisions that differ only by the noise of a network, a few hundred microseconds, are no difference to a person.
constexpr Duration kNoise = std::chrono::milliseconds{1};

std::optional<Event> first_difference(const std::vector<Event>& broken, const std::vector<Event>& holds) {
  for (std::size_t i = 0; i < holds.size(); ++i) {
    if (i >= broken.size()) return holds[i];
    Event other = broken[i];
    const Duration apart = other.t > holds[i].t ? other.t - holds[i].t : holds[i].t - other.t;
    if (apart <= kNoise) other.t = holds[i].t;
    if (!same(other, holds[i])) return holds[i];
  }
  return std::nullopt;
}

}  // namespace

Neighbour nearest_that_holds(World& world, const Script& script, std::uint64_t seed, const RunOptions& options,
                             const std::vector<Event>& events, std::uint64_t reach) {
  const std::vector<Event> broken = told(events);
  Runner runner(world);
  RunOptions everything = options;
  everything.recording = Recording::everything;
  Neighbour neighbour;
  for (std::uint64_t distance = 1; distance <= reach; ++distance) {
    for (const std::uint64_t candidate : {seed - distance, seed + distance}) {
      // Numbers that wrapped around are no neighbours.
      if (candidate == 0 || (candidate < seed) != (candidate == seed - distance)) continue;
      ++neighbour.tried;
      if (!runner.run(script, candidate, everything).holds) continue;
      neighbour.seed = candidate;
      neighbour.first_difference = first_difference(broken, told(world.recorded()));
      return neighbour;
    }
  }
  return neighbour;
}

}  // namespace hasim
