// The one layout of scenario files: headers in column 1, WHEN in the first column of the body, verbs below each other.
#include <algorithm>
#include <optional>

#include "lang/lexer.h"
#include "lang/parse.h"
#include "lang/refuse.h"
#include "lang/words.h"

namespace hasim {
namespace {

constexpr std::size_t kWhenMax = 24, kWhenMin = 14, kLineMax = 120;
constexpr std::size_t kHeaderWidth = 9, kVerbWidth = 8;

/// A line of the file, or several joined by an open bracket.
struct Row {
  std::vector<Token> tokens;
  std::size_t indent = 0;
  std::string comment;

  bool says() const { return !tokens.empty(); }
  bool begins_with_verb() const { return says() && tokens[0].is_word() && is_verb(tokens[0].text); }
  bool is_summary() const { return says() && (tokens[0].is("measure") || tokens[0].is("over")); }
};

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(std::string text, std::size_t to) {
  text.append(to - std::min(width(text), to), ' ');
  return text;
}

std::string blanks(std::size_t n) { return std::string(n, ' '); }

/// How many tokens the WHEN of a body line has.
std::size_t when_length(const Row& row) {
  if (row.is_summary()) return row.tokens.size();
  for (std::size_t i = 0; i < row.tokens.size(); ++i) {
    const Token& token = row.tokens[i];
    if (token.is_word() && (is_verb(token.text) || (i > 0 && (token.is("repeat") || token.is("race"))))) return i;
  }
  return row.tokens.size();
}

std::vector<Row> read_rows(const std::vector<std::string>& lines) {
  std::vector<Row> rows;
  int depth = 0;
  for (std::size_t n = 0; n < lines.size(); ++n) {
    const std::string& line = lines[n];
    std::vector<Token> tokens = lex(line, static_cast<int>(n) + 1);
    std::string comment = line.substr(comment_at(line));
    comment.erase(comment.find_last_not_of(' ') + 1);
    const bool continued = depth > 0;
    for (const Token& token : tokens) depth += token.is("[") ? 1 : token.is("]") ? -1 : 0;
    if (!continued) {
      rows.push_back({std::move(tokens), std::min(line.find_first_not_of(' '), line.size()), std::move(comment)});
      continue;
    }
    Row& row = rows.back();
    row.tokens.insert(row.tokens.end(), tokens.begin(), tokens.end());
    if (!comment.empty()) row.comment += (row.comment.empty() ? "" : " ") + comment;
  }
  return rows;
}

/// Verbs are set below each other, so one that no WHEN opens could not be told from one that has a WHEN.
void check_verbs(const std::vector<Row>& rows) {
  const Row* opener = nullptr;
  for (const Row& row : rows) {
    if (!row.says() || row.indent == 0) continue;
    if (!row.begins_with_verb()) {
      opener = &row;
    } else if (opener == nullptr || opener->indent >= row.indent) {
      refuse(row.tokens[0].place, "this line says what, but not when");
    }
  }
}

/// The only line below a WHEN on a line of its own, if both fit on one line.
std::optional<std::size_t> only_line_below(const std::vector<Row>& rows, std::size_t at) {
  const Row& row = rows[at];
  const bool bare = row.says() && row.indent > 0 && !row.begins_with_verb() && !row.is_summary() &&
                    when_length(row) == row.tokens.size() && row.comment.empty();
  if (!bare || width(text_of(row.tokens)) > kWhenMax) return std::nullopt;
  std::size_t below = 0;
  for (std::size_t k = at + 1; k < rows.size() && (!rows[k].says() || rows[k].indent > row.indent); ++k) {
    if (rows[k].says() || !rows[k].comment.empty()) ++below;
  }
  if (below != 1 || !rows[at + 1].begins_with_verb()) return std::nullopt;
  return at + 1;
}

void join_short_lines(std::vector<Row>& rows) {
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    const auto below = only_line_below(rows, i);
    if (!below) continue;
    Row& next = rows[*below];
    rows[i].tokens.insert(rows[i].tokens.end(), next.tokens.begin(), next.tokens.end());
    rows[i].comment = next.comment;
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(*below));
  }
}

std::size_t verb_column(const std::vector<Row>& rows) {
  std::size_t widest = 0;
  for (const Row& row : rows) {
    if (!row.says() || row.indent == 0 || row.begins_with_verb()) continue;
    const std::size_t length = when_length(row), text = width(text_of(Tokens(row.tokens).first(length)));
    if (length < row.tokens.size() && text <= kWhenMax) widest = std::max(widest, text);
  }
  return 2 + std::max(kWhenMin, widest + 2);
}

