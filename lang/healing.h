// What a `heal` line ends.
#pragma once

#include <string>
#include <vector>

#include "lang/ast.h"

namespace hasim {

/// What a fault is a fault of: `bmc of head1 says off` of the part "bmc" of head1, `head1 hangs` of head1 itself.
struct Subject {
  std::string part;
  std::vector<ThingId> things;
  std::vector<ThingId> networks;  ///< of `link of X to NET` and `bond of X to NET`
};
Subject subject_of(const Sentence& fault);

/// Whether a `heal` ends this fault: `heal all` every fault, `heal <words of a fault>` the fault of these words,
/// `heal THING` the faults of this thing and its parts. A BMC is a thing of its own, not a part of its head.
bool heals(const WorldSpec&, const Stimulus& heal, const Sentence& fault);

}  // namespace hasim
