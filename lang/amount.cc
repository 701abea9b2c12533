// Reading numbers with units, exact to their last digit.
#include "lang/amount.h"

#include <array>

#include <fmt/format.h>

#include "lang/lexer.h"
#include "lang/refuse.h"
#include "lang/settings.h"
#include "lang/spelling.h"

namespace hasim {
namespace {

constexpr std::int64_t kWhole = 1'000'000;  ///< in parts per million
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kLongest = 100ll * 365 * 86'400 * kSecond;
constexpr std::string_view kUnits = "ns us ms s min h d";

struct Unit {
  std::string_view name;
  std::int64_t ns;
};
constexpr std::array<Unit, 7> kTimes{{{"ns", 1},
                                      {"us", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", kSecond},
                                      {"min", 60 * kSecond},
                                      {"h", 3'600 * kSecond},
                                      {"d", 86'400 * kSecond}}};

struct Alias {
  std::string_view written, unit;
};
constexpr std::array<Alias, 13> kAliases{{{"sec", "s"},
                                          {"secs", "s"},
                                          {"second", "s"},
                                          {"seconds", "s"},
                                          {"m", "min"},
                                          {"mins", "min"},
                                          {"minutes", "min"},
                                          {"hours", "h"},
                                          {"hr", "h"},
                                          {"days", "d"},
                                          {"msec", "ms"},
                                          {"usec", "us"},
                                          {"minute", "min"}}};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

template <class Test>
std::string_view take(std::string_view& text, Test test) {
  std::size_t n = 0;
  while (n < text.size() && test(text[n])) ++n;
  const std::string_view taken = text.substr(0, n);
  text.remove_prefix(n);
  return taken;
}

/// "12" or "12.5".
std::string_view take_decimal(std::string_view& text) {
  const std::string_view all = text;
  const std::size_t whole = take(text, is_digit).size();
  if (whole == 0 || text.size() < 2 || text[0] != '.' || !is_digit(text[1])) return all.substr(0, whole);
  text.remove_prefix(1);
  return all.substr(0, whole + 1 + take(text, is_digit).size());
}

/// `decimal` times `scale`, exactly; nothing if that is no whole number or out of range.
std::optional<std::int64_t> scaled(std::string_view decimal, std::int64_t scale, std::int64_t most) {
  __extension__ using Wide = __int128;
  Wide value = 0, divisor = 1;
  bool fraction = false;
  if (decimal.empty() || decimal.size() > 24) return std::nullopt;
  for (const char c : decimal) {
    if (c == '.') {
      fraction = true;
      continue;
    }
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
    if (fraction) divisor *= 10;
  }
  if (value > Wide{1} << 90) return std::nullopt;
  value *= scale;
  if (value % divisor != 0 || value / divisor > most) return std::nullopt;
  return static_cast<std::int64_t>(value / divisor);
}

/// Digits followed by one of the units, as in "1400B".
std::optional<std::int64_t> whole_with_unit(std::string_view text, std::initializer_list<Unit> units) {
  const std::string_view digits = take(text, is_digit);
  for (const Unit& unit : units) {
    if (text == unit.name) return scaled(digits, unit.ns, INT64_MAX / 2);
  }
  return std::nullopt;
}

/// Reads one duration token from its left to its right.
class DurationReader {
 public:
  DurationReader(const Token& token, const Settings& settings, std::size_t skip, bool may_be_negative)
      : token_(token), settings_(settings), rest_(token.text.substr(skip)), may_be_negative_(may_be_negative) {}

  std::int64_t read() {
    if (rest_.empty()) refuse(here(), "a duration is missing", {expected("a number with a unit, or a setting")});
    for (bool first = true; !rest_.empty(); first = false) {
      const std::int64_t sign = take_sign(first);
      total_ += sign * (rest_.empty() || !is_digit(rest_[0]) ? setting() : number());
      if (total_ > kLongest || total_ < -kLongest) too_long();
    }
    if (total_ < 0 && !may_be_negative_) refuse(token_.place, "a time here is never negative");
    return total_;
  }

 private:
  Place here(std::size_t width = 1, std::size_t ahead = 0) const {
    const std::size_t at = token_.text.size() - rest_.size() + ahead;
    return {token_.place.line, token_.place.column + static_cast<int>(at), static_cast<int>(width)};
  }

  [[noreturn]] void too_long() const { refuse(token_.place, "this duration is longer than a hundred years"); }

  std::int64_t take_sign(bool first) {
    const char c = rest_[0];
    if (c != '+' && c != '-') {
      if (!first) no_duration();
      return 1;
    }
    if (first && !may_be_negative_) {
      refuse(here(), c == '-' ? "a time here is never negative" : "one sign too many",
             {expected("a duration, like 5s or dead_after")});
    }
    rest_.remove_prefix(1);
    return c == '-' ? -1 : 1;
  }

  [[noreturn]] void no_duration() const {
    refuse(here(), fmt::format("\"{}\" is not a duration", rest_),
           {expected("a number with a unit (5s, 200ms), or a setting (dead_after)")});
  }

  std::int64_t number() {
    std::string_view after = rest_;
    const std::string_view digits = take_decimal(after);
    const std::string_view unit = take(after, is_letter);
    for (const Unit& time : kTimes) {
      if (time.name != unit) continue;
      const auto value = scaled(digits, time.ns, INT64_MAX);
      if (!value && digits.find('.') == digits.npos) too_long();
      if (!value)
        refuse(here(digits.size() + unit.size()), "times are exact to 1 ns, and this one is finer or too long");
      if (*value > kLongest) too_long();
      rest_ = after;
      return *value;
    }
    if (unit.empty()) {
      refuse(here(digits.size()), fmt::format("\"{}\" has no unit", digits),
             {expected(kUnits), fmt::format("did you mean: {}s", digits)});
    }
    refuse(here(unit.size(), digits.size()), fmt::format("\"{}\" is not a unit of time", unit),
           {expected(kUnits), meant_unit(digits, unit)});
  }

  static std::string meant_unit(std::string_view digits, std::string_view unit) {
    for (const Alias& alias : kAliases) {
      if (alias.written == unit) return fmt::format("did you mean: {}{}", digits, alias.unit);
    }
    std::vector<std::string> names;
    for (const Unit& time : kTimes) names.emplace_back(time.name);
    const auto near = nearest(unit, names);
    return near ? fmt::format("did you mean: {}{}", digits, *near) : std::string{};
  }

  std::int64_t setting() {
    std::string_view after = rest_;
    const std::string_view name = take(after, [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; });
    if (name.empty() || is_digit(name[0]) || name[0] == '_') no_duration();
    if (!is_duration_setting(name)) {
      std::vector<std::string> candidates;
      for (const SettingInfo& info : settings_table()) {
        if (info.type == SettingType::duration) candidates.emplace_back(info.name);
      }
      refuse(here(name.size()), fmt::format("\"{}\" is not a duration and not a setting that is one", name),
             {expected("a number with a unit, or a setting"), meant(name, candidates)});
    }
    rest_ = after;
    return settings_.number(name);
  }

  const Token& token_;
  const Settings& settings_;
  std::string_view rest_;
  bool may_be_negative_;
  std::int64_t total_ = 0;
};

}  // namespace

std::int64_t read_duration(const Token& token, const Settings& settings, std::size_t skip, bool may_be_negative) {
  return DurationReader(token, settings, skip, may_be_negative).read();
}

std::optional<std::int64_t> read_number(std::string_view text) {
  return scaled(text.find('.') == text.npos ? text : "", 1, 1'000'000'000);
}

std::optional<std::int64_t> read_ppm(std::string_view text) {
  const bool slower = text.starts_with('-');
  if (slower || text.starts_with('+')) text.remove_prefix(1);
  const auto ppm = whole_with_unit(text, {{"ppm", 1}});
  if (!ppm || *ppm >= kWhole) return std::nullopt;  // a clock that stands still or runs backwards is no drifting one
  return slower ? -*ppm : *ppm;
}

std::optional<std::int64_t> read_percent(std::string_view text) {
  if (text.empty() || text.back() != '%') return std::nullopt;
  text.remove_suffix(1);
  std::string_view rest = text;
  const std::string_view decimal = take_decimal(rest);
  return rest.empty() ? scaled(decimal, 100, kHundredPercent) : std::nullopt;
}

std::optional<std::int64_t> read_size(std::string_view text) {
  return whole_with_unit(text, {{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}});
}

std::optional<std::int64_t> read_rate(std::string_view text) {
  return whole_with_unit(text, {{"kbit", 1'000}, {"Mbit", 1'000'000}, {"Gbit", 1'000'000'000}});
}

std::string print_duration(std::int64_t ns) {
  for (std::size_t i = kTimes.size(); i-- > 1;) {
    if (ns != 0 && ns % kTimes[i].ns == 0) return fmt::format("{}{}", ns / kTimes[i].ns, kTimes[i].name);
  }
  return ns == 0 ? "0s" : fmt::format("{}ns", ns);
}

}  // namespace hasim
