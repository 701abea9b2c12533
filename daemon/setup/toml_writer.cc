#include "daemon/setup/toml_writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace hacored::setup {
namespace {

bool is_bare(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string key_text(std::string_view key) { return is_bare(key) ? std::string{key} : toml_quoted(key); }

bool is_reference(const Node& node) {
  return node.is(Node::Kind::table) && node.entries.size() == 1 && node.entries.front().key == "secret";
}

bool is_list_of_tables(const Node& node) {
  return node.is(Node::Kind::list) && !node.items.empty() &&
         std::all_of(node.items.begin(), node.items.end(), [](const Node& item) { return item.is(Node::Kind::table); });
}

bool has_header(const Node& node) {
  return is_list_of_tables(node) || (node.is(Node::Kind::table) && !is_reference(node));
}

std::string value_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::whole: return fmt::format("{}", node.number);
    case Node::Kind::flag: return node.number != 0 ? "true" : "false";
    case Node::Kind::list: {
      std::vector<std::string> items;
      for (const Node& item : node.items) items.push_back(value_text(item));
      return fmt::format("[{}]", fmt::join(items, ", "));
    }
    case Node::Kind::table: {
      std::vector<std::string> items;
      for (const Entry& entry : node.entries)
        items.push_back(fmt::format("{} = {}", key_text(entry.key), value_text(entry.value)));
      return fmt::format("{{ {} }}", fmt::join(items, ", "));
    }
    default: return toml_quoted(node.text);
  }
}

class Writer {
 public:
  Writer(std::string_view opening, const Comments& comments) : out_{opening}, comments_{comments} {}

  void table(const Node& node, const std::string& path) {
    for (const Entry& entry : node.entries)
      if (!has_header(entry.value)) out_ += fmt::format("{} = {}\n", key_text(entry.key), value_text(entry.value));
    for (const Entry& entry : node.entries) {
      if (!has_header(entry.value)) continue;
      const std::string name = path + (path.empty() ? "" : ".") + key_text(entry.key);
      const auto comment = path.empty() ? comments_.find(entry.key) : comments_.end();
      std::string above = comment == comments_.end() ? "" : fmt::format("# {}\n", comment->second);
      if (entry.value.is(Node::Kind::table)) {
        out_ += fmt::format("\n{}[{}]\n", above, name);
        table(entry.value, name);
        continue;
      }
      for (const Node& item : entry.value.items) {
        out_ += fmt::format("\n{}[[{}]]\n", above, name);
        above.clear();
        table(item, name);
      }
    }
  }

  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  const Comments& comments_;
};

}  // namespace

std::string toml_text(const Node& root, std::string_view opening, const Comments& comments) {
  Writer writer{opening, comments};
  writer.table(root, "");
  return writer.take();
}

}  // namespace hacored::setup
