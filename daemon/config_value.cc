// Values by their shape.
#include "daemon/config_value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <variant>

#include "core/check.h"
#include "daemon/config_text.h"
#include "daemon/config_words.h"
#include "daemon/spelling.h"

namespace hacored {
namespace {

struct Item {
  std::string text;
  std::int64_t number = 0;
};
struct Fault {
  std::string message;
  Notes notes{};
};
using Reading = std::variant<Item, Fault>;

Node::Kind kind_wanted(Shape shape) {
  if (shape == Shape::flag) return Node::Kind::flag;
  return shape == Shape::whole ? Node::Kind::whole : Node::Kind::text;
}

std::string kind_of_one(const KeyInfo& key) {
  const auto range = [&](std::string_view what) {
    return fmt::format("{} from {} to {}", what, amount_of(key, key.least), amount_of(key, key.most));
  };
  switch (key.shape) {
    case Shape::name: return "a name of letters, digits, \".\", \"-\" and \"_\", 63 at most";
    case Shape::text: return "a text of one line";
    case Shape::flag: return "true or false";
    case Shape::whole: return range("a number");
    case Shape::duration: return range("a duration");
    case Shape::ppm: return range("parts per million");
    case Shape::size: return range("a size");
    case Shape::choice: return fmt::format("{}", fmt::join(words_of(key.words), ", "));
    case Shape::ip: return "an IPv4 or IPv6 address";
    case Shape::network: return "an IPv4 or IPv6 address with the length of its prefix";
    case Shape::listen: return "ADDRESS:PORT, or [ADDRESS]:PORT for IPv6";
    case Shape::interface: return "the name of a network interface, 15 characters at most";
    case Shape::file: return "an absolute path";
    case Shape::program: return "the name of a program, or an absolute path";
    case Shape::url: break;
  }
  return "nfs://SERVER/EXPORT/FOLDER, dir:/FOLDER or block:/DEVICE";
}

std::string in_quotes(std::string_view text) { return fmt::format("\"{}\"", text); }

std::string expected(const KeyInfo& key) { return "expected: " + kind_of_one(key); }

std::string write(const KeyInfo& key) { return fmt::format("write: {} = {}", key.name, sample_of(key)); }

Fault misfit(const KeyInfo& key, std::string_view text, std::string note = {}) {
  return {fmt::format("\"{}\" is not a value of {}", text, key.name),
          {expected(key), note.empty() ? write(key) : std::move(note)}};
}

Reading in_range(const KeyInfo& key, std::int64_t number) {
  if (number >= key.least && number <= key.most) return Item{amount_of(key, number), number};
  return Fault{fmt::format("{} is {}, which is out of range", key.name, amount_of(key, number)), {expected(key)}};
}

/// The unit somebody meant who left it out, or wrote it as other programs do.
std::string unit_meant(const KeyInfo& key, std::string_view text) {
  const std::string_view number = text.substr(0, std::min(text.find_first_not_of("0123456789."), text.size()));
  if (number.empty()) return {};
  const std::string_view unit = text.substr(number.size());
  std::string ours = key.shape == Shape::size ? "MiB" : key.shape == Shape::ppm ? "ppm" : "s";
  if (key.shape == Shape::duration && (unit == "m" || unit == " min" || unit.starts_with("minute"))) ours = "min";
  if (key.shape == Shape::duration && (unit == "msec" || unit == " ms")) ours = "ms";
  if (key.shape == Shape::size && (unit.starts_with('k') || unit.starts_with('K'))) ours = "KiB";
  if (key.shape == Shape::size && (unit.starts_with('g') || unit.starts_with('G'))) ours = "GiB";
  return fmt::format("did you mean: {} = \"{}{}\"", key.name, number, ours);
}

Reading amount(const KeyInfo& key, std::string_view text) {
  const auto number = key.shape == Shape::duration ? read_duration(text)
                      : key.shape == Shape::size   ? read_size(text)
                                                   : read_ppm(text);
  if (number) return in_range(key, *number);
  return misfit(key, text, unit_meant(key, text));
}

Reading one_of(const KeyInfo& key, const std::string& text) {
  const auto words = words_of(key.words);
  if (std::find(words.begin(), words.end(), text) != words.end()) return Item{text};
  std::string note = meant(text, words);
  if (note.empty()) note = said_here(text);
  return Fault{fmt::format("\"{}\" is not a value of {}", text, key.name), {expected(key), note}};
}

Reading ip_address(const KeyInfo& key, const std::string& text) {
  if (auto ip = read_ip(text)) return Item{*ip};
  std::string note;
  if (text.find('/') != std::string::npos) note = "an address without the length of its prefix";
  if (text.find('%') != std::string::npos) note = "an address without a scope; the interface is known by its own key";
  return misfit(key, text, note);
}

Reading network(const KeyInfo& key, const std::string& text) {
  if (auto value = read_network(text)) return Item{*value};
  return misfit(key, text, read_ip(text) ? fmt::format("did you mean: {} = \"{}/LENGTH\"", key.name, text) : "");
}

Reading if_true(bool fits, const KeyInfo& key, const std::string& text) {
  if (fits) return Item{text};
  return misfit(key, text);
}

Reading read_text(const KeyInfo& key, const std::string& text) {
  switch (key.shape) {
    case Shape::duration:
    case Shape::size:
    case Shape::ppm: return amount(key, text);
    case Shape::choice: return one_of(key, text);
    case Shape::ip: return ip_address(key, text);
    case Shape::network: return network(key, text);
    case Shape::listen: {
      auto value = read_listen(text);
      return if_true(value.has_value(), key, value.value_or(text));
    }
    case Shape::name: return if_true(is_name(text), key, text);
    case Shape::interface: return if_true(is_interface(text), key, text);
    case Shape::file: return if_true(is_absolute(text), key, text);
    case Shape::program: return if_true(is_absolute(text) || is_name(text), key, text);
    case Shape::url: return if_true(is_store_url(text), key, text);
    default: return if_true(is_line(text), key, text);
  }
}

bool is_amount(Shape shape) { return shape == Shape::duration || shape == Shape::size || shape == Shape::ppm; }

/// What was meant by a value that TOML takes for another kind.
std::string instead_of(const KeyInfo& key, const Node& node) {
  if (!node.is(Node::Kind::whole) || kind_wanted(key.shape) != Node::Kind::text) return write(key);
  if (is_amount(key.shape)) return unit_meant(key, std::to_string(node.number));
  return fmt::format("did you mean: {} = \"{}\"", key.name, node.number);
}

Reading read_item(const KeyInfo& key, const Node& node) {
  if (node.kind != kind_wanted(key.shape))
    return Fault{fmt::format("{} must not be {}", key.name, word_for(node.kind)),
                 {expected(key), instead_of(key, node)}};
  if (node.is(Node::Kind::text)) return read_text(key, node.text);
  if (node.is(Node::Kind::whole)) return in_range(key, node.number);
  return Item{node.number != 0 ? "true" : "false", node.number};
}

/// Adds the item to the value, or says what is wrong with it.
bool take(const KeyInfo& key, const Node& node, Value& value, Report& report) {
  Reading reading = read_item(key, node);
  if (auto* fault = std::get_if<Fault>(&reading)) {
    report.error(node.place, std::move(fault->message), std::move(fault->notes));
    return false;
  }
  auto& item = std::get<Item>(reading);
  value.texts.push_back(std::move(item.text));
  value.number = item.number;
  return true;
}

bool take_all(const KeyInfo& key, const Node& list, Value& value, Report& report) {
  bool good = true;
  for (const Node& item : list.items) good &= take(key, item, value, report);
  return good;
}

void for_both(Value& value) { value.texts.push_back(std::string(value.texts.front())); }

bool wrong_number(const KeyInfo& key, std::size_t items) {
  if (key.count == Count::list) return key.needed && items == 0;
  return items != 2;
}

}  // namespace

std::string amount_of(const KeyInfo& key, std::int64_t number) {
  switch (key.shape) {
    case Shape::duration: return show_duration(number);
    case Shape::size: return show_size(number);
    case Shape::ppm: return fmt::format("{}ppm", number);
    default: return fmt::format("{}", number);
  }
}

std::optional<Value> read_value(const KeyInfo& key, const Entry& entry, Report& report) {
  const Node& node = entry.value;
  Value value;
  const bool may_be_unset = !key.needed && key.initial.empty() && key.count == Count::one;
  if (may_be_unset && node.is(Node::Kind::text) && node.text.empty()) return value;
  const bool listed = key.count != Count::one && node.is(Node::Kind::list);
  if (key.count == Count::one || (key.count == Count::each_head && !listed)) {
    if (!take(key, node, value, report)) return std::nullopt;
    if (key.count == Count::each_head) for_both(value);
    return value;
  }
  if (!listed) {
    report.error(node.place, fmt::format("{} must not be {}", key.name, word_for(node.kind)),
                 {"expected: " + kind_of(key), write(key)});
    return std::nullopt;
  }
  if (wrong_number(key, node.items.size())) {
    report.error(node.place, fmt::format("{} has {} values", key.name, node.items.size()),
                 {"expected: " + kind_of(key), write(key)});
    return std::nullopt;
  }
  if (!take_all(key, node, value, report)) return std::nullopt;
  return value;
}

std::optional<Value> initial_value(const KeyInfo& key) {
  if (key.initial.empty()) return std::nullopt;
  Value value;
  Report nobody{"", ""};
  for (const std::string_view text : words_of(key.initial)) {
    Node node;
    node.kind = kind_wanted(key.shape);
    node.text = text;
    if (node.is(Node::Kind::flag)) node.number = text == "true" ? 1 : 0;
    if (node.is(Node::Kind::whole)) node.number = std::stoll(node.text);
    HA_CHECK(take(key, node, value, nobody));  // the rows are tested
  }
  if (key.count == Count::each_head) for_both(value);
  return value;
}

std::string sample_of(const KeyInfo& key) {
  if (!key.sample.empty()) return std::string(key.sample);
  const bool bare = kind_wanted(key.shape) != Node::Kind::text;
  std::string text{key.initial};
  if (text.empty() && key.shape == Shape::choice) text = words_of(key.words).front();
  if (text.empty())
    text = amount_of(key, std::max<std::int64_t>(key.least, key.shape == Shape::duration ? 10'000'000'000 : 1));
  if (bare) return text;
  if (key.count != Count::list) return in_quotes(text);
  std::vector<std::string> items;
  for (const std::string_view item : words_of(text)) items.push_back(in_quotes(item));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string kind_of(const KeyInfo& key) {
  std::string one = kind_of_one(key);
  switch (key.count) {
    case Count::one: return one;
    case Count::each_head: return one + ", or a list of two: of the first and of the second head";
    case Count::two: return "a list of two, of the first and of the second head; each " + one;
    case Count::list: break;
  }
  return "a list; each " + one;
}

}  // namespace hacored
