// Messages about files: how they are thrown, completed and printed.
#include <algorithm>

#include <fmt/format.h>

#include "lang/other_words.h"
#include "lang/refuse.h"
#include "lang/spelling.h"

namespace hasim {
namespace {

/// Columns count bytes; a caret has to stand below a character.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

void refuse(Place place, std::string message, std::vector<std::string> notes) {
  std::erase(notes, std::string{});
  throw Refused{{"", place, std::move(message), "", std::move(notes)}};
}

std::string expected(std::string_view what) { return fmt::format("expected: {}", what); }

std::string expected(std::vector<std::string> names) {
  if (names.empty()) return {};
  std::sort(names.begin(), names.end());
  return fmt::format("expected: {}", fmt::join(names, ", "));
}

std::string meant(std::string_view word, const std::vector<std::string>& candidates) {
  const auto near = nearest(word, candidates);
  return near ? fmt::format("did you mean: {}", *near) : in_our_words(word);
}

std::string in_our_words(std::string_view word) {
  const std::string_view here = said_here(word);
  return here.empty() ? std::string{} : fmt::format("hasim says: {}", here);
}

Diagnostic at_source(Diagnostic diagnostic, const std::string& path, const std::vector<std::string>& lines) {
  if (!diagnostic.path.empty()) return diagnostic;
  diagnostic.path = path;
  const auto line = static_cast<std::size_t>(std::max(diagnostic.place.line, 0));
  if (line >= 1 && line <= lines.size()) diagnostic.source_line = lines[line - 1];
  return diagnostic;
}

std::string Diagnostic::show() const {
  std::string out = fmt::format("{}:{}:{}: error: {}", path, place.line, place.column, message);
  if (!source_line.empty()) {
    const auto before = std::min(static_cast<std::size_t>(std::max(place.column - 1, 0)), source_line.size());
    const auto under = static_cast<std::size_t>(std::max(place.width, 1));
    const std::size_t carets =
        before < source_line.size() ? characters(std::string_view(source_line).substr(before, under)) : 1;
    out += fmt::format("\n  {}\n  {:{}}{:^>{}}", source_line, "", characters(source_line.substr(0, before)), "",
                       std::max<std::size_t>(carets, 1));
  }
  for (const std::string& note : notes) out += "\n  " + note;
  return out;
}

}  // namespace hasim
