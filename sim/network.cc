// Beats on their way. A network without faults takes the fast way: one entry in the queue brings a beat on all paths of
// equal latency; only lines with faults are looked at stage by stage.
#include "sim/network.h"

#include <algorithm>

#include "lang/amount.h"
#include "sim/carrier.h"
#include "sim/faults.h"
#include "sim/keys.h"
#include "sim/line_faults.h"
#include "sim/line_rate.h"
#include "sim/strangers.h"
#include "sim/tell.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kReorderedBy = milliseconds{10};

/// How long a beat takes over a network without faults.
Duration beat_takes(const Engine& e, int n) { return e.layout->beat_takes[static_cast<std::size_t>(n)]; }

std::uint16_t new_frame(Engine& e, const ha::Beat& beat) {
  std::uint16_t slot = e.s.free_frame;
  if (slot != kNoFrame) {
    e.s.free_frame = e.s.frames[slot].next_free;
  } else if (e.s.frames.size() < kFrames) {
    slot = static_cast<std::uint16_t>(e.s.frames.size());
    e.s.frames.emplace_back();
  } else {
    return kNoFrame;
  }
  e.s.frames[slot].beat = beat;
  e.s.frames[slot].copies = 0;
  e.s.frames[slot].key = e.s.frames[slot].signer_has = 1;
  return slot;
}

void remember(Engine& e, int head, const ha::Beat& beat) {
  auto& past = e.s.past[static_cast<std::size_t>(head)];
  std::uint8_t& next = e.s.tables.past_next[static_cast<std::size_t>(head)];
  if (!past.empty()) {
    const std::size_t newest_at = past.size() < kPast ? past.size() - 1 : (next + kPast - 1U) % kPast;
    if (e.now() - past[newest_at].sent < seconds{1}) return;
  }
  if (past.size() < kPast) {
    past.push_back({e.now(), beat});
  } else {
    past[next] = {e.now(), beat};
    next = static_cast<std::uint8_t>((next + 1) % kPast);
  }
}

void deliver_later(Engine& e, std::uint16_t slot, int to, Duration after, unsigned paths) {
  ++e.s.frames[slot].copies;
  e.later(after, {.kind = DueKind::frame, .head = static_cast<std::uint8_t>(to), .a = slot, .b = paths});
}

bool lost_by_chance(Fault& fault) {
  const double p = fraction(fault.amount[0]);
  if (fault.pick[0] == 0) return fault.draws.chance(p);
  // Gilbert-Elliott: bursts of the given mean length, and the given share of all frames in them.
  const double length = std::max<double>(1.0, static_cast<double>(fault.amount[1]));
  const double leave = 1.0 / length;
  const double enter = p >= 1.0 ? 1.0 : leave * p / (1.0 - p);
  fault.in_burst = fault.in_burst ? !fault.draws.chance(leave) || p >= 1.0 : fault.draws.chance(std::min(1.0, enter));
  return fault.in_burst;
}

bool frame_lost(Engine& e, const LineOf& at) {
  if (is_cut(e, at) || line_fault(e, SentenceId::fault_net_drops_beats, at) != nullptr) return true;
  if (too_long(e, at, kSmallFrame)) return true;
  if (Fault* loss = line_fault(e, SentenceId::fault_net_drops, at); loss != nullptr && lost_by_chance(*loss))
    return true;
  Fault* corrupts = line_fault(e, SentenceId::fault_net_corrupts, at);
  return corrupts != nullptr && corrupts->draws.chance(fraction(corrupts->amount[0]));
}

Duration delay_on(Engine& e, const LineOf& at) {
  Duration delay{0};
  if (Fault* fault = line_fault(e, SentenceId::fault_net_delays, at); fault != nullptr) {
    delay += Duration{fault->amount[0]};
    if (fault->pick[0] == 1) delay += Duration{fault->draws.uniform(0, std::max<std::int64_t>(0, fault->amount[1]))};
  }
  if (Fault* fault = line_fault(e, SentenceId::fault_net_reorders, at); fault != nullptr) {
    const Duration by = fault->pick[0] == 1 ? Duration{fault->amount[1]} : kReorderedBy;
    // A reordered frame is late by a time of its own, so that later ones overtake it.
    if (fault->draws.chance(fraction(fault->amount[0]))) delay += Duration{fault->draws.uniform(0, by.count())};
  }
  return delay;
}

/// One path of a beat on a network with faults. Returns false if the frame is lost.
bool send_through_faults(Engine& e, int head, int path, std::uint16_t slot) {
  const int n = e.head(head).path[static_cast<std::size_t>(path)];
  const int peer = e.head(head).peer;
  const LineOf at = line_of(e, n, e.id_of(head), e.id_of(peer));
  if (!has_carrier(e, n, head) || frame_lost(e, at)) return false;
  const auto waits = queued(e, at);
  if (!waits) return false;
  const unsigned bit = 1U << path;
  deliver_later(e, slot, peer, beat_takes(e, n) + *waits + delay_on(e, at), bit);
  if (Fault* twice = line_fault(e, SentenceId::fault_net_duplicates, at);
      twice != nullptr && twice->draws.chance(fraction(twice->amount[0]))) {
    deliver_later(e, slot, peer, beat_takes(e, n) + delay_on(e, at) + milliseconds{1}, bit);
  }
  return true;
}

}  // namespace

int path_on(const Engine& e, int head, int n) {
  const HeadLayout& me = e.head(head);
  for (int p = 0; p < me.paths; ++p) {
    if (me.path[static_cast<std::size_t>(p)] == n) return p;
  }
  return -1;
}

void deliver(Engine& e, const ha::Beat& beat, int head, int path) {
  const std::uint16_t slot = new_frame(e, beat);
  if (slot == kNoFrame) return;
  deliver_later(e, slot, head, beat_takes(e, e.head(head).path[static_cast<std::size_t>(path)]), 1U << path);
}

