// What an observation of the vocabulary means: a predicate over the picture, or a match of events. Compiled once for a
// script, so that judging a run reads only small numbers.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "lang/ast.h"
#include "lang/picture.h"

namespace hasim {

struct Observation {
  SentenceId id{};
  ObservationKind kind{};
  /// `HEAD becomes active`: it happens when the state comes true.
  bool on_becoming = false;
  std::array<std::uint8_t, 4> picks{};
  int head = -1, other = -1;    ///< head indexes: subject and object
  int thing = -1;               ///< index of the part, volume, service, clients or witness, within its kind
  int place = -1;               ///< index of clients or network
  HeadSet heads = 0;            ///< of `COUNT fences of heads`
  std::vector<ThingId> things;  ///< volumes of a store, addresses of a service, parts that are counted
  bool any_reason = true;
  ha::Reason reason = ha::Reason::none;
  ha::Proof proof = ha::Proof::none;
  CommandWord command{};
  int invariant = 0;
  Duration within{0};  ///< of `replication of DB within DUR`
  Count count;         ///< of a counting sentence
  std::string text;    ///< as written
  Place at;
};

/// Compiles a sentence of the vocabulary.
Observation compile(const Sentence&, const WorldSpec&);

/// Does the state hold now? Only of states, and of the states behind `on_becoming`.
bool holds(const Observation&, const Picture&);
/// How many times does this event count? Only of events and counts; the picture has the event applied already.
std::int64_t matches(const Observation&, const Event&, const Picture&);
/// Adds the kinds of events on which the observation depends.
void want(const Observation&, Interest&);

bool satisfies(const Count&, std::int64_t n);
/// True if no larger n can satisfy it any more.
bool exceeded(const Count&, std::int64_t n);

}  // namespace hasim
