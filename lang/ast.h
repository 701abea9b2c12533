// What a `*.scn` file says, checked and resolved: one `Script` for each case of its `for` lines.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/spec.h"
#include "lang/vocabulary.h"

namespace hasim {

/// A place in a source file. Lines and columns count from 1; columns are bytes.
struct Place {
  int line = 0;
  int column = 0;
  int width = 1;
};

/// A number in a sentence: one value, or with `any a..b` a range that each run draws from (uniform, ends more often).
struct Range {
  std::int64_t lo = 0;
  std::int64_t hi = 0;
  bool drawn() const { return lo != hi; }
};

/// `no`, `exactly 2`, `at most 3`, `at least one`.
struct Count {
  enum class Rule : std::uint8_t { exactly, at_most, at_least } rule = Rule::exactly;
  std::int64_t n = 0;
};

/// What stands in one slot of a sentence. Which member is meant follows from the slot's type.
struct Value {
  Slot slot{};
  std::vector<ThingId>
      things;             ///< HEAD, NET, … one thing; several only in sentences with a COUNT. `peer of x` is resolved
  Range number;           ///< DUR and SIGNED in ns, INT, PCT in 1/10,000, PPM, SIZE in bytes, RATE in bit/s
  Count count;            ///< COUNT
  std::uint8_t word = 0;  ///< REASON: ha::Reason, PROOF: ha::Proof, COMMAND: CommandWord, INVARIANT: 1..9
  std::string text;       ///< SETTING name, VALUE, STRING
};

/// A sentence of the vocabulary with its slots filled. `picks` has one entry for each alternative `( / )` or optional
/// part `[ ]` of the pattern, in the order in which they stand in it: the index of the branch taken; for an optional
/// part 1 if it is there, 0 if not. Parts inside a branch that was not taken have pick 0.
/// `values` has one entry for each slot of the pattern in its order; slots in branches not taken have no things.
/// A SCOPE is the optional part 0/1, the alternative 0 between, 1 from-to, 2 at, and five PLACE slots
/// (between A and B, from A to B, at A).
struct Sentence {
  SentenceId id{};
  std::vector<std::uint8_t> picks;
  std::vector<Value> values;
  Place place;
  std::string text;  ///< as written, after `for` values were put in
};

// ---------------------------------------------------------------------------------------------------------------
// Claims

struct Term {
  bool negated = false;
  Sentence observed;
};
/// Disjunction of conjunctions: `a and b or c`.
using Some = std::vector<std::vector<Term>>;
enum class Order : std::uint8_t { none, before, after };
struct Claimed {
  Some first;
  Order order = Order::none;
  Some second;  ///< only with an order
  Place place;
};
enum class ClaimVerb : std::uint8_t { expect, always, never };

// ---------------------------------------------------------------------------------------------------------------
// When

/// A point of time: relative to the mark (`+`), to instant 0 (`@`, `start`), or the end.
struct Point {
  enum class Base : std::uint8_t { mark, zero, end } base = Base::mark;
  Duration offset{0};
};

struct When {
  enum class Kind : std::uint8_t {
    given,      ///< in force before the machines have power
    start,      ///< `start`; `cold` below
    at,         ///< one instant, `from`; with a range `from`..`to` if `drawn` (any +1s..+3s)
    window,     ///< a claim's window `from`..`to`
    on,         ///< waits for `trigger`; then `from` is the offset (drawn up to `to`); a claim's window if `has_window`
    whenever,   ///< the same at each time
    each_step,  ///< `each step of operation`
  };
  Kind kind = Kind::at;
  bool cold = false;
  bool drawn = false;
  bool has_window = false;  ///< of on/whenever: a window `+a..+b` was given (else: that instant, plus `from`)
  Point from, to;
  std::optional<Claimed> trigger;
  std::optional<Sentence> operation;
  /// Of a `whenever` in a story that was made and not read (explore/swarm.h): acts only the first time, and only if
  /// that comes before this instant.
  std::optional<Duration> once_before;
  Place place;
  std::string text;
};

// ---------------------------------------------------------------------------------------------------------------
// Lines

enum class StimulusVerb : std::uint8_t { fault, action, heal, note };

/// `fault`, `do`, `heal`, `note`. `any of [a, b]` makes several alternatives, of which each run draws one; a list or
/// group makes several sentences, all of which are done, in order.
struct Stimulus {
  StimulusVerb verb{};
  std::vector<std::vector<Sentence>> alternatives;  ///< of a fault, an action, or `heal` with a fault's own words
  std::vector<ThingId> heal_things;                 ///< of `heal THING`
  std::vector<std::string> heal_parts;              ///< `core`, `link`, … for each heal thing; empty: the whole thing
  bool heal_all = false;
  std::string note;
  std::optional<Range> lasts;         ///< `for 30s`, ns
  std::optional<double> probability;  ///< 0..1
  Place place;
  std::string text;
};

struct Claim {
  ClaimVerb verb{};
  /// `any of [a, b]`: a draw; a list: one claim each, all judged.
  std::vector<std::vector<Claimed>> alternatives;
  Place place;
  std::string text;
};

enum class Stat : std::uint8_t { min, median, mean, p90, p95, p99, p999, max };
struct Measure {
  enum class Kind : std::uint8_t { from_to, longest_without, total_without, count_of } kind{};
  std::string name;
  bool from_here = false;
  std::optional<Claimed> from;
  std::optional<Claimed> to;  ///< also what is counted, or without which time is measured
  Place place;
};
struct OverSeeds {
  int runs = 0;  ///< 0: as many as the command runs
  bool sometimes = false;
  std::string measure;  ///< of an expectation
  Stat stat{};
  bool at_most = true;
  std::int64_t bound = 0;       ///< ns or a count
  std::optional<Claimed> seen;  ///< of `sometimes`
  Place place;
  std::string text;
};

/// One line of the body, or one WHEN with several WHATs under it.
struct Line {
  int number = 0;  ///< in the file
  When when;
  std::vector<Stimulus> stimuli;
  std::vector<Claim> claims;
  std::optional<Duration> race_within;  ///< the stimuli happen at drawn instants within this span
  std::optional<Measure> measure;
  std::optional<OverSeeds> over;
  std::uint32_t source_key = 0;  ///< key of its random streams: the place in the source (and the copy of a `repeat`)
};

struct Relaxed {
  int invariant = 0;
  std::string reason;
  Place place;
};

/// One case of a scenario: everything resolved against its world, `repeat` unrolled.
struct Script {
  std::string title;                                             ///< with the values of this case put in
  std::vector<std::pair<std::string, std::string>> case_values;  ///< for variables, in order
  std::string case_name;                                         ///< "victim=head1,blow=hangs"; empty without `for`
  std::shared_ptr<const WorldSpec> world;                        ///< after `without`, `running` and `set`
  std::vector<Relaxed> relaxed;
  std::vector<Line> lines;
};

struct Scenario {
  std::string path;  ///< as named on the command line
  std::string title, source;
  std::vector<std::string> tags;
  std::vector<std::string> text;  ///< the source, line by line
  std::uint64_t digest = 0;
  std::vector<Script> cases;
};

}  // namespace hasim
