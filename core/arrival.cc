// The arithmetic of the arrival estimator.
#include "core/arrival.h"

#include <algorithm>

namespace ha {
namespace {

constexpr int kMarginDeviations = 4;  ///< as in the retransmission timer of TCP, from which Bertier takes it
constexpr int kMarginLeast = 4;       ///< the margin is never less than this part of a beat interval
constexpr int kLatest = 4;            ///< beat intervals; a longer gap was an outage, and says nothing about lateness

Duration magnitude(Duration d) { return d < Duration{0} ? -d : d; }

}  // namespace

void ArrivalEstimate::arrived(Instant now, Duration keep_alive) {
  if (last != kLongAgo) {
    const Duration error = std::clamp(now - last - keep_alive, Duration{0}, kLatest * keep_alive) - late;
    late += error / 8;
    deviation += (magnitude(error) - deviation) / 4;
  }
  last = now;
}

Instant ArrivalEstimate::trusted_until(Duration keep_alive) const {
  if (last == kLongAgo) return kLongAgo;
  return last + keep_alive + late + std::max(keep_alive / kMarginLeast, kMarginDeviations * deviation);
}

}  // namespace ha
