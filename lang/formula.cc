// Keeps formulas up to date, event by event.
#include "lang/formula.h"

#include <algorithm>

namespace hasim {

Formula::Formula(const Some& some, const WorldSpec& spec, std::string& why_not) {
  for (const auto& conjunction : some) {
    if (!text_.empty()) text_ += " or ";
    add(conjunction, spec);
  }
  was_becoming_.assign(events_.size(), 0);
  if (counts_.size() > kCountsMax) why_not = "more than four counts in one claim: use two lines";
}

void Formula::add(const std::vector<hasim::Term>& conjunction, const WorldSpec& spec) {
  std::vector<Term> states;
  for (const hasim::Term& term : conjunction) {
    if (&term != &conjunction.front()) text_ += " and ";
    text_ += (term.negated ? "not " : "") + term.observed.text;
    Observation what = compile(term.observed, spec);
    if (what.head >= 0) subjects_ |= only(what.head);
    if (what.id == SentenceId::see_count_owners || what.id == SentenceId::see_count_heads) {
      for (std::size_t i = 0; i < spec.heads.size(); ++i) subjects_ |= only(static_cast<int>(i));
    }
    switch (what.kind) {
      case ObservationKind::state: states.push_back({std::move(what), term.negated}); break;
      case ObservationKind::event: events_.push_back(std::move(what)); break;
      case ObservationKind::count: counts_.push_back({std::move(what), 0, 0}); break;
    }
  }
  if (!states.empty()) states_.push_back(std::move(states));
}

void Formula::want(Interest& interest) const {
  for (const auto& conjunction : states_) {
    for (const Term& term : conjunction) hasim::want(term.what, interest);
  }
  for (const Observation& event : events_) hasim::want(event, interest);
  for (const Counted& counted : counts_) hasim::want(counted.what, interest);
}

void Formula::reset(const Picture& picture) {
  now_ = evaluate(picture);
  since_ = held_to_ = last_hit_ = touched_ = held_from_ = kBeforeAll;
  since_id_ = last_hit_id_ = first_hit_id_ = 0;
  hits_ = hits_before_ = 0;
  for (Counted& counted : counts_) counted.n = counted.before = 0;
  for (std::size_t i = 0; i < events_.size(); ++i)
    was_becoming_[i] = events_[i].on_becoming && holds(events_[i], picture);
}

bool Formula::evaluate(const Picture& picture) const {
  const auto all = [&](const std::vector<Term>& terms) {
    return std::all_of(terms.begin(), terms.end(), [&](const Term& t) { return holds(t.what, picture) != t.negated; });
  };
  return std::any_of(states_.begin(), states_.end(), all);
}

void Formula::turn_to(Time t) {
  if (touched_ == t) return;
  touched_ = t;
  hits_before_ = hits_;
  first_hit_id_ = 0;
  for (Counted& counted : counts_) counted.before = counted.n;
}

void Formula::hit(Time t, std::uint32_t id, std::int64_t times) {
  turn_to(t);
  hits_ += times;
  last_hit_ = t;
  last_hit_id_ = id;
  if (first_hit_id_ == 0) first_hit_id_ = id;
}

bool Formula::see(const Event& e, const Picture& picture) {
  bool changed = false;
  if (!states_.empty() && evaluate(picture) != now_) {
    turn_to(e.t);
    changed = true;
    now_ = !now_;
    since_ = e.t;
    since_id_ = e.id;
    (now_ ? held_from_ : held_to_) = e.t;
  }
  for (std::size_t i = 0; i < events_.size(); ++i) {
    std::int64_t times = 0;
    if (events_[i].on_becoming) {
      const bool holds_now = holds(events_[i], picture);
      times = holds_now && was_becoming_[i] == 0;
      was_becoming_[i] = holds_now;
    } else {
      times = matches(events_[i], e, picture);
    }
    if (times == 0) continue;
    hit(e.t, e.id, times);
    changed = true;
  }
  for (Counted& counted : counts_) {
    const std::int64_t times = matches(counted.what, e, picture);
    if (times == 0) continue;
    hit(e.t, e.id, 0);
    counted.n += times;
    changed = true;
  }
  return changed;
}

std::int64_t Formula::all_hits() const {
  std::int64_t hits = hits_;
  for (const Counted& counted : counts_) hits += counted.n;
  return hits;
}

bool Formula::violated(int invariant, Time t, std::uint32_t id) {
  const auto about = [&](const Observation& o) {
    return o.id == SentenceId::see_violation && o.invariant == invariant;
  };
  if (!std::any_of(events_.begin(), events_.end(), about)) return false;
  hit(t, id, 1);
  return true;
}

}  // namespace hasim
