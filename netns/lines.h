// What the lines of a network do to the frames on them while faults are in force. A line is one direction between two
// places; every chance is drawn from the seed of the run.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "lang/ast.h"
#include "lang/draw.h"
#include "lang/trace.h"
#include "netns/frame.h"

namespace hasim::netns {

/// On which lines: between two places, from one to the other, at one, or everywhere.
struct Scope {
  enum class Kind : std::uint8_t { all, between, from, at, out_of, into } kind = Kind::all;
  ThingId a = kNoThing, b = kNoThing;
  bool covers(ThingId from, ThingId to) const;
};

/// A fault of networks or links, which netns/network_faults.cc begins.
bool on_networks(SentenceId);

/// The lines and the network on which a fault of networks acts.
struct Reach {
  ThingId network = kNoThing;
  Scope scope;
};
Reach reach_of(const Sentence&);

struct LineFault {
  SentenceId id{};  ///< of two on the same line the later one counts
  Reach on;
  std::int64_t share = 0;    ///< of frames, in 1/10,000
  std::int64_t amount = 0;   ///< mean length of a burst, bytes, bit/s, or how many announcements; 0: all
  Duration delay{0}, by{0};  ///< late by that; by up to that more
  Draws draws;
  bool in_burst = false;
  std::array<Time, 2> free_at{};  ///< of a slow line, for each direction
};

struct Line {
  ThingId network = kNoThing, from = kNoThing, to = kNoThing;
  bool leaves = false;  ///< for those who are no heads
};

/// What becomes of one frame on one line.
struct Fate {
  bool lost = false;
  bool twice = false;
  std::optional<std::uint64_t> damaged;  ///< which bit
  std::optional<std::uint32_t> held_by;  ///< waits until that fault ends
  Duration late{0};
};

class Lines {
 public:
  /// Returns its number.
  std::uint32_t begin(LineFault fault);
  void end(std::uint32_t number);
  Fate fate(const Frame& frame, const Line& line, Time now);

 private:
  using Numbered = std::pair<const std::uint32_t, LineFault>;
  std::map<std::uint32_t, LineFault> faults_;
  std::uint32_t last_ = 0;
};

}  // namespace hasim::netns
