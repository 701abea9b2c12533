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

/// What is usually behind a mistake of the syntax.
std::string advice(std::string_view message) {
  const auto says = [&](std::string_view part) { return message.find(part) != std::string_view::npos; };
  if (says("integer") && says("expected digit")) return "a value with a unit is written in quotes: \"10s\"";
  if (says("boolean")) return "expected: true or false; a text is written in quotes";
  if (says("parsing value") || says("could not determine value type")) return "a text is written in quotes";
  if (says("control characters") || says("parsing string")) return "expected: a closing quote on the same line";
  if (says("redefine")) return "a table or key stands in a file once; a list of tables is written [[so]]";
  if (says("invalid utf-8")) return "expected: a text file in UTF-8";
  return {};
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
  const toml::parse_result parsed = toml::parse(text);
  if (parsed) return tree_of(parsed.table());
  const toml::parse_error& wrong = parsed.error();
  std::string_view message = wrong.description();
  constexpr std::string_view kPrefix = "Error while parsing ";
  if (message.starts_with(kPrefix)) message.remove_prefix(kPrefix.size());
  report.error(place_of(wrong.source()), fmt::format("not TOML: {}", message), {advice(wrong.description())});
  return std::nullopt;
}

}  // namespace hacored
