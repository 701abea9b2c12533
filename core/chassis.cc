// The peer's chassis, read without ordering anything: the watch over the devices that would have to fence it, and what
// they say when the peer is suspect, lost, or was never heard.
//
// Reading is cheap but not free: a BMC that is asked every second wedges [BM06], and one that is asked with a wrong
// password locks the account [BM05]. So there is one question open at a time, and each situation has its own pace.
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kReadingTimeout = std::chrono::seconds{5};  ///< the host answers earlier than this
constexpr Duration kLookAgain = std::chrono::seconds{2};
constexpr int kDoublings = 5;       ///< of `kLookAgain` after false alarms
constexpr int kLoginDoublings = 3;  ///< of `bmc_check_every` after refused logins
constexpr std::uint8_t kMisses = 2;

bool closed(const State& s, const FenceLevel& level) { return s.now < level.closed_until; }

/// The level to ask: the first one that is not in trouble, else the first one that may be asked at all.
int level_to_ask(const Config& c, const State& s) {
  for (int i = 0; i < c.fence_levels; ++i) {
    if (s.chassis.level[static_cast<std::size_t>(i)].trouble == Reason::none) return i;
  }
  return next_usable_level(c, s, 0);
}

void ask(Turn& t, int level) {
  Chassis& c = t.s.chassis;
  c.asked_at = t.now();
  c.asked_level = static_cast<std::uint8_t>(level);
  c.level[c.asked_level].checked_at = t.now();
  c.id = t.ask();
  t.out.push(ReadPower{c.id, c.asked_level});
}

bool question_open(const State& s) {
  return s.chassis.id != RequestId{} && s.now - s.chassis.asked_at < kReadingTimeout;
}

/// Only a head that could take over wants to know of a power loss before everybody else does (D2).
bool looks_early(const Config& c, const State& s) {
  return c.evidence && c.fence_levels > 0 && s.armed && s.peer.view == PeerView::suspect &&
         any_role(c, s, Role::passive);
}

/// When the next question is due; kNever if nobody wants to know now.
Instant next_question(const Config& c, const State& s) {
  const Chassis& chassis = s.chassis;
  const auto every = [&chassis](Duration pace) { return chassis.asked_at + pace; };
  if (s.fencing.phase != FencePhase::idle) return kNever;  // it reads for itself
  // The longer it takes, the slower: an inquiry may stay open for days.
  if (s.inquiry.open)
    return every(std::clamp((s.now - s.inquiry.began) / 4, kLookAgain, std::max(kLookAgain, c.dead_after / 2)));
  const bool unarmed = !s.armed && s.peer.view == PeerView::lost && any_role(c, s, Role::passive);
  if (unarmed) return every(std::max(kLookAgain, c.dead_after / 2));  // "off" is all that it may act on
  if (!looks_early(c, s)) return kNever;
  if (chassis.off_at > last_arrival(c, s)) return every(c.off_gap);
  return every(kLookAgain * (1 << std::min<int>(chassis.false_alarms, kDoublings)));
}

bool watches(const Config& c, const State& s) {
  return c.fence_levels > 0 && s.fencing.phase == FencePhase::idle && !s.inquiry.open &&
         (any_role(c, s, Role::owner) || any_role(c, s, Role::passive));
}

/// A device that has just read "off" is left alone until the next beats can have caught it lying.
Instant check_due(const Config& c, const State& s, const FenceLevel& level) {
  const Instant due = std::max(level.checked_at + c.bmc_check_every, level.closed_until);
  return s.chassis.off_at == kLongAgo ? due : std::max(due, s.chassis.off_again_at + 3 * c.keep_alive);
}

void set_trouble(Turn& t, FenceLevel& level, Reason reason) {
  if (level.trouble == reason) return;
  level.trouble = reason;
  if (reason == Reason::none) return;
  const bool says_why = reason == Reason::bmc_login || reason == Reason::bmc_swapped || reason == Reason::bmc_lies;
  t.alert(says_why ? reason : Reason::cannot_fence);
}

/// The first trouble of any level: one lost way to fence is a reason to look, also while another one is left [BM01].
void tell_trouble(Turn& t) {
  Reason first = Reason::none;
  for (const FenceLevel& level : t.s.chassis.level) {
    if (first == Reason::none) first = level.trouble;
  }
  t.s.bmc_trouble = first;
}

void learn_reading(Turn& t, const PowerReading& in) {
  Chassis& c = t.s.chassis;
  if (in.reading == Reading::unknown) return;
  if (in.reading == Reading::on) {
    c.on_at = t.now();
    c.off_at = kLongAgo;
    if (looks_early(t.config, t.s)) c.false_alarms = static_cast<std::uint8_t>(std::min(c.false_alarms + 1, 100));
    return;
  }
  const std::uint64_t session = in.session * kFenceLevelsMax + in.level;
  // A booting head hears nobody, so a lease that moves is all that can contradict the reading.
  const Instant moved = t.any(Role::passive) ? kLongAgo : t.s.store.peer_moved_at;
  const Instant sign = std::max(last_arrival(t.config, t.s), moved);
  const bool unbroken = c.off_at != kLongAgo && c.session == session && c.off_at > sign;
  if (!unbroken) c.off_at = t.now();
  c.off_again_at = t.now();
  c.session = session;
}

