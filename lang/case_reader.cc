// Reads the `for` lines of a scenario and puts their values into its text.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "lang/header_reader.h"
#include "lang/refuse.h"
#include "lang/sentence.h"

namespace hasim {
namespace {

/// One `for` line: names, and rows of values for them.
struct ForLine {
  std::vector<Token> names;
  std::vector<std::vector<std::string>> rows;
};

/// Parts tokens at commas outside of brackets.
std::vector<Tokens> items(Tokens tokens) {
  std::vector<Tokens> parts;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= tokens.size(); ++i) {
    if (i < tokens.size()) {
      depth += tokens[i].is("(") || tokens[i].is("[") ? 1 : tokens[i].is(")") || tokens[i].is("]") ? -1 : 0;
      if (depth != 0 || !tokens[i].is(",")) continue;
    }
    parts.push_back(tokens.subspan(begin, i - begin));
    begin = i + 1;
  }
  return parts;
}

std::vector<std::string> read_row(const ForLine& line, Tokens item, const SourceLine& source) {
  if (line.names.size() == 1) return {text_of(item)};
  const Token& at = item.empty() ? source.tokens[0] : item[0];
  if (item.empty() || !item.front().is("(") || !item.back().is(")"))
    refuse(first_column(at), fmt::format("{} names want rows in ( )", line.names.size()), {expected("(a, b)")});
  std::vector<std::string> row;
  for (const Tokens value : items(item.subspan(1, item.size() - 2))) row.push_back(text_of(value));
  if (row.size() == line.names.size()) return row;
  std::vector<std::string> names;
  for (const Token& name : line.names) names.emplace_back(name.text);
  refuse(first_column(at), fmt::format("this row has {} values for {} names", row.size(), names.size()),
         {expected(fmt::format("{}", fmt::join(names, ", ")))});
}

ForLine read_for(const SourceLine& source) {
  const Tokens tokens = source.tokens;
  const auto in = std::find_if(tokens.begin(), tokens.end(), [](const Token& token) { return token.is("in"); });
  if (in == tokens.end()) refuse(first_column(tokens.back()), "for x in [a, b]: \"in\" is missing");
  ForLine line;
  const auto at = static_cast<std::size_t>(in - tokens.begin());
  for (const Token& token : tokens.subspan(1, at - 1)) {
    if (token.is(",")) continue;
    if (!is_name(token.text)) refuse(token.place, fmt::format("\"{}\" is not a name", token.text));
    line.names.push_back(token);
  }
  if (line.names.empty()) refuse(first_column(*in), "for x in [a, b]: a name is missing");
  const Tokens list = tokens.subspan(at + 1);
  if (list.size() < 2 || !list.front().is("[") || !list.back().is("]"))
    refuse(first_column(*in), "for x in wants a list", {expected("[a, b]")});
  for (const Tokens item : items(list.subspan(1, list.size() - 2))) line.rows.push_back(read_row(line, item, source));
  return line;
}

/// Names in `{ }` outside of comments, each checked to be one that a `for` gives a value.
std::set<std::string, std::less<>> used_names(const std::vector<std::string>& text,
                                              const std::vector<std::string>& given) {
  std::set<std::string, std::less<>> used;
  for (std::size_t n = 0; n < text.size(); ++n) {
    const std::string_view code = std::string_view(text[n]).substr(0, comment_at(text[n]));
    for (std::size_t open = code.find('{'); open != code.npos; open = code.find('{', open + 1)) {
      const std::size_t close = code.find('}', open);
      if (close == code.npos) break;
      const std::string_view name = code.substr(open + 1, close - open - 1);
      if (name != "n" && std::find(given.begin(), given.end(), name) == given.end()) {
        refuse({static_cast<int>(n) + 1, static_cast<int>(open) + 1, static_cast<int>(name.size()) + 2},
               fmt::format("no \"for\" gives \"{}\" a value", name), {expected(given), meant(name, given)});
      }
      used.emplace(name);
    }
  }
  return used;
}

}  // namespace

std::vector<CaseValues> read_cases(const std::vector<SourceLine>& head, const std::vector<std::string>& text) {
  std::vector<ForLine> lines;
  std::vector<std::string> given;
  std::vector<std::size_t> sizes;
  for (const SourceLine& source : head) {
    if (!source.tokens[0].is("for")) continue;
    lines.push_back(read_for(source));
    sizes.push_back(lines.back().rows.size());
    for (const Token& name : lines.back().names) {
      if (std::find(given.begin(), given.end(), name.text) != given.end())
        refuse(name.place, fmt::format("\"{}\" has its values from a line above", name.text));
      given.emplace_back(name.text);
    }
  }
  const auto used = used_names(text, given);
  for (const ForLine& line : lines) {
    for (const Token& name : line.names) {
      if (used.find(name.text) == used.end())
        refuse(name.place, fmt::format("\"{}\" is never used", name.text),
               {fmt::format("write {{{}}} where its value belongs", name.text)});
    }
  }
  std::vector<CaseValues> cases;
  for (const auto& choice : combinations(sizes, head[0].tokens[0].place)) {
    CaseValues values;
    for (std::size_t i = 0; i < choice.size(); ++i) {
      for (std::size_t j = 0; j < lines[i].names.size(); ++j) {
        values.emplace_back(lines[i].names[j].text, lines[i].rows[choice[i]][j]);
      }
    }
    cases.push_back(std::move(values));
  }
  return cases;
}

std::vector<std::string> put_in(const CaseValues& values, std::vector<std::string> text) {
  for (std::string& line : text) {
    for (const auto& [name, value] : values) {
      const std::string place = "{" + name + "}";
      for (std::size_t at = line.find(place); at != line.npos; at = line.find(place, at + value.size())) {
        line.replace(at, place.size(), value);
      }
    }
  }
  return text;
}

}  // namespace hasim
