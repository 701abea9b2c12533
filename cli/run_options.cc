// Reading the words behind the options of `hasim run`.
#include "cli/run_options.h"

#include <charconv>

namespace hasim {
namespace {

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<SeedRange> parse_seeds(std::string_view text) {
  const std::size_t dots = text.find("..");
  const auto first = whole(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : whole(text.substr(dots + 2));
  if (!first || !last || *first > *last) return std::nullopt;
  if (*last - *first == UINT64_MAX) return std::nullopt;  // more seeds than can be counted
  return SeedRange{*first, *last};
}

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view word;
    double ns;
  };
  static constexpr Unit kUnits[] = {{"ms", 1e6}, {"min", 60e9}, {"s", 1e9}, {"h", 3600e9}, {"d", 86400e9}};
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !(number > 0) || number > 1e9) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& known : kUnits) {
    if (unit == known.word && number * known.ns < 9e18) {
      return std::chrono::nanoseconds{static_cast<std::int64_t>(number * known.ns)};
    }
  }
  return std::nullopt;
}

std::optional<ColorChoice> parse_color(std::string_view text) {
  if (text == "auto") return ColorChoice::by_terminal;
  if (text == "always") return ColorChoice::always;
  if (text == "never") return ColorChoice::never;
  return std::nullopt;
}

std::optional<JsonOutput> parse_json_output(std::string_view text) {
  if (text.empty()) return JsonOutput::none;
  if (text == "verdicts") return JsonOutput::verdicts;
  if (text == "events") return JsonOutput::events;
  return std::nullopt;
}

std::vector<std::string_view> run_option_words() {
  return {"--seeds", "--case",  "--tag",        "--row",         "--set",   "--world", "--on",
          "-j",      "--for",   "--stop-after", "--keep-going",  "-v",      "-vv",     "--all",
          "--quiet", "--color", "--json",       "--json=events", "--junit", "--help"};
}

}  // namespace hasim