std::string verb_and_rest(Tokens tokens) {
  return padded(std::string(tokens[0].text), kVerbWidth) + text_of(tokens.subspan(1));
}

/// A list that passes the end of the line is broken behind its commas.
std::string broken_list(const Row& row, const std::string& whole) {
  const auto open =
      std::find_if(row.tokens.begin(), row.tokens.end(), [](const Token& token) { return token.is("["); });
  if (width(whole) <= kLineMax || open == row.tokens.end()) return whole;
  const auto head = static_cast<std::size_t>(open - row.tokens.begin()) + 1;
  std::string line = text_of(Tokens(row.tokens).first(head)), out;
  const std::size_t at = width(line);
  for (std::size_t begin = head, i = head; i < row.tokens.size(); ++i) {
    const bool last = i + 1 == row.tokens.size();
    if (!last && !row.tokens[i].is(",")) continue;
    const std::string part = text_of(Tokens(row.tokens).subspan(begin, i + 1 - begin)) + (last ? "" : " ");
    if (width(line) + width(part) > kLineMax) {
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
      line = blanks(at);
    }
    line += part;
    begin = i + 1;
  }
  return out + line;
}

std::string header_line(const Row& row) {
  const Token& word = row.tokens[0];
  const bool aligned =
      word.is("scenario") || word.is("source") || word.is("tags") || word.is("world") || word.is("language");
  if (!aligned) return broken_list(row, text_of(row.tokens));
  return padded(std::string(word.text), kHeaderWidth) + text_of(Tokens(row.tokens).subspan(1));
}

/// Lays out body lines; remembers which indentations are open.
class BodyLayout {
 public:
  explicit BodyLayout(std::size_t column) : column_(column) {}

  std::string line(const Row& row) {
    const Tokens tokens = row.tokens;
    if (row.begins_with_verb()) return blanks(column_) + verb_and_rest(tokens);
    const std::size_t base = indent(row.indent);
    const std::size_t length = when_length(row);
    const std::string when = text_of(tokens.first(length));
    if (length == tokens.size()) return blanks(base) + when;
    const Tokens rest = tokens.subspan(length);
    if (rest[0].is("repeat") || rest[0].is("race"))
      return blanks(base) + padded(when, std::max(column_ - base, width(when) + 2)) + text_of(rest);
    if (width(when) + 2 > column_ - base) return blanks(base) + when + "\n" + blanks(column_) + verb_and_rest(rest);
    return blanks(base) + padded(when, column_ - base) + verb_and_rest(rest);
  }

 private:
  std::size_t indent(std::size_t written) {
    while (!open_.empty() && open_.back() > written) open_.pop_back();
    if (open_.empty() || open_.back() < written) open_.push_back(written);
    // Deeper than the language goes there is nothing to lay out, only to keep.
    return std::min(2 * open_.size(), column_ - 2);
  }

  std::size_t column_;
  std::vector<std::size_t> open_;
};

std::string layout(const std::vector<Row>& rows) {
  BodyLayout body(verb_column(rows));
  std::string out;
  bool blank = true;
  for (const Row& row : rows) {
    if (!row.says() && row.comment.empty()) {
      if (!blank) out += "\n";
      blank = true;
      continue;
    }
    std::string line = !row.says()      ? blanks(row.indent > 0 ? 2 : 0) + row.comment
                       : row.indent > 0 ? body.line(row)
                                        : header_line(row);
    line.erase(line.find_last_not_of(' ') + 1);
    if (row.says() && !row.comment.empty()) line += "  " + row.comment;
    out += line + "\n";
    blank = false;
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

/// World files are tables that their authors align; only blanks at line ends and doubled empty lines go.
std::string tidy(const std::vector<std::string>& lines) {
  std::string out;
  for (std::string line : lines) {
    line.erase(line.find_last_not_of(' ') + 1);
    if (line.empty() && (out.empty() || out.ends_with("\n\n"))) continue;
    out += line + "\n";
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace

std::variant<std::string, Diagnostic> format_text(std::string_view text, const std::string& shown_path) {
  std::vector<std::string> lines;
  try {
    lines = split_text(text);
    read_lines(lines);  // brackets match
    if (shown_path.ends_with(".world")) return tidy(lines);
    std::vector<Row> rows = read_rows(lines);
    check_verbs(rows);
    join_short_lines(rows);
    return layout(rows);
  } catch (Refused& refused) { return at_source(std::move(refused.diagnostic), shown_path, lines); }
}

}  // namespace hasim
