// What a swarm lets happen: every fault and order it draws, how often, and as which sentence of the language.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lang/vocabulary.h"

namespace hasim {

/// What a world must have, or what a story must be, for a row to be drawn.
enum class MixNeed : std::uint8_t {
  nothing,
  store,      ///< a store of claims for every cell: without one, late and doubled power commands and a clock that
              ///< stands still are beyond what any order of ranks can stand (docs/protocol.md, A1, F6)
  no_proof3,  ///< the watchdogs prove nothing here: with P3 they are assumed to work (A2)
  truth,      ///< somebody besides the BMC who can contradict it: a lie is believed if nobody can (A4)
};

/// One sentence with places to fill in:
///   {head} {peer} {net} {path} {pdu} {nas} {volume} {store} {witness} {clients} {part} {daemon} {address}  a thing;
///   {peer} is that of {head}; {voters} are all of them
///   {short} 20 ms to 3 s, {long} 3 s to 2 min, {percent} 5 to 95 %, {some} 1 to 20   a number
///   {a|b|c}                                                                             one of these words
/// A world that has no such thing does not draw the row.
struct MixRow {
  SentenceId id;
  std::uint8_t weight;
  std::string_view text;
  MixNeed need = MixNeed::nothing;
  bool may_stay = false;  ///< of what lasts: it may stay as it is when the rest is healed, and somebody has to serve
};

/// Rows of faults and of orders, in the order in which they are reported.
std::span<const MixRow> mix();

/// A fault or an order that the simulator can do and no swarm draws, and why not.
struct NotDrawn {
  SentenceId id;
  std::string_view why;
};
std::span<const NotDrawn> not_drawn();

/// What a fault is timed by: something that a head does, as an event or a state that does not hold at the start.
struct MixTrigger {
  std::uint8_t weight;
  std::string_view text;  ///< with {head}, {peer}, {part}, {service}
};
std::span<const MixTrigger> triggers();

}  // namespace hasim
