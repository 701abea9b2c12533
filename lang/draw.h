// Chance without state: every number is a function of (seed, stream, counter). A stream belongs to one place (a line of
// a scenario, a network, a disk), so a new line or one more frame on one network does not shift what others draw.
#pragma once

#include <cstdint>

namespace hasim {

/// Scrambles 64 bits so that every bit of the input moves every bit of the result (finaliser of splitmix64, bijective).
constexpr std::uint64_t scramble(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// The number at place `counter` of the stream `stream` in the run `seed`.
constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter) {
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15U;
  return scramble(scramble(scramble(seed + kGolden) ^ (stream + kGolden)) + counter * kGolden + kGolden);
}

/// One key out of several, for streams that belong to more than one thing: (line, position), (network, from, to).
template <class... More>
constexpr std::uint64_t stream_key(std::uint64_t first, More... more) {
  std::uint64_t key = scramble(first + 1);
  ((key = scramble(key ^ (static_cast<std::uint64_t>(more) + 0x632be59bd9b4e019U))), ...);
  return key;
}

/// The numbers of one stream, one after the other. Cheap to make; holds only where it stands.
class Draws {
 public:
  Draws() = default;
  constexpr Draws(std::uint64_t seed, std::uint64_t stream) : start_{draw(seed, stream, 0)} {}

  constexpr std::uint64_t next() {
    ++counter_;
    return scramble(start_ + counter_ * 0x9e3779b97f4a7c15U);
  }
  /// 0..n-1, all equally often; 0 for n = 0.
  std::uint64_t below(std::uint64_t n);
  /// lo..hi, all equally often, both ends included. Needs lo <= hi.
  std::int64_t uniform(std::int64_t lo, std::int64_t hi);
  /// lo..hi with each end in at least one of eight draws: most faults of timing sit at an end.
  std::int64_t ends_often(std::int64_t lo, std::int64_t hi);
  /// True with probability p (0..1).
  bool chance(double p);

 private:
  std::uint64_t start_ = 0;
  std::uint64_t counter_ = 0;
};

}  // namespace hasim
