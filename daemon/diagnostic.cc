// How diagnostics are collected and printed.
#include "daemon/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

namespace hacored {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    if (lines.back().ends_with('\r')) lines.back().pop_back();
    std::replace(lines.back().begin(), lines.back().end(), '\t', ' ');  // so that carets stand below what they mean
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

Report::Report(std::string path, std::string_view text) : path_{std::move(path)}, lines_{lines_of(text)} {}

void Report::error(Place place, std::string message, Notes notes) {
  failed_ = true;
  add(Diagnostic::Level::error, place, std::move(message), std::move(notes));
}

void Report::warning(Place place, std::string message, Notes notes) {
  add(Diagnostic::Level::warning, place, std::move(message), std::move(notes));
}

void Report::conceal(int line) {
  if (line >= 1 && static_cast<std::size_t>(line) <= lines_.size()) lines_[static_cast<std::size_t>(line) - 1].clear();
}

void Report::add(Diagnostic::Level level, Place place, std::string&& message, Notes&& notes) {
  std::erase(notes, std::string{});
  diagnostics_.push_back({level, path_, place, std::move(message), "", std::move(notes)});
}

std::vector<Diagnostic> Report::in_order() const {
  std::vector<Diagnostic> sorted = diagnostics_;
  for (Diagnostic& diagnostic : sorted) {
    const auto line = static_cast<std::size_t>(std::max(diagnostic.place.line, 0));
    if (line >= 1 && line <= lines_.size()) diagnostic.source_line = lines_[line - 1];
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.place < b.place; });
  return sorted;
}

std::string Diagnostic::show() const {
  std::string out = path;
  if (place.line > 0) out += fmt::format(":{}:{}", place.line, place.column);
  out += fmt::format(": {}: {}", level == Level::error ? "error" : "warning", message);
  if (!source_line.empty()) {
    const std::size_t length = characters(source_line);
    const auto before = std::min(static_cast<std::size_t>(std::max(place.column - 1, 0)), length);
    const auto carets = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(place.width, 1)), 1,
                                                std::max<std::size_t>(length - before, 1));
    out += fmt::format("\n  {}\n  {:{}}{:^>{}}", source_line, "", before, "", carets);
  }
  for (const std::string& note : notes) out += "\n  " + note;
  return out;
}

std::string show(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  const std::size_t shown = std::min(diagnostics.size(), kShownMost);
  for (std::size_t i = 0; i < shown; ++i) out += (i > 0 ? "\n" : "") + diagnostics[i].show() + "\n";
  if (shown < diagnostics.size())
    out += fmt::format("\nand {} more message{}\n", diagnostics.size() - shown,
                       diagnostics.size() - shown == 1 ? "" : "s");
  return out;
}

}  // namespace hacored
