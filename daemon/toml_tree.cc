// From toml++'s tree to ours.
#include "daemon/toml_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <variant>

#include "daemon/toml_guard.h"

// The parser asserts what it believes, and without assertions assumes it (NDEBUG). What toml_guard.cc does not know of
// must not end a running daemon either: here a failed assertion is an exception.
namespace hacored {
struct ParserGaveUp {};
[[noreturn]] static void give_up() { throw ParserGaveUp{}; }
}  // namespace hacored
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? void() : hacored::give_up())
#include <toml++/toml.h>

namespace hacored {
namespace {

Place place_of(const toml::source_region& region) {
  const auto width = region.end.line == region.begin.line && region.end.column > region.begin.column
                         ? region.end.column - region.begin.column
                         : 1;
  return {static_cast<int>(region.begin.line), static_cast<int>(region.begin.column), static_cast<int>(width)};
}

Node tree_of(const toml::node& from);

Node table_of(const toml::table& table) {
  Node node;
  for (const auto& [key, value] : table)
    node.entries.push_back({std::string(key.str()), place_of(key.source()), tree_of(value)});
  std::sort(node.entries.begin(), node.entries.end(),
            [](const Entry& a, const Entry& b) { return std::tie(a.place, a.key) < std::tie(b.place, b.key); });
  return node;
}

Node tree_of(const toml::node& from) {
  Node node;
  if (const auto* table = from.as_table()) {
    node = table_of(*table);
  } else if (const auto* list = from.as_array()) {
    node.kind = Node::Kind::list;
    for (const toml::node& item : *list) node.items.push_back(tree_of(item));
  } else if (const auto* text = from.as_string()) {
    node.kind = Node::Kind::text;
    node.text = text->get();
  } else if (const auto* whole = from.as_integer()) {
    node.kind = Node::Kind::whole;
    node.number = whole->get();
  } else if (const auto* flag = from.as_boolean()) {
    node.kind = Node::Kind::flag;
    node.number = flag->get() ? 1 : 0;
  } else {
    node.kind = Node::Kind::other;
  }
  node.place = place_of(from.source());
  return node;
}

/// In the library's words, or in ours where people make the mistake often.
Mistake mistake_of(const toml::parse_error& error) {
  const Place place = place_of(error.source());
  const std::string_view theirs = error.description();
  const auto says = [&](std::string_view part) { return theirs.find(part) != std::string_view::npos; };
  constexpr std::string_view kPrefix = "Error while parsing ";
  std::string message = fmt::format("not TOML: {}", theirs.substr(theirs.starts_with(kPrefix) ? kPrefix.size() : 0));
  if (says("parsing string") && says("control characters")) return {place, "the text has no closing quote"};
  if (says("integer") && says("expected digit"))
    return {place, "the number goes on as a text", "a value with a unit is written in quotes: \"10s\""};
  if (says("parsing boolean")) return {place, "neither true nor false", "a text is written in quotes"};
  if (says("redefine")) return {place, std::move(message), "a key or table stands once; a list is written [[so]]"};
  if (says("utf-8")) return {place, "the file is not a text in UTF-8"};
  if (says("value")) return {place, std::move(message), "a text is written in quotes"};
  return {place, std::move(message)};
}

/// The tree, or the first mistake.
std::variant<Node, Mistake> parse(std::string_view text) {
  if (auto mistake = unfit(text)) return *std::move(mistake);
  try {
    return tree_of(toml::parse(text));
  } catch (const toml::parse_error& error) { return mistake_of(error); } catch (const ParserGaveUp&) {
    return Mistake{{}, "not TOML, in a way that cannot be told"};
  }
}

/// Blanks the line out, so that the mistakes after it are found too. Not where the rest would lose its meaning with it.
bool forget_line(std::string& text, int number) {
  std::size_t begin = 0;
  for (int line = 1; line < number && begin < text.size(); ++line)
    begin = std::min(text.find('\n', begin), text.size() - 1) + 1;
  const std::size_t end = std::min(text.find('\n', begin), text.size());
  const std::string_view line = std::string_view(text).substr(begin, end - begin);
  if (line.find('=') == std::string_view::npos || line.find_first_not_of(" \t") == line.find('[')) return false;
  text.replace(begin, end - begin, "");
  return true;
}

}  // namespace

const Entry* Node::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::string_view word_for(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::text: return "a text";
    case Node::Kind::whole: return "a number";
    case Node::Kind::flag: return "true or false";
    case Node::Kind::list: return "a list";
    case Node::Kind::table: return "a table";
    case Node::Kind::other: break;
  }
  return "a fraction, a date or a time";
}

std::optional<Node> read_toml(std::string_view text, Report& report) {
  std::string rest{text};
  std::set<int> told;  // a line is forgotten once: what is wrong with it then is wrong with its neighbours
  while (told.size() < kShownMost) {
    auto parsed = parse(rest);
    auto* mistake = std::get_if<Mistake>(&parsed);
    if (mistake == nullptr && told.empty()) return std::get<Node>(std::move(parsed));
    if (mistake == nullptr || !told.insert(mistake->place.line).second) break;
    report.error(mistake->place, std::move(mistake->message), {std::move(mistake->note)});
    if (mistake->place.line == 0 || !forget_line(rest, mistake->place.line)) break;
  }
  return std::nullopt;
}

std::string toml_quoted(std::string_view text) {
  const toml::value<std::string> value{text};
  std::ostringstream quoted;
  quoted << toml::toml_formatter{value, toml::format_flags::allow_unicode_strings};
  return quoted.str();
}

}  // namespace hacored