/// An incarnation that echoes what I sent after its chassis read off was not off [BM03].
void catch_liar(Turn& t) {
  Chassis& c = t.s.chassis;
  const PeerState& peer = t.s.peer;
  if (c.off_at == kLongAgo || peer.met_at >= c.off_at || peer.proved_at <= c.off_at) return;
  set_trouble(t, c.level[c.session % kFenceLevelsMax], Reason::bmc_lies);
  tell_trouble(t);
  c.off_at = kLongAgo;
}

}  // namespace

int next_usable_level(const Config& c, const State& s, int from) {
  int i = from;
  while (i < c.fence_levels) {
    const FenceLevel& level = s.chassis.level[static_cast<std::size_t>(i)];
    if (level.trouble != Reason::bmc_swapped && !closed(s, level)) break;
    ++i;
  }
  return i;
}

bool learn_device(Turn& t, const PowerReading& in) {
  FenceLevel& level = t.s.chassis.level[in.level];
  const std::uint64_t wanted = t.config.peer_hardware_id;
  if (in.chassis != 0 && wanted != 0 && in.chassis != wanted) {
    level.identified = 0;
    set_trouble(t, level, Reason::bmc_swapped);
  } else if (in.reading == Reading::unknown) {
    level.misses = static_cast<std::uint8_t>(std::min(level.misses + 1, 100));
    if (in.reason == Reason::bmc_login) return learn_refusal(t, in.level), false;
    if (level.misses >= kMisses && level.trouble != Reason::bmc_swapped)
      set_trouble(t, level, in.reason == Reason::none ? Reason::bmc_silent : in.reason);
  } else {
    level.misses = level.refusals = 0;
    level.identified = 1;
    if (level.trouble != Reason::bmc_lies || in.reading == Reading::on) set_trouble(t, level, Reason::none);
  }
  tell_trouble(t);
  return level.trouble != Reason::bmc_swapped && in.reading != Reading::unknown;
}

void learn_refusal(Turn& t, std::uint8_t at) {
  FenceLevel& level = t.s.chassis.level[at];
  level.closed_until = t.now() + t.config.bmc_check_every * (1 << std::min<int>(level.refusals, kLoginDoublings));
  level.refusals = static_cast<std::uint8_t>(std::min(level.refusals + 1, 100));
  set_trouble(t, level, Reason::bmc_login);
  tell_trouble(t);
}

bool on_chassis_reading(Turn& t, const PowerReading& in) {
  Chassis& c = t.s.chassis;
  if (in.id == RequestId{} || in.id != c.id) return false;
  c.id = RequestId{};
  if (learn_device(t, in)) learn_reading(t, in);
  return true;
}

/// D2: while no beat arrives on any path, the chassis reads off twice, or once after a direct cable lost its carrier.
/// Loss, delay and overload do not switch a chassis off, so they cannot be mistaken for this.
void confirm_power_loss(Turn& t) {
  State& s = t.s;
  const Chassis& c = s.chassis;
  if (!looks_early(t.config, s) || c.off_at == kLongAgo || c.off_at <= last_arrival(t.config, s)) return;
  bool dark = false;
  for (int i = 0; i < t.config.paths; ++i)
    dark |= (t.config.cables >> i & 1) != 0 && !s.paths[static_cast<std::size_t>(i)].carrier;
  if (!dark && c.off_again_at - c.off_at < t.config.off_gap) return;
  s.peer.dead_at = t.now();
}

void watch_chassis(Turn& t) {
  State& s = t.s;
  catch_liar(t);
  if (t.config.fence_levels == 0 || question_open(s)) return;
  if (const Instant at = next_question(t.config, s); at != kNever) {
    const int level = level_to_ask(t.config, s);
    if (level < t.config.fence_levels && t.now() >= at) ask(t, level);
    return;
  }
  if (!watches(t.config, s)) return;
  for (int i = 0; i < t.config.fence_levels; ++i) {
    if (t.now() < check_due(t.config, s, s.chassis.level[static_cast<std::size_t>(i)])) continue;
    if (s.peer.view == PeerView::alive) s.chassis.false_alarms = 0;
    return ask(t, i);
  }
}

Instant chassis_due(const Config& c, const State& s) {
  if (c.fence_levels == 0) return kNever;
  if (question_open(s)) return s.chassis.asked_at + kReadingTimeout;
  if (const Instant at = next_question(c, s); at != kNever)
    return level_to_ask(c, s) < c.fence_levels ? at : s.now + c.bmc_check_every;
  Instant due = kNever;
  if (!watches(c, s)) return due;
  for (int i = 0; i < c.fence_levels; ++i)
    due = earliest(due, check_due(c, s, s.chassis.level[static_cast<std::size_t>(i)]));
  return due;
}

}  // namespace ha
