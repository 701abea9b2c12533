// Numbers for people.
#include "report/numbers.h"

#include <fmt/format.h>

#include <cstdlib>

namespace hasim {

double in_seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

std::string seconds(Time t) {
  const std::int64_t ms = (t.count() + (t.count() < 0 ? -500'000 : 500'000)) / 1'000'000;
  return fmt::format("{}{}.{:03}", ms < 0 ? "-" : "", std::abs(ms) / 1000, std::abs(ms) % 1000);
}

std::string span_text(Duration d, const Style& style) {
  const std::int64_t ns = std::abs(d.count());
  const std::string_view sign = d.count() < 0 ? "-" : "";
  if (ns == 0) return "0 s";
  if (ns >= 999'500'000) return fmt::format("{} s", seconds(d));
  if (ns >= 9'950'000) return fmt::format("{}{} ms", sign, (ns + 500'000) / 1'000'000);
  if (ns >= 1'000'000) return fmt::format("{}{:.1f} ms", sign, static_cast<double>(ns) / 1e6);
  if (ns >= 1'000) return fmt::format("{}{} {}", sign, ns / 1'000, style.micro());
  return fmt::format("{}{} ns", sign, ns);
}

std::string count_text(std::uint64_t n) {
  std::string digits = fmt::format("{}", n);
  if (n < 10'000) return digits;
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string plural(std::uint64_t n, std::string_view noun) {
  return fmt::format("{} {}{}", count_text(n), noun, n == 1 ? "" : "s");
}

std::string short_hash(std::uint64_t hash) { return fmt::format("{:016x}", hash).substr(0, 8); }

}  // namespace hasim
