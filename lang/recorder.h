// Where every event of a world passes through: it gets its id, goes into the hash of the run, is kept if the run is
// recorded, and is shown to the observer if somebody is interested. Every world owns one; it is on the hot path.
#pragma once

#include <vector>

#include "lang/draw.h"
#include "lang/trace.h"
#include "lang/world.h"

namespace hasim {

class Recorder {
 public:
  /// Begins another run: ids from 1, empty hash. The interest stays, and so does the memory.
  void reset(Recording recording);
  void interest(const Interest& interest);

  /// Numbers the event, hashes it, keeps and shows it. Returns true if the observer wants the world to stop.
  bool add(Event& event, Observer& observer) {
    event.id = ++count_;
    hash_ = hashed(hash_, event);
    return seen(event.kind) && show(event, observer);
  }
  /// Is there anybody who would see an event of that kind? If not, only its hash counts.
  bool seen(EventKind kind) const {
    const Wanted wanted = wanted_[static_cast<std::size_t>(kind)];
    return wanted.kept || wanted.shown;
  }

  std::uint64_t hash() const { return hash_; }
  std::uint32_t count() const { return count_; }
  const std::vector<Event>& recorded() const { return events_; }

 private:
  struct Wanted {
    bool kept = false;
    bool shown = false;
  };

  bool show(const Event& event, Observer& observer);

  /// High and low half of a 128-bit product, folded: two multiplications hash a whole event well enough to tell runs
  /// apart. Every field but the id counts, which is the place in the order and so is in the hash anyway.
  static std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  static std::uint64_t hashed(std::uint64_t hash, const Event& e) {
    const std::uint64_t things = static_cast<std::uint64_t>(e.who) | static_cast<std::uint64_t>(e.with) << 16 |
                                 static_cast<std::uint64_t>(e.line) << 32 | static_cast<std::uint64_t>(e.kind) << 48 |
                                 static_cast<std::uint64_t>(e.x) << 56;
    const std::uint64_t words = static_cast<std::uint64_t>(e.y) | static_cast<std::uint64_t>(e.cause) << 8 |
                                static_cast<std::uint64_t>(e.reason) << 16;
    const std::uint64_t because = static_cast<std::uint64_t>(e.because[0]) << 32 | e.because[1];
    const std::uint64_t numbers = scramble(words * 0x9e3779b97f4a7c15U ^ because) ^ static_cast<std::uint64_t>(e.since);
    const std::uint64_t when =
        folded(hash ^ static_cast<std::uint64_t>(e.t.count()) ^ 0xa0761d6478bd642fU, things ^ 0xe7037ed1a0b428dbU);
    return folded(when ^ e.value ^ 0x8ebc6af09c88c6e3U, numbers ^ 0x589965cc75374cc3U) + hash;
  }

  std::uint64_t hash_ = 0;
  std::uint32_t count_ = 0;
  std::array<Wanted, kEventKinds> wanted_{};
  std::vector<Event> events_;
};

}  // namespace hasim
