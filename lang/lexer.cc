// From text to tokens.
#include "lang/lexer.h"

#include <algorithm>

#include <fmt/format.h>

#include "lang/refuse.h"

namespace hasim {
namespace {

constexpr std::size_t kTextMax = std::size_t{1} << 20;
constexpr std::size_t kHostsMax = 10'000;

/// Length of the UTF-8 sequence at `i`, 0 if there is none (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
  const auto next = [&](std::size_t k) { return byte(k) >= 0x80 && byte(k) < 0xC0; };
  const unsigned first = byte(i);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return next(i + 1) ? 2 : 0;
  if (first >= 0xE0 && first < 0xF0) {
    if ((first == 0xE0 && byte(i + 1) < 0xA0) || (first == 0xED && byte(i + 1) >= 0xA0)) return 0;
    return next(i + 1) && next(i + 2) ? 3 : 0;
  }
  if (first >= 0xF0 && first < 0xF5) {
    if ((first == 0xF0 && byte(i + 1) < 0x90) || (first == 0xF4 && byte(i + 1) >= 0x90)) return 0;
    return next(i + 1) && next(i + 2) && next(i + 3) ? 4 : 0;
  }
  return 0;
}

void check_line(std::string_view line, int number) {
  for (std::size_t i = 0; i < line.size();) {
    const Place here{number, static_cast<int>(i) + 1, 1};
    if (line[i] == '\0') refuse(here, "a zero byte: this is no text file");
    if (line[i] == '\r') refuse(here, "a carriage return: lines end with a line feed alone");
    const std::size_t length = utf8_length(line, i);
    if (length == 0) refuse(here, "this is not UTF-8");
    i += length;
  }
}

bool ends_word(std::string_view line, std::size_t i) {
  return i >= line.size() || std::string_view(" ,[]()=\"#\t").find(line[i]) != std::string_view::npos ||
         line.substr(i, 2) == "..";
}

/// The end of a host list `[1-3,7]` that begins at `i`; `i` if none does.
std::size_t host_list_end(std::string_view line, std::size_t i) {
  if (i + 1 >= line.size() || line[i] != '[' || !is_digit(line[i + 1])) return i;
  std::size_t j = i + 1;
  while (j < line.size() && (is_digit(line[j]) || line[j] == ',' || line[j] == '-')) ++j;
  return j < line.size() && line[j] == ']' ? j + 1 : i;
}

std::size_t string_end(std::string_view line, std::size_t i, int number) {
  const Place here{number, static_cast<int>(i) + 1, 1};
  std::size_t j = i + 1;
  while (j < line.size() && line[j] != '"') {
    if (line[j] == '\\') {
      if (j + 1 >= line.size() || (line[j + 1] != '"' && line[j + 1] != '\\'))
        refuse({number, static_cast<int>(j) + 1, 2}, "a string knows only \\\" and \\\\");
      ++j;
    }
    ++j;
  }
  if (j >= line.size()) refuse(here, "this string does not end on its line", {expected("a closing \"")});
  return j + 1;
}

std::size_t word_end(std::string_view line, std::size_t i) {
  std::size_t j = i;
  while (!ends_word(line, j)) ++j;
  if (j < line.size() && line[j] == '=' && (line.substr(i, j - i) == "<" || line.substr(i, j - i) == ">")) return j + 1;
  return host_list_end(line, j);
}

/// Tokens of a line, or none past a comment; `comment` is set to where it begins.
std::vector<Token> lex_until_comment(std::string_view line, int number, std::size_t& comment) {
  std::vector<Token> tokens;
  std::size_t i = 0;
  comment = line.size();
  while (i < line.size()) {
    if (line[i] == ' ') {
      ++i;
      continue;
    }
    if (line[i] == '\t') refuse({number, static_cast<int>(i) + 1, 1}, "tab: indent with blanks");
    if (line[i] == '#') {
      comment = i;
      break;
    }
    TokenKind kind = TokenKind::symbol;
    std::size_t end = i + 1;
    if (line[i] == '"') {
      kind = TokenKind::string;
      end = string_end(line, i, number);
    } else if (line.substr(i, 2) == "..") {
      end = i + 2;
    } else if (std::string_view(",[]()=").find(line[i]) == std::string_view::npos) {
      kind = TokenKind::word;
      end = word_end(line, i);
    }
    tokens.push_back({kind, line.substr(i, end - i), {number, static_cast<int>(i) + 1, static_cast<int>(end - i)}});
    i = end;
  }
  return tokens;
}

int number_of(std::string_view digits) {
  int n = 0;
  for (const char c : digits) n = n * 10 + (c - '0');
  return n;
}

/// Adds prefix01 … prefix09 for the part "01-09" of a host list.
void expand_range(std::string_view prefix, std::string_view part, const Token& token, std::vector<std::string>& out) {
  const std::size_t dash = part.find('-');
  const std::string_view from = part.substr(0, dash), to = dash == part.npos ? from : part.substr(dash + 1);
  if (from.empty() || to.empty() || to.find('-') != to.npos || from.size() > 8 || to.size() > 8)
    refuse(token.place, fmt::format("\"{}\" is no list of hosts", token.text),
           {"write: node[001-016] or xena[1-2,10]"});
  const int first = number_of(from), last = number_of(to);
  if (last < first) refuse(token.place, "this list of hosts runs backwards");
  if (static_cast<std::size_t>(last - first) + out.size() >= kHostsMax)
    refuse(token.place, fmt::format("more than {} hosts", kHostsMax));
  for (int n = first; n <= last; ++n) out.push_back(fmt::format("{}{:0{}}", prefix, n, from.size()));
}

}  // namespace

