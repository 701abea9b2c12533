// The scenario of BM_SixtySecondFailover and of the allocation test.
#pragma once

#include "lang/ast.h"

namespace hasim::bench {

/// bench/sixty-seconds.scn in bench/failover.world: a pair with three beat paths and beats every second, one power
/// loss.
Scenario sixty_second_failover();

}  // namespace hasim::bench
