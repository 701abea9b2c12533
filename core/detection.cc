// Detection: who is alive, and since when that is certain.
//
// D1: a path is alive by the peer's echo of a recent beat of mine. When a beat echoes my beat n, the peer was alive
// after I sent n, however long the answer travelled. Arrival time alone counts for nothing [HB07]. D2: hard evidence
// of a power loss, found in chassis.cc, makes a loss of a suspicion. D3: suspicion comes early by the arrival
// estimator (core/arrival.h); it costs a look and decides nothing.
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kFlapWindow = std::chrono::seconds{30};
constexpr int kFlapsMax = 3;
constexpr int kOneWayLasts = 3;                           ///< beat intervals
constexpr Duration kPingLasts = std::chrono::seconds{5};  ///< an answer; it is asked for more often than that
constexpr std::uint64_t kEchoesKept = std::tuple_size_v<decltype(State::sent_at)>;

/// When I sent the beat that `beat` echoes; `kLongAgo` if it echoes none of this incarnation, or one too old to matter.
Instant echoed_instant(const State& s, const Beat& beat) {
  if (beat.peer != s.me || beat.echo == 0 || beat.echo > s.seq || s.seq - beat.echo >= kEchoesKept) return kLongAgo;
  return s.sent_at[beat.echo % kEchoesKept];
}

/// A new incarnation is believed when it echoes me, when it is a restart within the same boot, or when the one I knew
/// has gone quiet. In the last case nothing is proved yet: a replay of an old boot gains nothing by it [HB09].
bool accepts(const Turn& t, const Beat& beat, Instant echoed) {
  const PeerState& peer = t.s.peer;
  if (!peer.incarnation) return true;
  if (beat.sender.boot == peer.incarnation.boot) return beat.sender.start > peer.incarnation.start;
  if (echoed != kLongAgo && t.now() - echoed < t.config.dead_after) return true;
  return t.now() - peer.beat_at >= t.config.warn_after && t.now() - peer.proved_at >= t.config.warn_after;
}

void meet(Turn& t, const Beat& beat) {
  PeerState& peer = t.s.peer;
  const Instant off_since = peer.off_since;
  const PeerView view = peer.view;
  const Instant lost_at = peer.lost_at;
  const Instant foreign_at = peer.foreign_at;
  peer = PeerState{};
  peer.lost_at = lost_at;
  peer.foreign_at = foreign_at;
  peer.incarnation = beat.sender;
  peer.off_since = off_since;
  peer.view = view;
  peer.met_at = t.now();
  // Its core was restarted, or it has rebooted: either way its silence begins now, not at the beginning of time.
  if (view == PeerView::alive || view == PeerView::suspect) peer.judged_from = t.now();
  peer.progress_at = t.now();
  for (PathState& path : t.s.paths) {
    path.proved_at = kLongAgo;
    path.heard = 0;
    path.seq = 0;
  }
  for (Service& service : t.s.services) {
    if (service.granted_to != beat.sender) service.granted = Epoch{};
  }
  t.s.claimed_against = 0;
  t.s.acknowledged_at = kLongAgo;
  t.s.beat_now = 1;  // it needs my echo before it can believe me
}

/// It asks for something that it did not ask for in the beat before: that is answered at once.
bool asks_anew(const Config& c, const Beat& before, const Beat& now) {
  bool news = before.flags != now.flags;
  bool asks = false;
  for (std::size_t i = 0; i < c.services; ++i) {
    const ServiceBeat& was = before.service[i];
    const ServiceBeat& is = now.service[i];
    news |= is.flags != was.flags || is.role != was.role || is.request != was.request;
    asks |= is.has(kReady) || is.has(kClaim);
  }
  return news && asks;
}

void learn(Turn& t, const Beat& beat, Instant echoed) {
  State& s = t.s;
  if (beat.progress != s.peer.beat.progress || s.peer.progress_at == kLongAgo) s.peer.progress_at = t.now();
  if (asks_anew(t.config, s.peer.beat, beat)) s.beat_now = 1;
  s.peer.beat = beat;
  s.peer.beat_at = t.now();
  if (beat.has(kWord) && echoed > s.word_renewed_at) s.word_renewed_at = echoed;
  s.peer.left_at = beat.has(kLeaving) ? t.now() : kLongAgo;
}

