// A TOML file as a tree that knows where everything stands. The library behind it compiles slowly, so only
// toml_tree.cc sees it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/diagnostic.h"

namespace hacored {

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { text, whole, flag, list, table, other };  ///< other: a fraction, a date, a time
  Kind kind = Kind::table;
  Place place;
  std::string text;
  std::int64_t number = 0;  ///< of a flag 1 or 0
  std::vector<Node> items;
  std::vector<Entry> entries;  ///< in the order of the file

  const Entry* find(std::string_view key) const;
  bool is(Kind other) const { return kind == other; }
};

struct Entry {
  std::string key;
  Place place;
  Node value;
};

/// "a text", "a number", … as messages say it.
std::string_view word_for(Node::Kind);

/// Nothing if the text is not TOML that can be a configuration; then the report has the mistakes of the syntax, of
/// several lines if what a line is wrong in does not matter to the next.
std::optional<Node> read_toml(std::string_view text, Report&);

/// The text as a basic string of TOML, quotes and all.
std::string toml_quoted(std::string_view text);

}  // namespace hacored
