// The black box: the newest inputs of a core, each with a digest of what the core was after it, in a piece of memory of
// fixed size. Stepping a node through them again must give the same digests: what happened on a head can be looked at
// afterwards, and that the core is a value is checked on real machines too.
//
// The memory is two halves, written in turn; each begins with the configuration and the state as they were, so that
// the older half may be overwritten at any time. Only a core of the same sources can read it: `digest()`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/node.h"

namespace ha {

/// The first digits of a digest over the sources of this core.
std::string_view digest();

class Journal {
 public:
  /// Bytes that the memory must have at least.
  static const std::size_t kBytesMin;

  /// Begins a new journal; what was in the memory is lost.
  Journal(std::span<std::byte> memory, const Node& node);

  /// The step that `node` has just taken. To be written before its outputs are performed. Copies a few hundred bytes.
  void write(const Node& node, Instant at, const Input& input, const Outputs& out);

  /// A new configuration came into force.
  void reconfigured(const Node& node);

 private:
  void begin_half(const Node& node);
  void append(const Node& node, Instant at, std::uint32_t kind, std::span<const std::byte> payload,
              std::uint64_t outputs);

  std::span<std::byte> memory_;
  std::size_t half_bytes_;
  std::uint64_t halves_ = 0;  ///< begun so far
  std::size_t used_ = 0;      ///< of the present half
};

/// What a second run of a journal showed.
struct Replay {
  std::uint64_t steps = 0;
  std::uint64_t differences = 0;
  Instant from = kNever, to = kLongAgo;
  std::string error;  ///< why it could not be read (to its end); empty: it was
};

/// Is told each step with its outputs; `same` says whether the core was after it what it was then.
using StepSeen = std::function<void(Instant at, const Input&, const Outputs&, const Node&, bool same)>;

/// Steps a node through the journal.
Replay replay(std::span<const std::byte> memory, const StepSeen& seen = {});

/// Reads a journal while its core writes it: steps a node of its own through what was added since it looked last. The
/// memory must be read-only to it, and stay as long as it. A record counts once the head of its half says so, and a
/// half-written one would give other digests (`same`).
class Follower {
 public:
  Follower(std::span<const std::byte> memory, StepSeen seen);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  /// What was seen so far. Its error also says when the reader was too slow, and records were overwritten unread.
  const Replay& look();

 private:
  class Player;
  std::unique_ptr<Player> player_;
};

}  // namespace ha