std::vector<std::string> split_text(std::string_view text) {
  if (text.size() > kTextMax) refuse({1, 1, 1}, "this file is bigger than 1 MiB: it is no scenario");
  if (text.substr(0, 3) == "\xEF\xBB\xBF") refuse({1, 1, 3}, "a byte order mark: save the file without it");
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.find('\n', i), text.size());
    check_line(text.substr(i, end - i), static_cast<int>(lines.size()) + 1);
    lines.emplace_back(text.substr(i, end - i));
    i = end + 1;
  }
  return lines;
}

std::vector<Token> lex(std::string_view line, int number) {
  std::size_t comment = 0;
  return lex_until_comment(line, number, comment);
}

std::size_t comment_at(std::string_view line) {
  std::size_t comment = 0;
  lex_until_comment(line, 0, comment);
  return comment;
}

std::vector<SourceLine> read_lines(const std::vector<std::string>& lines) {
  std::vector<SourceLine> out;
  int depth = 0;
  for (std::size_t n = 0; n < lines.size(); ++n) {
    const int number = static_cast<int>(n) + 1;
    std::vector<Token> tokens = lex(lines[n], number);
    if (tokens.empty()) continue;
    const bool continued = depth > 0;
    for (const Token& token : tokens) {
      depth += token.is("[") ? 1 : token.is("]") ? -1 : 0;
      if (depth < 0) refuse(token.place, "this ] closes nothing");
    }
    if (continued) {
      out.back().tokens.insert(out.back().tokens.end(), tokens.begin(), tokens.end());
    } else {
      out.push_back({number, tokens.front().place.column - 1, std::move(tokens)});
    }
  }
  if (depth > 0) refuse({out.back().number, 1, 1}, "a [ of this line is never closed", {expected("]")});
  return out;
}

std::string text_of(Tokens tokens) {
  std::string out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const bool joins_left = token.is(",") || token.is(")") || token.is("]") || token.is("..");
    const bool opens = i > 0 && (tokens[i - 1].is("(") || tokens[i - 1].is("[") || tokens[i - 1].is(".."));
    if (i > 0 && !joins_left && !opens) out += ' ';
    out += token.text;
  }
  return out;
}

std::string unquote(const Token& token) {
  std::string out;
  const std::string_view inner = token.text.substr(1, token.text.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '\\') ++i;
    out += inner[i];
  }
  return out;
}

Place behind(const Token& token) { return {token.place.line, token.place.column + token.place.width, 1}; }

Place first_column(const Token& token) { return {token.place.line, token.place.column, 1}; }

std::vector<std::string> expand_hosts(const Token& token) {
  const std::size_t open = token.text.find('[');
  if (!token.is_word() || open == token.text.npos || token.text.back() != ']') return {std::string(token.text)};
  std::vector<std::string> out;
  std::string_view rest = token.text.substr(open + 1, token.text.size() - open - 2);
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    expand_range(token.text.substr(0, open), rest.substr(0, comma), token, out);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return out;
}

}  // namespace hasim
