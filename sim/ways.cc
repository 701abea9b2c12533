// Pings, requests and data: looked up when somebody asks, never sent as frames.
#include "sim/ways.h"

#include <algorithm>

#include "lang/amount.h"
#include "sim/carrier.h"
#include "sim/faults.h"
#include "sim/line_faults.h"
#include "sim/line_rate.h"

namespace hasim::sim {

namespace {

constexpr std::int64_t kTransfer = std::int64_t{256} * 1024;  // what a read or a write of data moves
constexpr Duration kTransferGivesUp = std::chrono::seconds{30};

bool passes(Engine& e, int n, ThingId from, ThingId to, std::int64_t bytes) {
  if (!e.lines_faulty) return true;
  const LineOf at = line_of(e, n, from, to);
  if (too_long(e, at, bytes) || is_cut(e, at) || line_fault(e, SentenceId::fault_net_frozen, at) != nullptr)
    return false;
  const Fault* loss = line_fault(e, SentenceId::fault_net_drops, at);
  return loss == nullptr || loss->amount[0] < kHundredPercent;
}

}  // namespace

bool passes(Engine& e, int n, ThingId from, ThingId to) { return passes(e, n, from, to, kSmallFrame); }

bool loses_large_frames(Engine& e, int n, ThingId a, ThingId b) {
  const auto only_small = [&](ThingId from, ThingId to) {
    return passes(e, n, from, to, kSmallFrame) && !passes(e, n, from, to, kFullFrame);
  };
  return only_small(a, b) || only_small(b, a);
}

bool carries_data(Engine& e, ThingId from, ThingId to) {
  const unsigned both = e.layout->networks_of[from] & e.layout->networks_of[to];
  for (int n = 0; both >> n != 0; ++n) {
    if ((both >> n & 1U) == 0) continue;
    const auto flows = [&](ThingId a, ThingId b) {
      return passes(e, n, a, b, kFullFrame) && clocked_out(e, line_of(e, n, a, b), kTransfer) < kTransferGivesUp;
    };
    if (flows(from, to) && flows(to, from)) return true;
  }
  return false;
}

std::optional<Duration> way(Engine& e, ThingId from, ThingId to) {
  const unsigned both = e.layout->networks_of[from] & e.layout->networks_of[to];
  std::optional<Duration> best;
  for (int n = 0; both >> n != 0; ++n) {
    if ((both >> n & 1U) == 0 || !passes(e, n, from, to)) continue;
    Duration takes = e.layout->beat_takes[static_cast<std::size_t>(n)];
    if (e.lines_faulty) {
      const LineOf line = line_of(e, n, from, to);
      takes = network(e, n).latency + clocked_out(e, line, kSmallFrame);
      const Fault* delay = line_fault(e, SentenceId::fault_net_delays, line);
      if (delay != nullptr) takes += Duration{delay->amount[0]};
    }
    if (!best || takes < *best) best = takes;
  }
  return best;
}

std::optional<Duration> round_trip(Engine& e, ThingId from, ThingId to) {
  const auto there = way(e, from, to);
  const auto back = way(e, to, from);
  if (!there || !back) return std::nullopt;
  return *there + *back;
}

bool peer_pings(Engine& e, int head) {
  const HeadLayout& me = e.head(head);
  const ThingId peer = e.id_of(me.peer);
  for (int p = 0; p < me.paths; ++p) {
    const int n = me.path[static_cast<std::size_t>(p)];
    if (!has_carrier(e, n, head) || !has_carrier(e, n, me.peer)) continue;
    if (passes(e, n, me.id, peer) && passes(e, n, peer, me.id)) return e.machine(me.peer).kernel_runs();
  }
  return false;
}

bool announcement_heard(Engine& e, int n, int head, ThingId clients) {
  if ((e.layout->networks_of[clients] >> n & 1U) == 0 || !has_carrier(e, n, head)) return false;
  const LineOf at = line_of(e, n, e.id_of(head), clients);
  if (fault_on(e, SentenceId::fault_clients_ignore_announcements, clients) != nullptr) return false;
  Fault* drops = newest(e, [&](const Fault& f) {
    return f.id == SentenceId::fault_net_drops_announcements && concerns(f, at) && (f.pick[0] == 0 || f.left > 0);
  });
  if (drops != nullptr) {
    --drops->left;
    return false;
  }
  return passes(e, n, at.from, at.to);
}

Time beat_heard(Engine& e, int head, ThingId place) {
  const unsigned on = e.layout->networks_of[place];
  Time heard = kLongAgo;
  const HeadLayout& sender = e.head(head);
  for (int p = 0; p < sender.paths; ++p) {
    const int n = sender.path[static_cast<std::size_t>(p)];
    if ((on >> n & 1U) == 0) continue;
    const LineOf at = line_of(e, n, sender.id, place);
    Time last = e.s.tables.beat_sent[static_cast<std::size_t>(head)][static_cast<std::size_t>(n)];
    if (e.lines_faulty) {
      last = std::min(last, cut_since(e, at));
      if (const Fault* drops = line_fault(e, SentenceId::fault_net_drops_beats, at))
        last = std::min(last, drops->since);
    }
    heard = std::max(heard, last);
  }
  return heard;
}

}  // namespace hasim::sim
