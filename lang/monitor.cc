// The rules of windows (docs/language.md, "Verbs"), one function for each group of claims.
#include "lang/monitor.h"

namespace hasim {

Monitor::Monitor(const Property& property, const std::vector<Formula>& formulas, Time from, Time to)
    : property_(property), from_(from), to_(to) {
  const Formula& first = formulas[property.first];
  sides_[0].base = first.hits_before(from);
  for (std::size_t i = 0; i < first.counts(); ++i) counted_before_[i] = first.counted_before(i, from);
  if (property.order != Order::none) sides_[1].base = formulas[property.second].hits_before(from);
}

std::int64_t Monitor::counted(std::size_t i, const std::vector<Formula>& formulas) const {
  return formulas[property_.first].counted(i) - counted_before_[i];
}

Monitor::State Monitor::decide(State state, Time t, std::uint32_t fact, std::uint32_t other_fact) {
  state_ = state;
  decided_ = t;
  facts_ = {fact, other_fact};
  return state;
}

Monitor::State Monitor::settle(Time t, const std::vector<Formula>& formulas) {
  const Formula& first = formulas[property_.first];
  if (property_.order == Order::none) {
    if (!fresh_ && !first.touched_at(t)) return state_;
    fresh_ = false;
    return settle_plain(t, first);
  }
  const Formula& second = formulas[property_.second];
  if (!fresh_ && !first.touched_at(t) && !second.touched_at(t)) return state_;
  fresh_ = false;
  return settle_order(t, first, second);
}

Monitor::State Monitor::settle_plain(Time t, const Formula& first) {
  const bool hit = first.has_events() && first.hits() > sides_[0].base;
  switch (property_.verb) {
    case ClaimVerb::always: return first.now() ? state_ : decide(State::broken, t, first.since_id());
    case ClaimVerb::never:
      if (hit) return decide(State::broken, t, first.first_hit_at(t));
      return first.now() ? decide(State::broken, t, first.since_id()) : state_;
    case ClaimVerb::expect: break;
  }
  if (hit) return decide(State::holds, t, first.first_hit_at(t));
  if (first.counts() == 0) return state_;
  if (counts_right(first, true)) return decide(State::holds, t, first.last_hit_id());
  if (first.has_states() || first.has_events()) return state_;
  for (std::size_t i = 0; i < first.counts(); ++i) {
    if (!exceeded(first.rule(i), first.counted(i) - counted_before_[i])) return state_;
  }
  return decide(State::broken, t, first.last_hit_id());
}

/// Is one of the counts right; with `only_final` only those that cannot become wrong any more.
bool Monitor::counts_right(const Formula& first, bool only_final) const {
  for (std::size_t i = 0; i < first.counts(); ++i) {
    if (only_final && first.rule(i).rule != Count::Rule::at_least) continue;
    if (satisfies(first.rule(i), first.counted(i) - counted_before_[i])) return true;
  }
  return false;
}

/// Notes the first time that a side happened in the window: an event, or a state that comes true or holds at its start.
void Monitor::look(Side& side, Time t, const Formula& formula) const {
  if (side.happened) return;
  const bool hit = formula.hits() > side.base;
  if (!hit && !formula.now()) return;
  side.happened = true;
  side.at = t;
  side.id = hit ? formula.first_hit_at(t) : formula.since() < from_ ? 0 : formula.since_id();
  if (hit && formula.now() && formula.since() < from_) side.id = 0;
}

Monitor::State Monitor::settle_order(Time t, const Formula& first, const Formula& second) {
  Side& a = sides_[0];
  Side& b = sides_[1];
  look(a, t, first);
  look(b, t, second);
  const bool after = property_.order == Order::after;
  if (property_.verb == ClaimVerb::never) {
    if (after) return b.happened ? judge_never_after(t, first) : state_;
    if (a.happened && (!b.happened || a.id < b.id)) return decide(State::broken, a.at, a.id);
    return b.happened ? decide(State::holds, t, b.id) : state_;
  }
  const Side& early = after ? b : a;
  const Side& late = after ? a : b;
  if (early.happened && late.happened) {
    return decide(early.id < late.id ? State::holds : State::broken, t, early.id, late.id);
  }
  return late.happened ? decide(State::broken, t, late.id) : state_;
}

/// No A later than the first B; a state A must have ended when the instant of B is over.
Monitor::State Monitor::judge_never_after(Time t, const Formula& first) {
  const Side& b = sides_[1];
  const bool event_after =
      first.has_events() && first.last_hit() >= b.at && first.last_hit_id() > b.id && first.hits() > sides_[0].base;
  if (event_after) return decide(State::broken, t, first.last_hit_id(), b.id);
  return first.now() ? decide(State::broken, t, first.since_id(), b.id) : state_;
}

Monitor::State Monitor::close(const std::vector<Formula>& formulas) {
  if (state_ != State::open) return state_;
  if (property_.verb != ClaimVerb::expect) return decide(State::holds, to_);
  if (property_.order != Order::none) return decide(State::broken, to_);
  const Formula& first = formulas[property_.first];
  // What breaks by lasting is noticed at the next thing that happens; that may be the end of the window.
  if (first.has_events() && first.hits() > sides_[0].base) {
    return decide(State::holds, first.last_hit(), first.last_hit_id());
  }
  if (first.now() || counts_right(first, false)) {
    return decide(State::holds, to_, first.now() ? first.since_id() : first.last_hit_id());
  }
  return decide(State::broken, to_, first.since() > kBeforeAll ? first.since_id() : 0);
}

}  // namespace hasim
