// What the tests of voters have in common.
#pragma once

#include "daemon/voter_wire.h"

namespace hacored {

inline const VoterCell kVotersCell = voter_cell("test");
inline const Seal kVotersSeal{Seal::Key{1, 2, 3}};
inline constexpr ha::Incarnation kVotersBoot{70, 1};  ///< of the head that asks

}  // namespace hacored
