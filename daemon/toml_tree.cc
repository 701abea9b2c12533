// From toml++'s tree to ours.
#include "daemon/toml_tree.h"

#include <fmt/format.h>

#include <algorithm>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace hacored {
namespace {

constexpr std::size_t kLargestFile = 1U << 20;
// toml++ takes tables apart by recursion, and dotted keys have no limit of their own.
constexpr std::size_t kLongestLine = 4096;

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

struct Said {
  std::string message, note;
};

/// The library's words, or ours where people make the mistake often.
Said said_of(std::string_view theirs) {
  const auto says = [&](std::string_view part) { return theirs.find(part) != std::string_view::npos; };
  constexpr std::string_view kPrefix = "Error while parsing ";
  std::string message = fmt::format("not TOML: {}", theirs.substr(theirs.starts_with(kPrefix) ? kPrefix.size() : 0));
  if (says("parsing string") && says("control characters")) return {"the text has no closing quote", ""};
  if (says("integer") && says("expected digit"))
    return {"the number goes on as a text", "a value with a unit is written in quotes: \"10s\""};
  if (says("parsing boolean")) return {"neither true nor false", "a text is written in quotes"};
  if (says("redefine")) return {std::move(message), "a key or table stands once; a list of tables is written [[so]]"};
  if (says("utf-8")) return {"the file is not a text in UTF-8", ""};
  if (says("value")) return {std::move(message), "a text is written in quotes"};
  return {std::move(message), ""};
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

bool sane_size(std::string_view text, Report& report) {
  if (text.size() > kLargestFile) {
    report.error({}, fmt::format("the file is larger than {} KiB", kLargestFile >> 10));
    return false;
  }
  int line = 1;
  for (std::string_view rest = text; !rest.empty(); ++line) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > kLongestLine) {
      report.error({line, 1, 1}, fmt::format("the line is longer than {} bytes", kLongestLine));
      return false;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
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
  if (!sane_size(text, report)) return std::nullopt;
  std::string rest{text};
  int before = 0;
  for (std::size_t mistakes = 0; mistakes < kShownMost; ++mistakes) {
    const toml::parse_result parsed = toml::parse(rest);
    if (parsed && mistakes == 0) return tree_of(parsed.table());
    if (parsed) break;
    const Place place = place_of(parsed.error().source());
    Said said = said_of(parsed.error().description());
    if (place.line <= before) break;
    report.error(place, std::move(said.message), {std::move(said.note)});
    before = place.line;
    if (!forget_line(rest, place.line)) break;
  }
  return std::nullopt;
}

}  // namespace hacored
