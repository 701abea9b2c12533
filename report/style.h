// How text is set: marks, colours and widths, by the rules of the terminal it goes to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hasim {

/// Roles of text. Colour never carries meaning alone: each role also has a word or a mark.
enum class Paint : unsigned char { plain, broken, ok, warn, fault, head1, head2, quiet };

struct Style {
  bool colour = false;  ///< 16-colour ANSI, so that the reader's own palette rules
  bool utf8 = true;     ///< else every mark is ASCII

  std::string paint(Paint, std::string_view text) const;
  std::string_view holds() const { return utf8 ? "✓" : "+"; }
  std::string_view breaks() const { return utf8 ? "✗" : "x"; }
  std::string_view fault() const { return utf8 ? "▸" : ">"; }
  std::string_view open() const { return utf8 ? "○" : "o"; }
  std::string_view ellipsis() const { return utf8 ? "…" : "..."; }
  std::string_view micro() const { return utf8 ? "µs" : "us"; }
  /// A bar of `width` columns of which `share` (0..1) is full.
  std::string bar(double share, int width) const;
};

/// All screens are this wide.
inline constexpr int kColumns = 100;

/// Columns that UTF-8 text without escapes takes.
int width_of(std::string_view text);

/// The text and blanks after (or before) it, up to `width` columns; longer text stays as it is.
std::string pad(std::string_view text, int width);
std::string pad_left(std::string_view text, int width);

/// Breaks text at blanks into lines of at most `width` columns; a longer word has a line of its own. At least one line.
std::vector<std::string> wrap(std::string_view text, int width);

}  // namespace hasim
