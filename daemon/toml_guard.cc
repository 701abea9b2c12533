// A look at the characters of a TOML file, as far as knowing what is quoted takes.
#include "daemon/toml_guard.h"

#include <fmt/format.h>

#include <algorithm>

namespace hacored {
namespace {

constexpr std::size_t kLargestFile = 1U << 20;
// toml++ takes tables apart by recursion, and dotted keys have no limit of their own.
constexpr std::size_t kLongestLine = 4096;

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// What may come behind the brackets of a header, and of a list over several lines.
bool may_follow_bracket(char c) {
  constexpr std::string_view kOthers = "-_+.\"'][{}#,";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kOthers.find(c) != std::string_view::npos;
}

/// The column of the byte `at`.
int column_of(std::string_view line, std::size_t at) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  return static_cast<int>(at - static_cast<std::size_t>(std::count_if(
                                   line.begin(), line.begin() + static_cast<std::ptrdiff_t>(at), continues))) +
         1;
}

/// The end of the text that is quoted at `at`: behind the closing quote, or the end of the line.
std::size_t behind_quoted(std::string_view line, std::size_t at) {
  const char quote = line[at];
  for (++at; at < line.size() && line[at] != quote; ++at)
    if (line[at] == '\\' && quote == '"') ++at;
  return std::min(at + 1, line.size());
}

std::optional<Mistake> unfit_line(std::string_view line, int number) {
  if (line.size() > kLongestLine)
    return Mistake{{number, 1, 1}, fmt::format("the line is longer than {} bytes", kLongestLine)};
  const std::size_t open = line.find_first_not_of(" \t");
  if (open != std::string_view::npos && line[open] == '[') {
    const std::size_t name = line.find_first_not_of("[ \t\r", open);
    if (name != std::string_view::npos && is_ascii(line[name]) && !may_follow_bracket(line[name]))
      return Mistake{{number, column_of(line, name), 1}, "a table cannot be called so", "expected: a name in brackets"};
  }
  for (std::size_t at = 0; at < line.size() && line[at] != '#';) {
    const std::string_view rest = line.substr(at);
    if (rest.starts_with("\"\"\"") || rest.starts_with("'''"))
      return Mistake{{number, column_of(line, at), 3}, "a text stands on one line here", "write: \"…\""};
    if (!is_ascii(line[at]))
      return Mistake{{number, column_of(line, at), 1},
                     "this character stands outside of quotes",
                     "a text is written in quotes; keys are of ASCII letters"};
    at = line[at] == '"' || line[at] == '\'' ? behind_quoted(line, at) : at + 1;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Mistake> unfit(std::string_view text) {
  if (text.size() > kLargestFile) return Mistake{{}, fmt::format("the file is larger than {} KiB", kLargestFile >> 10)};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (auto mistake = unfit_line(text.substr(0, end), number)) return mistake;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::nullopt;
}

}  // namespace hacored
