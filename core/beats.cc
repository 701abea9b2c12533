// Beats: what this head says of itself, every `keep_alive` and at once when it has news.
#include "core/rooms.h"

namespace ha {
namespace {

bool may_serve(const State& s) {
  return cannot_serve(s) == Reason::none && !s.survived.disk.maintenance && !s.survived.disk.standby && !s.move.leaving;
}

std::uint32_t flags_of(const Config& c, const State& s) {
  unsigned flags = 0;
  const auto set = [&flags](bool on, BeatFlag flag) { flags |= on ? static_cast<unsigned>(flag) : 0U; };
  const DiskRecord& disk = s.survived.disk;
  set(admits_peer(c, s), kArms);
  set(gives_word(c, s), kWord);
  set(s.request != Epoch{} && (s.role == Role::init || s.role == Role::passive), kReady);
  set(s.request != Epoch{} && claim_stands(s), kClaim);
  set(disk.off_out != 0, kOffOut);
  set(s.move.leaving != 0, kLeaving);
  set(s.move.asked != 0, kAsksHandover);
  set(may_serve(s), kHealthy);
  set(disk.maintenance != 0, kMaintenance);
  set(disk.standby != 0, kStandby);
  set(s.role == Role::dead && !s.watchdog_armed && s.service.running != 0, kFenceMe);
  // What has the very trouble for which the service left the peer is no reason to send it back [PR01].
  set(cannot_serve(s) != Reason::none && !(owns_something(s.role) && cannot_serve(s) == s.move.came_because),
      kWantsRelief);
  set(s.reload.wanted != 0, kReloads);
  return flags;
}

Beat compose(const Config& c, const State& s) {
  Beat beat;
  beat.sender = s.me;
  beat.seq = s.seq;
  beat.peer = s.peer.incarnation;
  beat.echo = s.peer.beat.sender == s.peer.incarnation ? s.peer.beat.seq : 0;
  beat.progress = s.progress;
  beat.promised = s.survived.disk.promised;
  beat.epoch = owns_something(s.role) ? s.epoch : s.survived.disk.owned;
  beat.request = s.request;
  beat.grant = s.granted_to == s.peer.incarnation ? s.granted : Epoch{};
  beat.term = s.survived.boot.base;
  beat.cell = c.cell;
  beat.digest = c.digest;
  beat.staged = s.reload.staged;
  beat.flags = flags_of(c, s);
  beat.role = s.role;
  beat.from = c.self;
  for (int i = 0; i < c.paths; ++i) beat.hears |= static_cast<std::uint8_t>((hears_peer(c, s, i) ? 1U : 0U) << i);
  beat.trouble = cannot_serve(s);
  return beat;
}

}  // namespace

/// §5.2: what an owner asks before it admits an incarnation. The quarantine is the last one: while an OFF of mine may
/// still fire, its target must not become able to fence me (F7, V5), and neither must I be able to fence a head whose
/// OFF may still hit me: then nobody would be left.
bool admits_peer(const Config& c, const State& s) {
  const Beat& beat = s.peer.beat;
  const bool may_join = beat.role == Role::init || beat.role == Role::passive;
  return s.role == Role::owner && may_join && heard_lately(c, s) && beat.peer == s.me && beat.digest == c.digest &&
         !beat.has(kLeaving) && !s.survived.disk.maintenance && !s.survived.disk.off_out && !beat.has(kOffOut) &&
         !s.claimed_against && !(s.move.leaving && c.on_poweroff == OnPoweroff::stay);
}

/// 7.4: no word from a head that claims, fences or owns. Its word would renew the very right whose end it waits for.
bool gives_word(const Config& c, const State& s) {
  return has_right_to_run(c) && (s.role == Role::init || s.role == Role::passive) && s.probed && s.service.running == 0;
}

void send_beat_if_due(Turn& t) {
  State& s = t.s;
  if (t.now() < s.next_beat_at && !s.beat_now) return;
  s.beat_now = 0;
  s.next_beat_at = t.now() + t.config.keep_alive;
  ++s.seq;
  s.sent_at[s.seq % s.sent_at.size()] = t.now();
  const Beat beat = compose(t.config, s);
  if (beat.has(kArms)) s.peer.was_armed = 1;
  if (beat.has(kWord)) s.word_sent_at = s.peer.beat_at;
  t.out.push(SendBeat{static_cast<std::uint8_t>((1U << t.config.paths) - 1U), beat});
}

}  // namespace ha
