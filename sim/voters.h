// Voters: which of the heads' beats each of them heard lately, worked out when somebody asks.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

void ask_voters(Engine&, int head, std::uint64_t request);
/// Are the answers others than last told? Looks again a second later while the question is young.
bool voters_have_news(Engine&, const Due&);
ha::VoterTally voters_answer(Engine&, const Due&);

}  // namespace hasim::sim
