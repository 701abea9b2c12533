// How times and counts are written (always with `.` as point and a unit that fits).
#pragma once

#include <cstdint>
#include <string>

#include "lang/trace.h"
#include "report/style.h"

namespace hasim {

double in_seconds(Duration);

/// Seconds since the start with three decimals: "60.000", "-18.220".
std::string seconds(Time);

/// A duration with its unit: "4.224 s", "306 ms", "3.1 ms", "250 µs".
std::string span_text(Duration, const Style&);

/// A count: commas from 10,000 on.
std::string count_text(std::uint64_t);

/// "1 run", "2 runs", "10,000 runs".
std::string plural(std::uint64_t n, std::string_view noun);

/// First eight hex digits of a hash or digest, as reports print it.
std::string short_hash(std::uint64_t);

}  // namespace hasim
