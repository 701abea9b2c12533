// Beats: what this head says of itself, every `keep_alive` and at once when it has news.
#include "core/rooms.h"

namespace ha {
namespace {

bool may_serve(const State& s, const Service& service) {
  return cannot_serve(s, service) == Reason::none && !s.survived.disk.maintenance && !s.survived.disk.standby &&
         !s.leaving;
}

bool asks_to_be_fenced(const Config& c, const State& s) {
  return !s.watchdog_armed &&
         any_service(c, s, [](const Service& of) { return of.role == Role::dead && of.run.running; });
}

std::uint32_t flags_of(const Config& c, const State& s) {
  unsigned flags = 0;
  const auto set = [&flags](bool on, BeatFlag flag) { flags |= on ? static_cast<unsigned>(flag) : 0U; };
  set(admits_peer(c, s), kArms);
  set(gives_word(c, s), kWord);
  set(s.survived.disk.off_out != 0, kOffOut);
  set(s.leaving != 0, kLeaving);
  set(s.survived.disk.maintenance != 0, kMaintenance);
  set(s.survived.disk.standby != 0, kStandby);
  set(asks_to_be_fenced(c, s), kFenceMe);
  set(s.reload.wanted != 0, kReloads);
  return flags;
}

std::uint8_t flags_of(const State& s, const Service& service) {
  unsigned flags = 0;
  const auto set = [&flags](bool on, ServiceFlag flag) { flags |= on ? static_cast<unsigned>(flag) : 0U; };
  const Reason trouble = cannot_serve(s, service);
  set(service.request != Epoch{} && listens(service.role), kReady);
  set(service.request != Epoch{} && is_claim(service.role) && claim_stands(s), kClaim);
  set(service.move.asked != 0, kAsksHandover);
  set(may_serve(s, service), kHealthy);
  // What has the very trouble for which the service left the peer is no reason to send it back [PR01].
  set(trouble != Reason::none && !(owns_something(service.role) && trouble == service.move.came_because), kWantsRelief);
  return static_cast<std::uint8_t>(flags);
}

void compose(const State& s, const Service& service, ServiceIndex i, ServiceBeat& beat) {
  beat.promised = s.survived.disk.promised[i];
  beat.epoch = owns_something(service.role) ? service.epoch : s.survived.disk.owned[i];
  beat.request = service.request;
  beat.grant = service.granted_to == s.peer.incarnation ? service.granted : Epoch{};
  beat.role = service.role;
  beat.flags = flags_of(s, service);
  beat.trouble = cannot_serve(s, service);
}

void compose(const Config& c, const State& s, Beat& beat) {
  beat.sender = s.me;
  beat.seq = s.seq;
  beat.peer = s.peer.incarnation;
  beat.echo = s.peer.beat.sender == s.peer.incarnation ? s.peer.beat.seq : 0;
  beat.progress = s.progress;
  beat.term = s.survived.boot.base;
  beat.cell = c.cell;
  beat.digest = c.digest;
  beat.staged = s.reload.staged;
  beat.flags = flags_of(c, s);
  beat.from = c.self;
  for (int i = 0; i < c.paths; ++i) beat.hears |= static_cast<std::uint8_t>((hears_peer(c, s, i) ? 1U : 0U) << i);
  beat.services = c.services;
  beat.unready = s.unready;
  for (ServiceIndex i = 0; i < c.services; ++i) compose(s, s.services[i], i, beat.service[i]);
}

}  // namespace

/// §5.2: what an owner asks before it admits an incarnation. The quarantine is the last one: while an OFF of mine may
/// still fire, its target must not become able to fence me (F7, V5), and neither must I be able to fence a head whose
/// OFF may still hit me: then nobody would be left.
bool admits_peer(const Config& c, const State& s) {
  const Beat& beat = s.peer.beat;
  bool owns = false;
  for (ServiceIndex i = 0; i < c.services; ++i) {
    if (s.services[i].role != Role::owner) continue;
    if (!listens(beat.service[i].role)) return false;  // it claims what I own, or has not stopped it yet
    owns = true;
  }
  return owns && heard_lately(c, s) && beat.peer == s.me && beat.digest == c.digest && !beat.has(kLeaving) &&
         !s.survived.disk.maintenance && !s.survived.disk.off_out && !beat.has(kOffOut) && !s.claimed_against &&
         !(s.leaving && c.on_poweroff == OnPoweroff::stay);
}

/// 7.4: no word from a head that claims, or that has to do with anything the peer may own. Its word would renew the
/// very right whose end it waits for. What it owns beside that, and the peer does not ask for, changes nothing (§13).
bool gives_word(const Config& c, const State& s) {
  if (!has_right_to_run(c) || !s.probed) return false;
  bool idle = false;
  for (ServiceIndex i = 0; i < c.services; ++i) {
    const Service& service = s.services[i];
    const bool nothing = listens(service.role) && service.run.running == 0;
    if (!nothing && !(service.role == Role::owner && listens(s.peer.beat.service[i].role))) return false;
    idle |= nothing;
  }
  return idle;
}

void send_beat_if_due(Turn& t) {
  State& s = t.s;
  if (t.now() < s.next_beat_at && !s.beat_now) return;
  s.beat_now = 0;
  s.next_beat_at = t.now() + t.config.keep_alive;
  ++s.seq;
  s.sent_at[s.seq % s.sent_at.size()] = t.now();
  SendBeat send{.paths = static_cast<std::uint8_t>((1U << t.config.paths) - 1U), .beat = {}};
  compose(t.config, s, send.beat);
  if (send.beat.has(kArms)) s.peer.was_armed = 1;
  if (send.beat.has(kWord)) s.word_sent_at = s.peer.beat_at;
  t.out.push(send);
}

}  // namespace ha