void release(Engine& e, std::uint64_t frame) {
  Frame& f = e.s.frames[static_cast<std::size_t>(frame)];
  HA_CHECK(f.copies > 0);
  if (--f.copies > 0) return;
  f.next_free = e.s.free_frame;
  e.s.free_frame = static_cast<std::uint16_t>(frame);
}

void send_beat(Engine& e, int head, const ha::SendBeat& out) {
  const HeadLayout& me = e.head(head);
  const std::uint16_t slot = new_frame(e, out.beat);
  if (slot != kNoFrame) sign(e, head, e.s.frames[slot]);
  remember(e, head, out.beat);
  unsigned together = 0;
  Duration latency{};
  for (int p = 0; p < me.paths; ++p) {
    if ((out.paths >> p & 1U) == 0) continue;
    const int n = me.path[static_cast<std::size_t>(p)];
    e.s.tables.beat_sent[static_cast<std::size_t>(head)][static_cast<std::size_t>(n)] = e.now();
    const std::uint32_t sent = e.emit(EventKind::frame_sent, me.id, {.with = network(e, n).id, .value = out.beat.seq});
    bool on_its_way = slot != kNoFrame;
    if (on_its_way && (e.lines_faulty || (network(e, n).cable && !e.machine(me.peer).power))) {
      on_its_way = send_through_faults(e, head, p, slot);
    } else if (on_its_way) {
      if (together != 0 && latency != beat_takes(e, n)) {
        deliver_later(e, slot, me.peer, latency, together);
        together = 0;
      }
      latency = beat_takes(e, n);
      together |= 1U << p;
    }
    if (!on_its_way) {
      e.emit(EventKind::frame_lost, me.id, {.with = network(e, n).id, .value = out.beat.seq, .also_because = sent});
    }
  }
  if (together != 0) deliver_later(e, slot, me.peer, latency, together);
  if (slot != kNoFrame && e.s.frames[slot].copies == 0) {
    e.s.frames[slot].copies = 1;
    release(e, slot);
  }
}

std::optional<Arrival> arrive(Engine& e, Due& frame) {
  const int to = frame.head;
  const HeadLayout& me = e.head(to);
  int path = 0;
  while ((frame.b >> path & 1U) == 0) ++path;
  frame.b &= ~(std::uint64_t{1} << path);
  const int n = me.path[static_cast<std::size_t>(path)];
  const Frame& signed_frame = e.s.frames[static_cast<std::size_t>(frame.a)];
  if (is_foreign(e, to, signed_frame.beat)) return Arrival{static_cast<std::uint8_t>(path), e.core(to).heard};
  const std::uint64_t seq = signed_frame.beat.seq;
  e.because = e.core(me.peer).reported;
  const bool hears =
      e.machine(to).kernel == Kernel::up && e.core(to).runs() && (!e.lines_faulty || has_carrier(e, n, to));
  if (!hears || !understands(e, to, signed_frame)) {
    e.emit(EventKind::frame_lost, me.id, {.with = network(e, n).id, .value = seq});
    return std::nullopt;
  }
  return Arrival{static_cast<std::uint8_t>(path),
                 e.emit(EventKind::frame_received, me.id, {.with = network(e, n).id, .value = seq})};
}

void networks_changed(Engine& e) {
  e.lines_faulty = std::any_of(e.s.faults.begin(), e.s.faults.end(), [](const Fault& f) { return on_networks(f.id); });
  std::vector<Due>& frozen = e.s.frozen;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < frozen.size(); ++i) {
    const Due due = frozen[i];
    if (held_by_freeze(e, due)) {
      frozen[kept++] = due;
    } else {
      e.later(Duration{0}, due);
    }
  }
  frozen.resize(kept);
  links_changed(e);
}

bool held_by_freeze(Engine& e, const Due& frame) {
  if (!e.lines_faulty) return false;
  const HeadLayout& to = e.head(frame.head);
  for (int p = 0; p < to.paths; ++p) {
    if ((frame.b >> p & 1U) == 0) continue;
    const LineOf at = line_of(e, to.path[static_cast<std::size_t>(p)], e.id_of(to.peer), to.id);
    if (line_fault(e, SentenceId::fault_net_frozen, at) != nullptr) return true;
  }
  return false;
}

namespace {

const PastBeat* beat_of_then(const Engine& e, int head, Time then) {
  const PastBeat* best = nullptr;
  for (const PastBeat& past : e.s.past[static_cast<std::size_t>(head)]) {
    if (past.sent <= then && (best == nullptr || past.sent > best->sent)) best = &past;
  }
  return best;
}

}  // namespace

void replay(Engine& e, const Due& due) {
  const Fault* fault =
      newest(e, [&](const Fault& f) { return f.number == due.a && f.id == SentenceId::fault_net_replays_beats; });
  if (fault == nullptr) return;
  for (int h = 0; h < e.heads(); ++h) {
    const int peer = e.head(h).peer;
    const int n = static_cast<int>(e.layout->index_of(fault->thing[0]));
    const int path = path_on(e, h, n);
    if (path < 0 || !concerns(*fault, line_of(e, n, e.id_of(h), e.id_of(peer)))) continue;
    const bool old_boot = fault->pick[0] == 1;
    const PastBeat* past = old_boot ? &e.s.old_boot[static_cast<std::size_t>(h)]
                                    : beat_of_then(e, h, e.now() - Duration{fault->amount[0]});
    if (past == nullptr || past->beat.seq == 0) continue;
    deliver(e, past->beat, peer, path);
  }
  e.later(seconds{1}, due);
}

}  // namespace hasim::sim
