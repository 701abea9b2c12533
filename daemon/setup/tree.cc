#include "daemon/setup/tree.h"

#include <algorithm>
#include <utility>

namespace hacored::setup {
namespace {

Node of_kind(Node::Kind kind) {
  Node node;
  node.kind = kind;
  return node;
}

}  // namespace

Node text_node(std::string text) {
  Node node = of_kind(Node::Kind::text);
  node.text = std::move(text);
  return node;
}

Node flag_node(bool flag) {
  Node node = of_kind(Node::Kind::flag);
  node.number = flag ? 1 : 0;
  return node;
}

Node list_node(const std::vector<std::string>& texts) {
  Node node = of_kind(Node::Kind::list);
  for (const std::string& text : texts) node.items.push_back(text_node(text));
  return node;
}

Node secret_node(std::string name) {
  Node node = of_kind(Node::Kind::table);
  set(node, "secret", text_node(std::move(name)));
  return node;
}

Node for_each_head(const std::vector<std::string>& two) {
  return two.size() == 2 && two[0] == two[1] ? text_node(two[0]) : list_node(two);
}

const Node* look(const Node& table, std::string_view key, Node::Kind kind) {
  const Entry* entry = table.find(key);
  return entry != nullptr && entry->value.is(kind) ? &entry->value : nullptr;
}

Node* look(Node& table, std::string_view key, Node::Kind kind) {
  return const_cast<Node*>(look(std::as_const(table), key, kind));
}

std::string text_at(const Node& table, std::string_view key) {
  const Node* node = look(table, key, Node::Kind::text);
  return node == nullptr ? std::string{} : node->text;
}

std::vector<std::string> texts_at(const Node& table, std::string_view key) {
  const Node* list = look(table, key, Node::Kind::list);
  std::vector<std::string> texts;
  if (list == nullptr) {
    if (std::string text = text_at(table, key); !text.empty()) texts.push_back(std::move(text));
    return texts;
  }
  for (const Node& item : list->items)
    if (item.is(Node::Kind::text)) texts.push_back(item.text);
  return texts;
}

std::vector<std::string> each_at(const Node& table, std::string_view key) {
  std::vector<std::string> texts = texts_at(table, key);
  if (texts.size() == 1) texts.emplace_back(texts.front());
  if (texts.size() != 2) texts.clear();
  return texts;
}

std::string secret_at(const Node& table, std::string_view key) {
  const Node* reference = look(table, key, Node::Kind::table);
  return reference == nullptr ? std::string{} : text_at(*reference, "secret");
}

Node& made(Node& table, std::string_view key, Node::Kind kind) {
  if (Node* there = look(table, key, kind)) return *there;
  set(table, key, of_kind(kind));
  return *look(table, key, kind);
}

void set(Node& table, std::string_view key, Node value) {
  const auto found =
      std::find_if(table.entries.begin(), table.entries.end(), [&](const Entry& entry) { return entry.key == key; });
  if (found != table.entries.end()) {
    found->value = std::move(value);
  } else {
    table.entries.push_back({std::string{key}, {}, std::move(value)});
  }
}

void erase(Node& table, std::string_view key) {
  std::erase_if(table.entries, [&](const Entry& entry) { return entry.key == key; });
}

}  // namespace hacored::setup
