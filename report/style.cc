// Colours, marks, and text in columns.
#include "report/style.h"

#include <algorithm>
#include <cmath>

namespace hasim {
namespace {

std::string_view sgr(Paint paint) {
  switch (paint) {
    case Paint::plain: return "";
    case Paint::broken: return "\x1b[1;35m";
    case Paint::ok: return "\x1b[32m";
    case Paint::warn: return "\x1b[33m";
    case Paint::fault: return "\x1b[36m";
    case Paint::head1: return "\x1b[34m";
    case Paint::head2: return "\x1b[33m";
    case Paint::quiet: return "\x1b[2m";
  }
  return "";
}

}  // namespace

std::string Style::paint(Paint role, std::string_view text) const {
  if (!colour || role == Paint::plain || text.empty()) return std::string(text);
  std::string painted(sgr(role));
  painted += text;
  painted += "\x1b[0m";
  return painted;
}

std::string Style::bar(double share, int width) const {
  constexpr std::string_view kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double cells = std::clamp(share, 0.0, 1.0) * width;
  const int full = static_cast<int>(cells);
  std::string bar;
  for (int i = 0; i < full; ++i) bar += utf8 ? "█" : "#";
  int used = full;
  if (utf8 && full < width) {
    const std::string_view part = kEighths[static_cast<std::size_t>((cells - full) * 8)];
    bar += part;
    used += part.empty() ? 0 : 1;
  }
  bar.append(static_cast<std::size_t>(width - used), ' ');
  return bar;
}

int width_of(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;  // not a continuation byte
  }));
}

std::string pad(std::string_view text, int width) {
  std::string padded(text);
  padded.append(static_cast<std::size_t>(std::max(0, width - width_of(text))), ' ');
  return padded;
}

std::string pad_left(std::string_view text, int width) {
  return std::string(static_cast<std::size_t>(std::max(0, width - width_of(text))), ' ').append(text);
}

std::vector<std::string> wrap(std::string_view text, int width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (width_of(line) + 1 + width_of(word) <= width) {
      line.append(" ").append(word);
    } else {
      lines.emplace_back(word);
    }
  }
  for (std::string& line : lines) line.erase(line.find_last_not_of(' ') + 1);
  return lines;
}

}  // namespace hasim
