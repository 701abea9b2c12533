// Fencing: off, then verify; level by level, within a budget. An unknown outcome is an outcome of its own (PROTOCOL
// §8).
#include "core/rooms.h"

namespace ha {
namespace {

constexpr Duration kReadAgain = std::chrono::milliseconds{250};  ///< while the chassis reads on; then twice as long …
constexpr Duration kReadAgainMost = std::chrono::seconds{2};     ///< … up to this [BM06]
constexpr Duration kReadSilent = std::chrono::milliseconds{500};   ///< after a reading without an answer
constexpr Duration kReadTimeout = std::chrono::seconds{5};         ///< the host answers earlier than this
constexpr Duration kHoldAfterOff = std::chrono::milliseconds{50};  ///< between the two readings after my own OFF

void tell(Turn& t, FenceStep step, Reason reason = Reason::none) {
  t.report(ReportKind::fence, static_cast<int>(step), t.s.fencing.level, Cause::none, reason, t.s.fencing.epoch);
}

/// The services for which this head fences wait for it; an owner that defends itself waits for nothing.
void hold_claim(Turn& t, Reason reason) {
  each_service(t, [reason](ServiceTurn& of) {
    if (of.mine().role == Role::fencing) of.hold(reason);
  });
}

/// The levels share the budget equally, each from the instant at which it may be used (F3, F6).
Instant level_deadline(const Turn& t) {
  return next_shot(t.config, t.s).from + t.config.fence_max / t.config.fence_levels;
}

/// Only a quiet window forgets: in a fixed one twice as many would fit around its end.
void count_fence(Turn& t) {
  if (t.now() - t.s.fences_from >= t.config.damping_window) t.disk().fences = 0;
  ++t.disk().fences;
  t.s.fences_from = t.now();
}

/// I8: fenced too often in a window. A person should look; until the window is over the chassis is only read.
bool spent(const Turn& t) {
  return t.disk().fences >= t.config.fences_max && t.now() - t.s.fences_from < t.config.damping_window;
}
bool only_reads(const Turn& t) { return !t.s.fencing.counted && spent(t); }

/// A claim is finished in maintenance; a defence that came to nothing is not sent again, on no level [OP08].
bool ordered_not_to(const Turn& t) { return t.disk().maintenance && !t.any(Role::fencing); }

void read_power(Turn& t) {
  Fencing& f = t.s.fencing;
  f.phase = FencePhase::reading;
  f.id = t.ask();
  f.next_at = t.now() + kReadTimeout;
  t.out.push(ReadPower{f.id, f.level});
}

void order_off(Turn& t) {
  Fencing& f = t.s.fencing;
  f.first_off_at = kLongAgo;
  f.reads_on = 0;
  f.off_done = 0;
  f.read_again = kReadAgain;
  if (only_reads(t) || ordered_not_to(t)) return read_power(t);
  const Shot shot = next_shot(t.config, t.s);
  if (t.now() < shot.from) {
    f.phase = FencePhase::slot;
    f.id = RequestId{};
    f.next_at = shot.from;
    return;
  }
  // F1: that an OFF may be out is durable before it is out (V6), and so is that it counts.
  if (!f.counted) count_fence(t);
  f.counted = 1;
  f.out_before = t.s.off_out_until;
  const Instant deadline = earliest(f.level_ends, shot.until);  // F4
  begin_quarantine(t, deadline + t.config.late_max);
  f.phase = FencePhase::off_sent;
  f.id = t.ask();
  tell(t, FenceStep::ordered);
  t.out.push(PowerOff{f.id, f.level, f.epoch, t.s.claim_term, deadline});
}

void wait_then_read(Fencing& f, Instant at) {
  f.phase = FencePhase::waiting;
  f.id = RequestId{};
  f.next_at = at;
}

/// A level that never said whose chassis it controls is asked first: a crossed cable must not cost a healthy head
/// [FE08].
void begin_level(Turn& t, int level) {
  Fencing& f = t.s.fencing;
  f.level = static_cast<std::uint8_t>(level);
  f.level_ends = level_deadline(t);
  f.bmc_restarted = 0;
  f.sent_again = 0;
  if (t.s.chassis.level[f.level].identified) return order_off(t);
  read_power(t);
  f.phase = FencePhase::identifying;
}

/// Why all levels together failed, in the word that tells an administrator where to look.
Reason failure_of(const Turn& t) {
  const Fencing& f = t.s.fencing;
  if (f.reason == Reason::contradiction || f.reason == Reason::bmc_login || f.reason == Reason::bmc_swapped)
    return f.reason;
  if (f.answered != 0) return Reason::fence_failed;
  return t.config.fence_levels == 1 ? Reason::bmc_silent : Reason::cannot_fence;
}

/// F7: an OFF of mine may have been taken late or twice, and a chassis that reads off may have been switched off by
/// somebody else. Only time ends it, or the certainty that no device took any.
void end_quarantine(Turn& t) {
  if (!t.disk().off_out || t.now() < t.s.off_out_until) return;
  t.disk().off_out = 0;
  t.persist();
  t.s.beat_now = 1;
}

/// Nobody says that this OFF was not taken: it may have been executed, or may yet be.
void may_be_taken(Fencing& f) { f.taken = f.may_be_out = 1; }

/// No device took the order of this try: nothing was fired, so it does not count (I8).
void forget_order(Turn& t) {
  if (t.s.fencing.counted && t.disk().fences > 0) --t.disk().fences;
  t.s.fencing.counted = 0;
  t.persist();
}

/// When an OFF that nobody acknowledged is sent again, once on a level, if the chassis reads on until then: the device
/// was deaf for a while [BM11].
Instant send_again_at(const Turn& t) {
  const Fencing& f = t.s.fencing;
  if (!f.reads_on || f.off_done || f.sent_again || t.peer_alive()) return kNever;
  return next_shot(t.config, t.s).from;
}

/// The next try: when a closed device may be asked, or at once if one was deaf when it was told and answers now; else
/// no oftener than on a quiet day [BM06].
Instant try_again_at(const Turn& t) {
  const Instant pause = t.now() + t.config.bmc_check_every;
  if (next_usable_level(t.config, t.s, 0) < t.config.fence_levels) return earliest(send_again_at(t), pause);
  Instant opens = kNever;
  for (const FenceLevel& level : t.s.chassis.level) {
    if (level.closed_until > t.now()) opens = earliest(opens, level.closed_until);
  }
  return opens == kNever ? pause : opens;
}

void fail(Turn& t) {
  Fencing& f = t.s.fencing;
  f.phase = FencePhase::failed;
  f.id = RequestId{};
  f.next_at = try_again_at(t);
  if (only_reads(t)) return;
  const Reason why = failure_of(t);
  if (!f.taken) forget_order(t);
  tell(t, f.may_be_out ? FenceStep::unknown : FenceStep::failed, why);
  t.alert(why);
  hold_claim(t, why);
}

void next_level(Turn& t) {
  Fencing& f = t.s.fencing;
  if (!only_reads(t))
    t.report(ReportKind::fence, static_cast<int>(FenceStep::expired), f.level, Cause::level_failed, f.reason, f.epoch);
  if (f.phase == FencePhase::off_sent) may_be_taken(f);
  const int next = next_usable_level(t.config, t.s, f.level + 1);
  if (f.reason == Reason::contradiction || next == t.config.fence_levels) return fail(t);
  begin_level(t, next);
}

void confirm(Turn& t) {
  Fencing& f = t.s.fencing;
  t.s.peer.off_since = f.first_off_at;
  f.phase = FencePhase::confirmed;
  f.id = RequestId{};
  tell(t, FenceStep::confirmed);
  t.report(ReportKind::peer, static_cast<int>(t.s.peer.view), static_cast<int>(PeerView::off), Cause::proof_off);
  t.s.peer.view = PeerView::off;
  t.s.peer.was_armed = 0;
  if (!t.any(Role::fencing)) stop_fencing(t);
}

void read_off(Turn& t, const PowerReading& in) {
  Fencing& f = t.s.fencing;
  const bool first = f.first_off_at == kLongAgo || f.session != in.session;
  const bool restarted = f.first_off_at != kLongAgo && f.session != in.session;
  if (first) {
    f.first_off_at = t.now();
    f.session = in.session;
    // F5: a BMC that restarted is told again; what it says right after is not worth much [BM07].
    if (restarted) {
      f.bmc_restarted = 1;
      return order_off(t);
    }
    return wait_then_read(f, t.now() + (f.off_done && !f.bmc_restarted ? kHoldAfterOff : t.config.hold_off));
  }
  if (contradicts_off(t.config, t.s, f.first_off_at)) {
    f.reason = Reason::contradiction;
    return next_level(t);
  }
  confirm(t);
}

void read_on(Turn& t) {
  Fencing& f = t.s.fencing;
  f.first_off_at = kLongAgo;
  f.reads_on = 1;
  const Instant again = send_again_at(t);
  if (t.now() >= again) {
    f.sent_again = 1;
    return order_off(t);
  }
  wait_then_read(f, earliest(again, t.now() + f.read_again));
  f.read_again = std::min(2 * f.read_again, kReadAgainMost);
}

bool beats_arrive(const Turn& t) {
  for (int i = 0; i < t.config.paths; ++i) {
    if (t.now() - t.s.paths[static_cast<std::size_t>(i)].arrived_at < 2 * t.config.keep_alive) return true;
  }
  return false;
}

/// FE15: the peer's crash kernel writes a dump, which a power-off would cut. Nothing else runs there, if that is true;
/// it proves nothing, so it is waited for no longer than `dump_max`. False: there is nothing to wait for.
bool wait_for_dump(Turn& t) {
  Fencing& f = t.s.fencing;
  f.next_at = dump_until(t.config, t.s);
  if (t.now() >= f.next_at) {
    each_service(t, [](ServiceTurn& of) {
      if (of.mine().hold == Reason::dumping) of.hold(Reason::none);
    });
    return false;
  }
  if (f.phase != FencePhase::dump) t.alert(Reason::dumping);
  f.phase = FencePhase::dump;
  hold_claim(t, Reason::dumping);
  return true;
}

/// Goes through the levels from the first one.
void try_levels(Turn& t) {
  State& s = t.s;
  Fencing& f = s.fencing;
  if (wait_for_dump(t)) return;
  f.answered = 0;
  f.reason = Reason::none;
  f.counted = f.taken = 0;  // each try that may be executed counts: one that is never confirmed is a loop too
  if (spent(t)) {
    if (!f.damped) t.alert(Reason::damped);
    hold_claim(t, Reason::damped);
  }
  f.damped = spent(t) ? 1 : 0;
  const int first = next_usable_level(t.config, s, 0);
  if (first < t.config.fence_levels) return begin_level(t, first);
  f.reason = s.bmc_trouble;
  fail(t);
}

/// A5r: no device took the order, and the peer is heard again: there was no reason to fence it.
bool nothing_sent(const Turn& t) {
  const Fencing& f = t.s.fencing;
  return t.any(Role::fencing) && t.s.claim_term == Term{} && t.peer_alive() && !f.may_be_out &&
         f.phase != FencePhase::off_sent && f.phase != FencePhase::confirmed;
}

/// A4r: without arbiters the owner defends itself, first in rank, only against a head that could fence it. With a
/// store or with voters a lost peer cannot win against an owner that is seen, so nobody needs to be shot [HB01, SB12].
/// An owner that is deaf is the lonely one (A1r). Where the peer had services too, the claim for them does the same.
bool must_defend(const Turn& t) {
  const State& s = t.s;
  const bool claims = s.armed && t.any(Role::passive);
  return !t.config.store && t.config.voters == 0 && has_first_rank(t) && !claims && !t.any(is_claim) &&
         s.peer.view == PeerView::lost && !deaf(t.config, s) && s.peer.was_armed && s.peer.left_at == kLongAgo &&
         !s.survived.disk.maintenance && s.drill.phase == DrillPhase::idle && !speaks_another_protocol(t);
}

}  // namespace

void begin_quarantine(Turn& t, Instant until) {
  t.s.off_out_until = std::max(t.s.off_out_until, until);
  t.disk().off_out = 1;
  t.persist();
}

void begin_fencing(Turn& t) {
  State& s = t.s;
  if (t.config.fence_levels == 0) return hold_claim(t, Reason::cannot_fence);
  s.fencing = Fencing{};
  s.fencing.target = s.peer.incarnation;
  s.fencing.epoch = t.any(Role::fencing) ? s.claim_epoch : highest_owned(t.config, s);
  s.fencing.began = t.now();
  t.fencing_activity(true, Cause::peer_lost);
  try_levels(t);
}

/// A proof by power was contradicted: everything is read, and if need be told, again.
void reopen_fencing(Turn& t) {
  Fencing& f = t.s.fencing;
  f.phase = FencePhase::failed;
  f.first_off_at = kLongAgo;
  f.next_at = t.now() + t.config.bmc_check_every;  // asked no oftener than on a quiet day [BM06]
}

void stop_fencing(Turn& t) {
  Fencing& f = t.s.fencing;
  if (f.phase == FencePhase::idle) return;
  const bool under_way =
      f.phase != FencePhase::confirmed && f.phase != FencePhase::failed && f.phase != FencePhase::dump;
  if (under_way) tell(t, FenceStep::cancelled);
  t.fencing_activity(false, Cause::peer_lost);
  f.phase = FencePhase::idle;
  f.id = RequestId{};
}

void on_power_off(Turn& t, const PowerOffAnswer& in) {
  if (on_drill_answer(t, in)) return;
  Fencing& f = t.s.fencing;
  if (in.id != f.id || f.phase != FencePhase::off_sent) return;  // an answer to a question no longer asked
  f.off_done = in.outcome == Outcome::done ? 1 : 0;
  const bool silent = in.reason == Reason::bmc_silent || in.reason == Reason::cannot_fence;
  if (in.outcome != Outcome::unknown && !silent) f.answered |= static_cast<std::uint8_t>(1U << f.level);
  if (in.outcome == Outcome::refused) {
    t.s.off_out_until = f.out_before;
  } else {
    may_be_taken(f);
    t.s.off_out_until = std::max(f.out_before, t.now() + t.config.late_max);
  }
  f.reason = in.reason;
  if (in.reason == Reason::bmc_login) {
    learn_refusal(t, f.level);
    return next_level(t);
  }
  // F2: success of the command is nothing; also a refusal is read, the chassis may be off already [FE10].
  read_power(t);
}

void on_power_reading(Turn& t, const PowerReading& in) {
  if (on_drill_reading(t, in)) return;
  if (on_chassis_reading(t, in)) return;
  Fencing& f = t.s.fencing;
  const bool identifying = f.phase == FencePhase::identifying;
  if (in.id != f.id || (!identifying && f.phase != FencePhase::reading)) return;
  const bool answers = learn_device(t, in);
  if (answers) f.answered |= static_cast<std::uint8_t>(1U << f.level);
  const Reason trouble = t.s.chassis.level[f.level].trouble;
  if (trouble == Reason::bmc_swapped || trouble == Reason::bmc_login || (identifying && !answers)) {
    f.reason = trouble == Reason::none ? in.reason : trouble;
    return next_level(t);
  }
  if (identifying) {
    if (t.now() < next_shot(t.config, t.s).from) f.level_ends = level_deadline(t);
    return order_off(t);
  }
  switch (in.reading) {
    case Reading::off: return read_off(t, in);
    case Reading::on: return read_on(t);
    case Reading::unknown:
      f.reads_on = 0;
      if (in.reason != Reason::none) f.reason = in.reason;
      return wait_then_read(f, t.now() + kReadSilent);
  }
}

void judge_fencing(Turn& t) {
  Fencing& f = t.s.fencing;
  end_quarantine(t);
  if (f.phase == FencePhase::idle) {
    if (must_defend(t)) begin_fencing(t);
    return;
  }
  // A defence is not tried again for a reason that is gone, or against an order [OP08].
  const bool waits = f.phase == FencePhase::failed || f.phase == FencePhase::dump || f.phase == FencePhase::slot;
  if (!t.any(Role::fencing) && waits && !must_defend(t)) return stop_fencing(t);
  if (nothing_sent(t)) {
    forget_order(t);
    return give_up_claim(t, Cause::peer_returned);
  }
  switch (f.phase) {
    case FencePhase::dump: return try_levels(t);
    case FencePhase::off_sent:
    case FencePhase::identifying:
      if (t.now() >= f.level_ends) next_level(t);
      return;
    case FencePhase::slot:
      if (t.now() >= f.level_ends) return next_level(t);
      if (t.now() >= f.next_at) order_off(t);
      return;
    case FencePhase::reading:
    case FencePhase::waiting:
      if (t.now() >= f.level_ends) return next_level(t);
      if (t.now() >= f.next_at) read_power(t);
      return;
    case FencePhase::failed:
      if (t.now() < f.next_at) return;
      // Something arrives again: the next beats will say whether there is still a reason to fence.
      if (beats_arrive(t)) return void(f.next_at = t.now() + 2 * t.config.keep_alive);
      try_levels(t);
      return;
    case FencePhase::idle:
    case FencePhase::confirmed: return;
  }
}

Instant fencing_due(const State& s) {
  const Fencing& f = s.fencing;
  Instant due = kNever;
  if (f.phase == FencePhase::off_sent || f.phase == FencePhase::identifying) due = f.level_ends;
  if (f.phase == FencePhase::reading || f.phase == FencePhase::waiting || f.phase == FencePhase::slot)
    due = earliest(f.level_ends, f.next_at);
  if (f.phase == FencePhase::failed || f.phase == FencePhase::dump) due = f.next_at;
  return s.survived.disk.off_out ? earliest(due, s.off_out_until) : due;
}

}  // namespace ha
