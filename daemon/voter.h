// A voter: a compute node that hears the hellos of both heads, and says when it last heard each.
//
// An opinion and no proof (PROTOCOL §1): it grants no right, it only helps to choose who may try. It has no state that
// survives it, and no opinion about heads that it has not heard since it was started.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/time.h"
#include "daemon/voter_wire.h"

namespace hacored {

/// What was done with datagrams, since the start.
struct VoterCounters {
  std::uint64_t hellos = 0;
  std::uint64_t answers = 0;
  std::uint64_t malformed = 0;  ///< no datagram of voters and heads
  std::uint64_t forged = 0;     ///< of another key
  std::uint64_t foreign = 0;    ///< of another cell
  std::uint64_t stale = 0;      ///< hellos that are not newer than what came before: late, doubled or replayed
  bool operator==(const VoterCounters&) const = default;
};

class Voter {
 public:
  /// `next`: a second key, while keys are changed. Who asks with a key is answered with the same one.
  explicit Voter(VoterCell cell, const Seal& seal, std::optional<Seal> next = std::nullopt)
      : cell_(cell), seal_(seal), next_(next) {}

  /// Looks at a datagram that arrived at `at`; what to send back to where it came from, if anything.
  std::optional<VoterDatagram> judge(std::span<const std::byte> datagram, ha::Instant at);

  const VoterCounters& counters() const { return counters_; }

 private:
  /// How far hellos of one boot of a head have come.
  struct Boot {
    ha::Incarnation newest;
    std::uint64_t seq = 0;
  };
  /// Boots are told apart and not ordered, so the voter remembers the last ones: what they said is not said again.
  struct Head {
    static constexpr std::size_t kBoots = 64;
    std::array<Boot, kBoots> boots;
    std::size_t oldest = 0;
    ha::Instant heard = ha::kLongAgo;
  };

  static bool is_new(Head& head, const Hello& hello);
  const Seal* maker_of(std::span<const std::byte> datagram) const;
  std::optional<VoterDatagram> take(const Hello& hello, const Seal& by, ha::Instant at);
  std::optional<VoterDatagram> take(const VoterQuestion& question, const Seal& by, ha::Instant at);
  std::optional<VoterDatagram> take(const VoterAnswer& answer, const Seal& by, ha::Instant at);

  VoterCell cell_;
  Seal seal_;
  std::optional<Seal> next_;
  std::array<Head, 2> heads_;
  VoterCounters counters_;
};

}  // namespace hacored
