// One stage after the other, as in the simulator (sim/line_faults.cc).
#include "netns/lines.h"
#include "lang/amount.h"

#include <algorithm>

namespace hasim::netns {
namespace {

constexpr std::int64_t kSwitchBuffer = 64LL * 1024;  ///< bytes that a port of a switch keeps

bool by_chance(LineFault& fault) { return fault.draws.chance(fraction(fault.share)); }

/// In bursts: those of the given mean length hold the given share of all frames (Gilbert-Elliott).
bool drops(LineFault& fault) {
  if (fault.amount == 0) return by_chance(fault);
  const double p = fraction(fault.share);
  const double leave = 1.0 / static_cast<double>(fault.amount);
  const double enter = p >= 1.0 ? 1.0 : std::min(1.0, leave * p / (1.0 - p));
  fault.in_burst = fault.in_burst ? p >= 1.0 || !fault.draws.chance(leave) : fault.draws.chance(enter);
  return fault.in_burst;
}

/// Announcements, all of them or the next few, as those count them for whom they are. Each is two frames.
bool swallows(LineFault& fault, const Frame& frame, const Line& line) {
  if (!frame.announcement || fault.amount == 0) return frame.announcement;
  const bool swallowed = fault.share > 0 || (frame.repeats && fault.in_burst);
  if (!frame.repeats && line.leaves) {
    fault.in_burst = swallowed;
    if (swallowed) --fault.share;
  }
  return swallowed;
}

Duration up_to(LineFault& fault) { return Duration{fault.draws.uniform(0, fault.by.count())}; }

/// A slow line is a queue in front of a slow wire. Nothing: it is full.
std::optional<Duration> queued(LineFault& fault, const Frame& frame, bool up, Time now) {
  const auto takes = [&](std::int64_t bytes) { return Duration{bytes * 8 * 1'000'000'000 / fault.amount}; };
  Time& free_at = fault.free_at[up ? 0 : 1];
  const Time begins = std::max(free_at, now);
  if (begins - now > takes(kSwitchBuffer)) return std::nullopt;
  free_at = begins + takes(static_cast<std::int64_t>(frame.size));
  return free_at - now;
}

/// False: a later fault of the same kind is in force there.
bool newest(const std::map<std::uint32_t, LineFault>& faults, std::uint32_t number, const LineFault& fault,
            const Line& line) {
  return std::none_of(faults.upper_bound(number), faults.end(), [&](const auto& later) {
    const LineFault& other = later.second;
    return other.id == fault.id && other.on.network == line.network && other.on.scope.covers(line.from, line.to);
  });
}

}  // namespace

bool Scope::covers(ThingId from, ThingId to) const {
  switch (kind) {
    case Kind::all: return true;
    case Kind::between: return (from == a && to == b) || (from == b && to == a);
    case Kind::from: return from == a && to == b;
    case Kind::at: return from == a || to == a;
    case Kind::out_of: return from == a;
    default: return to == a;
  }
}

bool on_networks(SentenceId id) {
  switch (id) {
    case SentenceId::fault_head_isolated:
    case SentenceId::fault_net_cut:
    case SentenceId::fault_net_frozen:
    case SentenceId::fault_net_down:
    case SentenceId::fault_net_restarts:
    case SentenceId::fault_net_flaps:
    case SentenceId::fault_net_drops:
    case SentenceId::fault_net_drops_beats:
    case SentenceId::fault_net_drops_large_frames:
    case SentenceId::fault_net_drops_announcements:
    case SentenceId::fault_net_delays:
    case SentenceId::fault_net_reorders:
    case SentenceId::fault_net_duplicates:
    case SentenceId::fault_net_corrupts:
    case SentenceId::fault_net_limited_to_rate:
    case SentenceId::fault_link_down:
    case SentenceId::fault_link_one_way:
    case SentenceId::fault_link_blocked:
    case SentenceId::fault_link_late:
    case SentenceId::fault_bond_fails_over:
    case SentenceId::fault_net_foreign_owner: return true;
    default: return false;
  }
}

Reach reach_of(const Sentence& s) {
  const auto thing = [&](std::size_t i) { return s.values.at(i).things.front(); };
  switch (s.id) {
    case SentenceId::fault_link_one_way:
      return {thing(1), {s.picks.at(0) == 0 ? Scope::Kind::into : Scope::Kind::out_of, thing(0), kNoThing}};
    case SentenceId::fault_link_down:
    case SentenceId::fault_link_blocked:
    case SentenceId::fault_link_late:
    case SentenceId::fault_bond_fails_over: return {thing(1), {Scope::Kind::at, thing(0), kNoThing}};
    case SentenceId::fault_net_down:
    case SentenceId::fault_net_foreign_owner:
    case SentenceId::fault_net_restarts: return {thing(0), {}};
    default: break;
  }
  // The SCOPE stands at the end: five places, of which as many are filled as its form has.
  if (s.picks.at(s.picks.size() - 2) == 0) return {thing(0), {}};
  const std::size_t places = s.values.size() - 5;
  switch (s.picks.back()) {
    case 0: return {thing(0), {Scope::Kind::between, thing(places), thing(places + 1)}};
    case 1: return {thing(0), {Scope::Kind::from, thing(places + 2), thing(places + 3)}};
    default: return {thing(0), {Scope::Kind::at, thing(places + 4), kNoThing}};
  }
}

std::uint32_t Lines::begin(LineFault fault) {
  if (fault.id == SentenceId::fault_net_drops_announcements) fault.share = fault.amount;
  faults_.emplace(++last_, fault);
  return last_;
}

void Lines::end(std::uint32_t number) { faults_.erase(number); }

Fate Lines::fate(const Frame& frame, const Line& line, Time now) {
  Fate fate;
  for (auto& [number, fault] : faults_) {
    if (fault.on.network != line.network || !fault.on.scope.covers(line.from, line.to)) continue;
    if (!newest(faults_, number, fault, line)) continue;
    switch (fault.id) {
      case SentenceId::fault_net_frozen: fate.held_by = number; break;
      case SentenceId::fault_net_drops: fate.lost |= drops(fault); break;
      case SentenceId::fault_net_drops_beats: fate.lost |= frame.beat; break;
      case SentenceId::fault_net_drops_large_frames:
        fate.lost |= static_cast<std::int64_t>(frame.size) > fault.amount;
        break;
      case SentenceId::fault_net_drops_announcements: fate.lost |= swallows(fault, frame, line); break;
      case SentenceId::fault_net_delays: fate.late += fault.delay + up_to(fault); break;
      case SentenceId::fault_net_reorders: fate.late += by_chance(fault) ? up_to(fault) : Duration{0}; break;
      case SentenceId::fault_net_duplicates: fate.twice = by_chance(fault); break;
      case SentenceId::fault_net_corrupts:
        if (by_chance(fault)) fate.damaged = fault.draws.next();
        break;
      case SentenceId::fault_net_limited_to_rate:
        if (const auto waits = queued(fault, frame, line.from < line.to, now))
          fate.late += *waits;
        else
          fate.lost = true;
        break;
      default: fate.lost = true;  // cut, in one way or another
    }
  }
  return fate;
}

}  // namespace hasim::netns
