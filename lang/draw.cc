// The distributions over a stream of random numbers. Nothing of <random>: its results differ between libraries.
#include "lang/draw.h"

namespace hasim {

std::uint64_t Draws::below(std::uint64_t n) {
  if (n < 2) return 0;
  // The lowest `2^64 mod n` numbers are drawn again: what remains divides evenly.
  const std::uint64_t uneven = (0 - n) % n;
  std::uint64_t x = next();
  while (x < uneven) x = next();
  return x % n;
}

std::int64_t Draws::uniform(std::int64_t lo, std::int64_t hi) {
  const std::uint64_t span = static_cast<std::uint64_t>(hi) - static_cast<std::uint64_t>(lo) + 1;
  const std::uint64_t offset = span == 0 ? next() : below(span);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(lo) + offset);
}

std::int64_t Draws::ends_often(std::int64_t lo, std::int64_t hi) {
  switch (below(8)) {
    case 0: return lo;
    case 1: return hi;
    default: return uniform(lo, hi);
  }
}

bool Draws::chance(double p) {
  constexpr double kUnit = 1.0 / 9007199254740992.0;  // 2^-53: every such number is exact in a double
  return static_cast<double>(next() >> 11) * kUnit < p;
}

}  // namespace hasim