Instant last_sign(const State& s) { return std::max(s.peer.proved_at, s.peer.judged_from); }

/// D2: hard evidence, and no proof of life since.
bool known_dead(const State& s) { return s.peer.dead_at != kLongAgo && s.peer.proved_at <= s.peer.dead_at; }

/// It cannot stop what it runs and has no watchdog to end it: it says so, and is treated as if it were silent.
bool gives_itself_up(const State& s) { return s.peer.beat.has(kFenceMe) && s.peer.view != PeerView::unknown; }

Cause lost_because(const Turn& t) { return known_dead(t.s) ? Cause::power_lost : Cause::peer_lost; }

/// Until then some path waits for its next beat without suspicion (D3).
Instant trusted_until(const Config& c, const State& s) {
  Instant until = s.peer.judged_from + c.warn_after + c.keep_alive;
  for (int i = 0; i < c.paths; ++i) {
    const PathState& path = s.paths[static_cast<std::size_t>(i)];
    if (path.carrier) until = std::max(until, path.arrival.trusted_until(c.keep_alive));
  }
  return until;
}

/// How long its decision loop has stood still while it went on sending [HB14].
Duration stuck_for(const Turn& t) {
  const PeerState& peer = t.s.peer;
  return peer.progress_at == kLongAgo ? Duration{0} : peer.beat_at - peer.progress_at;
}

/// D3: on every path the next beat is later than its estimator finds normal. After a stall of my own, and with an
/// incarnation that I have just met, nothing is normal yet and `warn_after` alone counts.
bool overdue(const Turn& t) { return t.now() >= trusted_until(t.config, t.s); }

PeerView view_of(const Turn& t) {
  const State& s = t.s;
  if (s.peer.proved_at == kLongAgo) {
    // Never proved alive in this incarnation: a view that came from an earlier incarnation may only get worse.
    if (s.peer.view == PeerView::unknown || s.peer.view == PeerView::off || s.peer.view == PeerView::lost)
      return s.peer.view;
  }
  if (s.peer.view == PeerView::off && s.peer.proved_at <= s.peer.off_since) return PeerView::off;
  const Duration silence = std::max(t.now() - last_sign(s), stuck_for(t));
  if (silence >= t.config.dead_after || known_dead(s) || gives_itself_up(s)) return PeerView::lost;
  return silence >= t.config.warn_after || overdue(t) ? PeerView::suspect : PeerView::alive;
}

/// No line of this head has carrier. A direct cable alone does not tell: its carrier is as much the peer's.
bool lines_dark(const Config& c, const State& s) {
  bool dark = false;
  for (int i = 0; i < c.paths; ++i) {
    if (s.paths[static_cast<std::size_t>(i)].carrier) return false;
    dark |= (c.cables >> i & 1) == 0;
  }
  return dark;
}

void set_condition(Turn& t, std::uint8_t& flag, bool on, Reason reason) {
  if (on == (flag != 0)) return;
  flag = on ? 1 : 0;
  t.report(ReportKind::condition, flag, 0, on ? Cause::beats_missed : Cause::beats_seen, reason);
  if (on) t.alert(reason);
}

/// A path that goes away three times, each soon after the last, comes and goes [HB10].
void count_flap(const Turn& t, PathState& path) {
  const bool soon = t.now() - path.flapped_at < kFlapWindow;
  path.flaps = static_cast<std::uint8_t>(soon ? std::min(path.flaps + 1, 100) : 1);
  path.flapped_at = t.now();
}

