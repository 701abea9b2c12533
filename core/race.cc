// The race of a cell without a store: who may order its peer off, and when (F6).
//
// Nobody decides between two heads that are cut apart and both live. Only time keeps them from shooting each other:
// since the loss it is cut into slots, and each slot belongs to one rank, in turn and without end.
#include "core/rooms.h"

namespace ha {
namespace {

/// When the slots begin to count. Both heads of a cut judge by the same echoes and so nearly agree on it, also if one
/// of them stalled meanwhile and was late to lose the other. Who lost its peer before that has hard evidence (D2). A
/// peer that was never heard was never lost: then they count from the start of this core, and not from long ago.
Instant race_began(const Config& c, const State& s) {
  if (s.peer.lost_at == kLongAgo) return s.started_at;
  return s.peer.proved_at == kLongAgo ? s.peer.lost_at : earliest(s.peer.lost_at, s.peer.proved_at + c.dead_after);
}

}  // namespace

/// Ranks differ in every pair of views (V9). They are taken from the first service alone: its owner has 0.
std::uint8_t rank_of(const State& s) {
  const Service& first = s.services[0];
  const ServiceBeat& theirs = s.peer.beat.service[0];
  if (owns_something(first.role)) return 0;
  const bool peer_owned = theirs.role == Role::owner || theirs.role == Role::starting || theirs.role == Role::stopping;
  if (first.move.asked || first.withdrawn_at != 0) return 1;  // the request may have been granted already
  if (!peer_owned && first.granted == Epoch{} && s.survived.disk.owned[0] > theirs.epoch) return 1;
  return kLastRank;
}

bool has_first_rank(const Turn& t) {
  return t.s.services[0].role == Role::owner ||
         (t.any(Role::owner) && !any_role(t.config, t.s.peer.beat, owns_something));
}

/// Each slot is longer than the first one by what the clocks may have parted until it begins: so the slots of the two
/// heads never meet, however long they are cut apart.
Window<Duration> window_of(const Config& c, std::uint8_t rank, Duration since) {
  if (c.fence_delay <= Duration{0}) return {since, since + c.fence_max};  // no order of ranks is wanted
  Duration begins{0};
  for (std::uint8_t of = 0;; of = of == kLastRank ? 0 : static_cast<std::uint8_t>(of + 1)) {
    const Duration closes = begins + shot_window(c);
    if (of == rank && since < closes) return {std::max(begins, since), closes};
    begins += c.fence_delay + parts_by(c, begins);
  }
}

Shot next_shot(const Config& c, const State& s) {
  if (c.store) return {s.now, kNever};
  const Instant began = race_began(c, s);
  const std::uint8_t rank = any_role(c, s, is_claim) ? s.rank : 0;
  const Window<Duration> window = window_of(c, rank, s.now - began);
  return {began + window.from, began + window.until};
}

}  // namespace ha
