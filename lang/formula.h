// Disjunctions of observations while a run goes on: what holds, since when, and how often something happened.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "lang/observe.h"

namespace hasim {

inline constexpr Time kBeforeAll{std::numeric_limits<std::int64_t>::min() / 2};
inline constexpr Time kAfterAll{std::numeric_limits<std::int64_t>::max() / 2};

/// `a and not b or c` of a script. Conjunctions consist of states; an event or a count stands alone in its disjunct.
class Formula {
 public:
  static constexpr std::size_t kCountsMax = 4;

  /// `why_not` is set if it cannot be judged here.
  Formula(const Some&, const WorldSpec&, std::string& why_not);

  void want(Interest&) const;
  /// Begins another run.
  void reset(const Picture&);
  /// The picture has the event applied. Returns true if something changed.
  bool see(const Event&, const Picture&);
  /// An invariant was violated by the event with that id.
  bool violated(int invariant, Time t, std::uint32_t id);

  bool has_states() const { return !states_.empty(); }
  bool has_events() const { return !events_.empty(); }
  std::size_t counts() const { return counts_.size(); }

  // The states, taken together.
  bool now() const { return now_; }
  Time since() const { return since_; }  ///< when it became what it is
  std::uint32_t since_id() const { return since_id_; }
  Time held_from() const { return held_from_; }  ///< the last time it held: from
  Time held_to() const { return held_to_; }      ///< and to, if it does not hold now
  // The events, taken together.
  std::int64_t hits() const { return hits_; }
  Time last_hit() const { return last_hit_; }
  std::uint32_t last_hit_id() const { return last_hit_id_; }
  // The counting sentences, each for itself.
  std::int64_t counted(std::size_t i) const { return counts_[i].n; }
  const Count& rule(std::size_t i) const { return counts_[i].what.count; }

  // What happened within the instant t, which may not be over yet.
  bool touched_at(Time t) const { return touched_ == t; }
  std::int64_t hits_before(Time t) const { return touched_ == t ? hits_before_ : hits_; }
  std::int64_t counted_before(std::size_t i, Time t) const { return touched_ == t ? counts_[i].before : counts_[i].n; }
  /// Events of all kinds, counting sentences included: what `count of` counts.
  std::int64_t all_hits() const;
  /// Id of the first hit within the instant t; 0 if there was none.
  std::uint32_t first_hit_at(Time t) const { return touched_ == t ? first_hit_id_ : 0; }

  const std::string& text() const { return text_; }
  /// Heads that it speaks about.
  HeadSet subjects() const { return subjects_; }

 private:
  struct Term {
    Observation what;
    bool negated = false;
  };
  struct Counted {
    Observation what;
    std::int64_t n = 0, before = 0;
  };
  void add(const std::vector<hasim::Term>&, const WorldSpec&);
  void turn_to(Time t);
  void hit(Time t, std::uint32_t id, std::int64_t times);
  bool evaluate(const Picture&) const;

  std::vector<std::vector<Term>> states_;
  std::vector<Observation> events_;
  std::vector<char> was_becoming_;  ///< for each event: the state behind `becomes` held before
  std::vector<Counted> counts_;
  std::string text_;
  HeadSet subjects_ = 0;

  bool now_ = false;
  Time since_ = kBeforeAll, held_from_ = kBeforeAll, held_to_ = kBeforeAll, last_hit_ = kBeforeAll,
       touched_ = kBeforeAll;
  std::uint32_t since_id_ = 0, last_hit_id_ = 0, first_hit_id_ = 0;
  std::int64_t hits_ = 0, hits_before_ = 0;
};

}  // namespace hasim
