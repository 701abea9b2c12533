// Reload: a new configuration comes into force on both heads together, or on none.
//
// Each host reads and checks its own file first; the digest of what passed travels in the beats. Both switch when both
// have checked the same file [OP04, OP16]. What fails the check changes nothing: the last good one stays in force.
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kPatience = std::chrono::seconds{10};

void settle(Turn& t, Outcome outcome, Reason reason) {
  Reload& r = t.s.reload;
  if (r.wanted) t.out.push(Reply{r.command, CommandKind::reload, outcome, reason});
  const bool declined = !r.wanted && outcome != Outcome::done;
  r = Reload{};
  if (declined) r.declined = t.s.peer.beat.staged;  // not asked for again until the peer offers something else
  t.s.beat_now = 1;
}

void stage(Turn& t) {
  Reload& r = t.s.reload;
  r.id = t.ask();
  r.deadline = t.now() + kPatience;
  t.out.push(Stage{r.id});
}

bool peer_wants(const Turn& t) { return t.peer_alive() && t.s.peer.beat.has(kReloads) && t.s.peer.beat.staged != 0; }

/// `staged` stays in the beats until the configuration is in force (`Node::reconfigure`), so that the peer can follow.
void use(Turn& t) {
  Reload& r = t.s.reload;
  if (r.wanted) t.out.push(Reply{r.command, CommandKind::reload, Outcome::done, Reason::none});
  r.wanted = 0;
  r.deadline = kNever;
  t.out.push(UseConfig{r.staged});
}

}  // namespace

void begin_reload(Turn& t, const Command& c) {
  Reload& r = t.s.reload;
  r = Reload{};
  r.wanted = 1;
  r.command = c.id;
  r.force = c.force ? 1 : 0;
  stage(t);
}

Reason reload_refused(const Turn& t, bool force) {
  if (t.s.reload.deadline != kNever) return Reason::in_progress;
  if (moves_anything(t.config, t.s)) return Reason::in_progress;
  return !force && !t.peer_alive() ? Reason::path_lost : Reason::none;
}

void on_staged(Turn& t, const Staged& in) {
  Reload& r = t.s.reload;
  if (in.id != r.id || in.id == RequestId{}) return;
  r.id = RequestId{};
  if (in.digest == 0) return settle(t, Outcome::refused, in.reason);
  r.staged = in.digest;
  t.s.beat_now = 1;
}

void judge_reload(Turn& t) {
  Reload& r = t.s.reload;
  const Beat& beat = t.s.peer.beat;
  // The operator asked at the peer: this head checks its own file once for each request.
  if (r.deadline == kNever && r.staged == 0 && peer_wants(t) && beat.staged != t.config.digest &&
      beat.staged != r.declined)
    stage(t);
  if (r.deadline == kNever) return;
  if (r.staged != 0) {
    if (r.force && !t.peer_alive()) return use(t);
    // The peer has checked the same file, or uses it already.
    if (t.peer_alive() && (beat.staged == r.staged || beat.digest == r.staged)) return use(t);
  }
  if (t.now() >= r.deadline) settle(t, Outcome::refused, Reason::config_differs);
}

Instant reload_due(const State& s) { return s.reload.deadline; }

}  // namespace ha
