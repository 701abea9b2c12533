// Detection: who is alive, and since when that is certain.
//
// D1: a path is alive by the peer's echo of a recent beat of mine. When a beat echoes my beat n, the peer was alive
// after I sent n, however long the answer travelled. Arrival time alone counts for nothing [HB07].
#include "core/rooms.h"

namespace ha {
namespace {

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
  const Instant foreign_at = peer.foreign_at;
  peer = PeerState{};
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
  }
  if (t.s.granted_to != beat.sender) t.s.granted = Epoch{};
  t.s.claimed_against = 0;
  t.s.move.acknowledged_at = kLongAgo;
  t.s.beat_now = 1;  // it needs my echo before it can believe me
}

void learn(Turn& t, const Beat& beat, Instant echoed) {
  State& s = t.s;
  if (beat.progress != s.peer.beat.progress || s.peer.progress_at == kLongAgo) s.peer.progress_at = t.now();
  const bool news =
      beat.flags != s.peer.beat.flags || beat.role != s.peer.beat.role || beat.request != s.peer.beat.request;
  s.peer.beat = beat;
  s.peer.beat_at = t.now();
  if (beat.has(kWord) && echoed > s.word_renewed_at) s.word_renewed_at = echoed;
  s.peer.left_at = beat.has(kLeaving) ? t.now() : kLongAgo;
  if (news) s.beat_now |= static_cast<std::uint8_t>(beat.has(kReady) || beat.has(kClaim));
}

Instant last_sign(const State& s) { return std::max(s.peer.proved_at, s.peer.judged_from); }

/// Sends, but its decision loop stands still [HB14].
bool stuck(const Turn& t) {
  return t.s.peer.progress_at != kLongAgo && t.s.peer.beat_at - t.s.peer.progress_at >= t.config.dead_after;
}

PeerView view_of(const Turn& t) {
  const State& s = t.s;
  if (s.peer.proved_at == kLongAgo) {
    // Never proved alive in this incarnation: a view that came from an earlier incarnation may only get worse.
    if (s.peer.view == PeerView::unknown || s.peer.view == PeerView::off || s.peer.view == PeerView::lost)
      return s.peer.view;
  }
  if (s.peer.view == PeerView::off && s.peer.proved_at <= s.peer.off_since) return PeerView::off;
  const Duration silence = t.now() - last_sign(s);
  if (silence >= t.config.dead_after || stuck(t)) return PeerView::lost;
  return silence >= t.config.warn_after ? PeerView::suspect : PeerView::alive;
}

void judge_paths(Turn& t) {
  for (int i = 0; i < t.config.paths; ++i) {
    PathState& path = t.s.paths[static_cast<std::size_t>(i)];
    const bool heard =
        t.now() - std::max(path.proved_at, path.proved_at == kLongAgo ? kLongAgo : t.s.peer.judged_from) <
        t.config.warn_after;
    if (heard == (path.heard != 0)) continue;
    path.heard = heard ? 1 : 0;
    t.report(ReportKind::path, i, path.heard, heard ? Cause::beats_seen : Cause::beats_missed);
    if (!heard) t.alert(Reason::path_lost);
  }
}

void judge_one_way(Turn& t) {
  PeerState& peer = t.s.peer;
  bool arrives = false;
  for (int i = 0; i < t.config.paths; ++i) {
    arrives |= t.now() - t.s.paths[static_cast<std::size_t>(i)].arrived_at < 2 * t.config.keep_alive;
  }
  // A head that has just booted cannot echo me yet.
  const bool knows_me = t.now() - peer.met_at >= t.config.warn_after;
  const bool silent = peer.view == PeerView::suspect || peer.view == PeerView::lost;
  const std::uint8_t one_way = arrives && knows_me && silent ? 1 : 0;
  if (one_way == peer.one_way) return;
  peer.one_way = one_way;
  t.report(ReportKind::condition, one_way, 0, one_way ? Cause::beats_missed : Cause::beats_seen, Reason::one_way);
  if (one_way) t.alert(Reason::one_way);
}

}  // namespace

void on_beat(Turn& t, const BeatReceived& in) {
  const Beat& beat = in.beat;
  if (beat.cell != t.config.cell || in.path >= t.config.paths) return;
  if (!beat.understood()) {
    t.s.peer.foreign_at = t.now();  // there, but not understood: it is not heard, and nobody acts against it [OP07]
    return;
  }
  if (beat.from == t.config.self) return;
  const Instant echoed = echoed_instant(t.s, beat);
  if (beat.sender != t.s.peer.incarnation) {
    if (!accepts(t, beat, echoed)) return;
    meet(t, beat);
  }
  PathState& path = t.s.paths[in.path];
  path.arrived_at = t.now();
  path.proved_at = std::max(path.proved_at, echoed);
  t.s.peer.proved_at = std::max(t.s.peer.proved_at, echoed);
  if (beat.seq > t.s.peer.beat.seq) learn(t, beat, echoed);  // E6: an older beat says nothing any more
}

void on_link(Turn& t, const LinkChanged& in) {
  if (in.path < t.config.paths) t.s.paths[in.path].carrier = in.carrier ? 1 : 0;
}

void judge_peer(Turn& t) {
  State& s = t.s;
  judge_paths(t);
  const PeerView view = view_of(t);
  if (view != s.peer.view) {
    const bool worse = view == PeerView::suspect || view == PeerView::lost;
    const Cause cause = view == PeerView::lost ? Cause::peer_lost : worse ? Cause::beats_missed : Cause::beats_seen;
    t.report(ReportKind::peer, static_cast<int>(s.peer.view), static_cast<int>(view), cause,
             view == PeerView::lost && stuck(t) ? Reason::core_stuck : Reason::none);
    s.peer.view = view;
    s.beat_now = 1;
  }
  judge_one_way(t);
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
  if (s.peer.view == PeerView::alive) due = last_sign(s) + c.warn_after;
  if (s.peer.view == PeerView::suspect) due = last_sign(s) + c.dead_after;
  for (int i = 0; i < c.paths; ++i) {
    const PathState& path = s.paths[static_cast<std::size_t>(i)];
    if (path.heard) due = earliest(due, std::max(path.proved_at, s.peer.judged_from) + c.warn_after);
  }
  return due;
}

}  // namespace ha
