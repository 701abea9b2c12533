// Words, strings and symbols of a line; the level at which scenarios, worlds and the formatter agree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/ast.h"

namespace hasim {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

enum class TokenKind : std::uint8_t { word, string, symbol };

/// One word, "string" (with its quotes) or symbol. The text points into the source, which has to live longer.
struct Token {
  TokenKind kind{};
  std::string_view text;
  Place place;  ///< width is that of the text

  bool is(std::string_view other) const { return kind != TokenKind::string && text == other; }
  bool is_word() const { return kind == TokenKind::word; }
  bool is_string() const { return kind == TokenKind::string; }
};
using Tokens = std::span<const Token>;

/// A line with at least one token; inside `[ ]` it may go on over several lines of the file.
struct SourceLine {
  int number = 0;
  int indent = 0;
  std::vector<Token> tokens;
};

/// The text in lines without their ends. Refuses what is not UTF-8 text, has a NUL or a carriage return, or is too big.
std::vector<std::string> split_text(std::string_view text);

/// The tokens of one line; refuses tabs and strings without an end.
std::vector<Token> lex(std::string_view line, int number);

/// All lines that say something. Refuses brackets that do not match.
std::vector<SourceLine> read_lines(const std::vector<std::string>& lines);

/// The tokens as the formatter writes them: one blank between words, none before `,` `)` `]` `..` or behind `(` `[`
/// `..`.
std::string text_of(Tokens);

/// A string token without its quotes and backslashes.
std::string unquote(const Token&);

/// Where the comment of a line begins; its length if there is none.
std::size_t comment_at(std::string_view line);

/// The place just behind a token.
Place behind(const Token&);
/// The place of a token, with carets under its first character only.
Place first_column(const Token&);

/// Names of a host list: `node[01-03,7]` gives node01, node02, node03, node7; any other word gives itself.
std::vector<std::string> expand_hosts(const Token&);

}  // namespace hasim
