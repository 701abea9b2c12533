// What heads and voters say to one another, as datagrams: hellos, questions and answers.
//
// All have one size, so that nobody gets more out of a voter than he puts in: magic number, kind, fields in
// little-endian order, zeros, and a MAC with the voters' own key. That key is not the beats': a compute node that is
// taken over can lie about what it hears, and can never send a beat.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "core/event.h"
#include "daemon/seal.h"

namespace hacored {

inline constexpr std::size_t kVoterDatagramBytes = 96;
using VoterDatagram = std::array<std::byte, kVoterDatagramBytes>;

/// Which cell a datagram is of.
enum class VoterCell : std::uint64_t {};
VoterCell voter_cell(std::string_view name);

/// "I am here", from a head to each voter.
struct Hello {
  VoterCell cell{};
  ha::Incarnation sender;
  std::uint64_t seq = 0;  ///< counts up within the incarnation
  std::uint8_t head = 0;
  bool operator==(const Hello&) const = default;
};

/// "Whom do you hear?", from a head to one voter.
struct VoterQuestion {
  VoterCell cell{};
  std::uint64_t nonce = 0;
  std::uint16_t voter = 0;  ///< its number in the list of the head that asks
  std::uint8_t asker = 0;
  bool operator==(const VoterQuestion&) const = default;
};

/// The answer carries the question, so that it is an answer to nothing else.
struct VoterAnswer {
  static constexpr std::uint32_t kNever = 0xffffffff;
  VoterQuestion to{};
  std::array<std::uint32_t, 2> heard_ms_ago{kNever, kNever};  ///< by head: the newest fresh hello
  bool operator==(const VoterAnswer&) const = default;
};

using VoterMessage = std::variant<Hello, VoterQuestion, VoterAnswer>;

VoterDatagram encode(const VoterMessage& message, const Seal& seal);

/// The MAC is right.
bool authentic(std::span<const std::byte> datagram, const Seal& seal);
/// What an authentic datagram says; nothing if it has a wrong length, or a value that it cannot have.
std::optional<VoterMessage> decode(std::span<const std::byte> datagram);

}  // namespace hacored