void judge_paths(Turn& t) {
  for (int i = 0; i < t.config.paths; ++i) {
    PathState& path = t.s.paths[static_cast<std::size_t>(i)];
    const bool heard =
        path.carrier != 0 &&
        t.now() - std::max(path.proved_at, path.proved_at == kLongAgo ? kLongAgo : t.s.peer.judged_from) <
            t.config.warn_after;
    if (heard == (path.heard != 0)) continue;
    path.heard = heard ? 1 : 0;
    t.report(ReportKind::path, i, path.heard, heard ? Cause::beats_seen : Cause::beats_missed);
    if (heard) continue;
    count_flap(t, path);
    if (path.flaps < kFlapsMax) t.alert(Reason::path_lost);
  }
}

/// Beats of the peer arrive over this path, and it says in a fresh beat that mine do not; or the other way round.
bool differs(const Turn& t, int i) {
  const PeerState& peer = t.s.peer;
  const bool fresh = t.now() - peer.beat_at < 2 * t.config.keep_alive && peer.beat.peer == t.s.me;
  // A head that has just booted cannot have heard me yet.
  if (!fresh || t.now() - peer.met_at < t.config.warn_after) return false;
  return hears_peer(t.config, t.s, i) != ((peer.beat.hears >> i & 1) != 0);
}

/// A path that breaks both ways is missed by the two heads at slightly different times; only what lasts is one-way.
void judge_one_way(Turn& t) {
  bool any = false;
  for (int i = 0; i < t.config.paths; ++i) {
    PathState& path = t.s.paths[static_cast<std::size_t>(i)];
    if (!differs(t, i)) {
      path.one_way_from = kNever;
    } else if (path.one_way_from == kNever) {
      path.one_way_from = t.now();
    }
    any |= path.one_way_from != kNever && t.now() - path.one_way_from >= kOneWayLasts * t.config.keep_alive;
  }
  set_condition(t, t.s.peer.one_way, any, Reason::one_way);
}

void judge_conditions(Turn& t) {
  PeerState& peer = t.s.peer;
  bool flapping = false;
  bool degraded = false;
  for (int i = 0; i < t.config.paths; ++i) {
    const PathState& path = t.s.paths[static_cast<std::size_t>(i)];
    flapping |= path.flaps >= kFlapsMax && t.now() - path.flapped_at < kFlapWindow;
    degraded |= path.large == 0;
  }
  set_condition(t, peer.flapping, flapping, Reason::flapping);
  set_condition(t, peer.degraded, degraded, Reason::path_degraded);
  set_condition(t, peer.mostly_dead, peer.view == PeerView::lost && t.now() - peer.pinged_at < kPingLasts,
                Reason::mostly_dead);
  set_condition(t, peer.stuck, stuck_for(t) >= t.config.warn_after, Reason::core_stuck);
  judge_one_way(t);
}

/// The peer is known to be heard over this path, and nobody waits for an arrival that would say more.
bool works_as_known(const Turn& t, int i) {
  const State& s = t.s;
  return s.peer.view == PeerView::alive && s.paths[static_cast<std::size_t>(i)].heard != 0 &&
         hears_peer(t.config, s, i) && s.chassis.off_at == kLongAgo;
}

}  // namespace

bool on_beat(Turn& t, const BeatReceived& in) {
  const Beat& beat = in.beat;
  if (beat.cell != t.config.cell || in.path >= t.config.paths) return true;
  if (!beat.understood()) {
    t.s.peer.foreign_at = t.now();  // there, but not understood: it is not heard, and nobody acts against it [OP07]
    return true;
  }
  if (beat.from == t.config.self || beat.services != t.config.services) return true;
  const Instant echoed = echoed_instant(t.s, beat);
  if (beat.sender != t.s.peer.incarnation) {
    if (!accepts(t, beat, echoed)) return true;
    meet(t, beat);
  }
  PathState& path = t.s.paths[in.path];
  const bool news = beat.seq > t.s.peer.beat.seq || !works_as_known(t, in.path);
  path.arrived_at = t.now();
  if (beat.seq > path.seq) {
    path.seq = beat.seq;
    path.arrival.arrived(t.now(), t.config.keep_alive);
  }
  path.proved_at = std::max(path.proved_at, echoed);
  t.s.peer.proved_at = std::max(t.s.peer.proved_at, echoed);
  if (beat.seq > t.s.peer.beat.seq) learn(t, beat, echoed);  // E6: an older beat says nothing any more
  return news;
}

