// What the judge says when something does not hold.
#pragma once

#include <string>

#include "lang/docket.h"

namespace hasim {

/// "6.2 s", "306 ms", "250 µs".
std::string span_of(Duration);
/// "@73.402s" after instant 0.
std::string instant_of(Time);
/// "+61.2s" after the mark.
std::string offset_of(Duration);

/// Why a window is broken: "line 9: head2 active did not come by +55s; head2 holds because no_proof since @12.1s".
std::string why_broken(const Docket::Window&, int line, const std::vector<Formula>&, const Picture&);
/// The same when what was expected came after all: "line 9: head2 active came at +61.2s, 6.2 s after its window".
std::string came_late(const Docket::Window&, int line, const std::vector<Formula>&, Time came);
/// "head1 off since @60s, head2 holds because no_proof since @70.7s".
std::string what_they_are(HeadSet heads, const Picture&);

}  // namespace hasim
