// Setting a source line and a message under it.
#include "report/excerpt.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/run_view.h"

namespace hasim {
namespace {

constexpr int kGutter = 8;       // "   15 | "
constexpr int kRoomBeside = 40;  // a message narrower than this goes below instead

struct Span {
  int begin = 0;  ///< columns from 0
  int width = 1;
};

/// The words behind a verb, up to the end of the line or a comment.
Span words_behind(const std::string& source, std::size_t verb) {
  const std::size_t blank = std::min(source.find(' ', verb), source.size());
  const std::size_t first = std::min(source.find_first_not_of(' ', blank), source.size());
  const std::size_t comment = std::min(source.find(" #", first), source.size());
  const std::size_t last = source.find_last_not_of(' ', comment - 1);
  const int width = last == std::string::npos || last < first ? 1 : width_of(source.substr(first, last + 1 - first));
  return {width_of(source.substr(0, first)), width};
}

/// Where the words of the claim stand in the source line; in a case of a `for` they may stand there with a variable.
Span span_of(const std::string& source, const Script& script, int number) {
  const std::string text = without_verb(line_text(script, number));
  const std::size_t at = text.empty() ? std::string::npos : source.find(text);
  if (at != std::string::npos) return {width_of(source.substr(0, at)), width_of(text)};
  for (const Line& line : script.lines) {
    for (const Claim& claim : line.claims) {
      if (claim.place.line == number) return words_behind(source, static_cast<std::size_t>(claim.place.column - 1));
    }
  }
  const std::size_t first = std::min(source.find_first_not_of(' '), source.size());
  return {static_cast<int>(first), std::max(1, width_of(source.substr(first)))};
}

/// The message without the line number that stands before it anyway.
std::string message_of(const Broken& broken) {
  const std::string begin = fmt::format("line {}: ", broken.line);
  return broken.message.starts_with(begin) ? broken.message.substr(begin.size()) : broken.message;
}

std::string indented(const std::string& text, int indent) {
  std::string block;
  for (const std::string& line : wrap(text, kColumns - indent)) {
    block += std::string(static_cast<std::size_t>(indent), ' ') + line + "\n";
  }
  return block;
}

}  // namespace

std::string excerpt(const Scenario& scenario, const Script& script, const Broken& broken, const Style& style) {
  const bool has_source = broken.line >= 1 && static_cast<std::size_t>(broken.line) <= scenario.text.size();
  const std::string message = message_of(broken);
  if (!has_source) return indented(message, 2);
  const std::string& source = scenario.text[static_cast<std::size_t>(broken.line) - 1];
  const Span span = span_of(source, script, broken.line);
  const std::string carets(static_cast<std::size_t>(span.width), '^');
  std::string text = fmt::format("{:5} | {}\n", broken.line, source);
  const std::string under = "      | " + std::string(static_cast<std::size_t>(span.begin), ' ');
  const int beside = kGutter + span.begin + span.width + 1;
  if (kColumns - beside < kRoomBeside) {
    return text + under + style.paint(Paint::broken, carets) + "\n" + indented(message, kGutter);
  }
  const std::vector<std::string> lines = wrap(message, kColumns - beside);
  text += under + style.paint(Paint::broken, carets) + " " + lines[0] + "\n";
  for (std::size_t i = 1; i < lines.size(); ++i)
    text += "      | " + std::string(static_cast<std::size_t>(beside - kGutter), ' ') + lines[i] + "\n";
  return text;
}

}  // namespace hasim
