// Numbers with units: 5s, dead_after+5s, 30%, 500ppm, 1400B, 10Mbit.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lang/lexer.h"
#include "lang/spec.h"

namespace hasim {

/// The duration in ns that a token holds: numbers with units and settings, joined by + and - without blanks. With
/// `skip`, that many characters in front (the sign of a WHEN) do not belong to it. Refuses anything else, durations
/// finer than 1 ns, longer than a hundred years, and, unless `may_be_negative`, a sign in front or a negative sum.
std::int64_t read_duration(const Token&, const Settings&, std::size_t skip = 0, bool may_be_negative = false);

/// Counts: digits only, at most a milliard.
std::optional<std::int64_t> read_number(std::string_view);
/// With or without a sign; its size stays below a million.
std::optional<std::int64_t> read_ppm(std::string_view);
/// In 1/10,000, at most 100%.
std::optional<std::int64_t> read_percent(std::string_view);
inline constexpr std::int64_t kHundredPercent = 10'000;
inline double fraction(std::int64_t percent) {
  return static_cast<double>(percent) / static_cast<double>(kHundredPercent);
}
/// In bytes.
std::optional<std::int64_t> read_size(std::string_view);
/// In bit/s.
std::optional<std::int64_t> read_rate(std::string_view);

/// "90s", "1.5s", "10min": the shortest exact form.
std::string print_duration(std::int64_t ns);

}  // namespace hasim
