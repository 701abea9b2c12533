// When the next beat of a path should be here (rule D3): suspicion that is early on a quiet network and patient on a
// bad one.
//
// Chen's estimator of the next arrival (W. Chen, S. Toueg, M. Aguilera: On the Quality of Service of Failure Detectors,
// IEEE Transactions on Computers 51, 2002) with the adaptive safety margin of M. Bertier, O. Marin, P. Sens
// (Implementation and Performance Evaluation of an Adaptable Failure Detector, DSN 2002). Beats do not stand on a grid
// here, news sends one at once; but each beat promises another one within `keep_alive`, so what is averaged is how late
// a beat comes behind the promise of the one before. Integer arithmetic only: the same everywhere.
#pragma once

#include "core/time.h"

namespace ha {

struct ArrivalEstimate {
  Instant last = kLongAgo;  ///< the newest beat arrived then
  Duration late{0};         ///< mean lateness, weight of a new sample 1/8
  Duration deviation{0};    ///< mean deviation of the lateness, weight of a new sample 1/4

  /// A beat that is newer than all before it arrived.
  void arrived(Instant now, Duration keep_alive);

  /// Until then the next beat is waited for without suspicion; `kLongAgo` if none was ever seen.
  Instant trusted_until(Duration keep_alive) const;
};

}  // namespace ha