void on_link(Turn& t, const LinkChanged& in) {
  if (in.path >= t.config.paths) return;
  const bool was_dark = lines_dark(t.config, t.s);
  t.s.paths[in.path].carrier = in.carrier ? 1 : 0;
  if (was_dark && !lines_dark(t.config, t.s)) t.s.lit_at = t.now();
  t.s.paths[in.path].large = in.large_frames ? 1 : 0;
}

bool deaf(const Config& c, const State& s) { return lines_dark(c, s) || s.now - s.lit_at < c.dead_after; }

void on_peer_dumps(Turn& t) {
  PeerState& peer = t.s.peer;
  if (t.now() - peer.dump_at >= t.config.dump_max) peer.dump_from = t.now();
  peer.dump_at = t.now();
}

Instant dump_until(const Config& c, const State& s) {
  return earliest(s.peer.dump_from + c.dump_max, s.peer.dump_at + c.warn_after);
}

bool heard_lately(const Config& c, const State& s) {
  const bool alive = s.peer.view == PeerView::alive || s.peer.view == PeerView::suspect;
  return alive && s.now - last_sign(s) < c.warn_after;
}

bool hears_peer(const Config& c, const State& s, int i) {
  const PathState& path = s.paths[static_cast<std::size_t>(i)];
  return path.carrier != 0 && s.now - path.arrived_at < c.warn_after;
}

Instant last_arrival(const Config& c, const State& s) {
  Instant last = kLongAgo;
  for (int i = 0; i < c.paths; ++i) last = std::max(last, s.paths[static_cast<std::size_t>(i)].arrival.last);
  return last;
}

void judge_peer(Turn& t) {
  State& s = t.s;
  judge_paths(t);
  confirm_power_loss(t);
  const PeerView view = view_of(t);
  if (view != s.peer.view) {
    const bool worse = view == PeerView::suspect || view == PeerView::lost;
    const Cause cause = view == PeerView::lost ? lost_because(t) : worse ? Cause::beats_missed : Cause::beats_seen;
    t.report(ReportKind::peer, static_cast<int>(s.peer.view), static_cast<int>(view), cause,
             view == PeerView::lost && s.peer.stuck ? Reason::core_stuck : Reason::none);
    // A doubt is no news: what is said to the peer does not change by it.
    if (view == PeerView::lost || s.peer.view == PeerView::lost || s.peer.view == PeerView::unknown) s.beat_now = 1;
    s.peer.view = view;
    if (view == PeerView::lost) s.peer.lost_at = t.now();
  }
  judge_conditions(t);
}

void resume_after_stall(Turn& t) {
  // I was not there, so silence up to now is mine. One fresh interval is waited for before anybody is judged.
  t.s.peer.judged_from = t.now() - (t.config.warn_after - t.config.keep_alive);
  t.s.peer.progress_at = t.now();
  t.report(ReportKind::condition, 1, 0, Cause::none, Reason::starved);
  t.report(ReportKind::condition, 0, 0, Cause::none, Reason::starved);
}

Instant detection_due(const Config& c, const State& s) {
  Instant due = kNever;
  if (s.peer.view == PeerView::alive) due = earliest(last_sign(s) + c.warn_after, trusted_until(c, s));
  if (s.peer.view == PeerView::suspect) due = last_sign(s) + c.dead_after;
  if (s.peer.mostly_dead) due = earliest(due, s.peer.pinged_at + kPingLasts);
  for (int i = 0; i < c.paths; ++i) {
    const PathState& path = s.paths[static_cast<std::size_t>(i)];
    if (path.heard) due = earliest(due, std::max(path.proved_at, s.peer.judged_from) + c.warn_after);
    if (path.one_way_from != kNever && !s.peer.one_way)
      due = earliest(due, path.one_way_from + kOneWayLasts * c.keep_alive);
    if (s.peer.flapping && s.now < path.flapped_at + kFlapWindow) due = earliest(due, path.flapped_at + kFlapWindow);
  }
  return due;
}

}  // namespace ha
