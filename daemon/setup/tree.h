// Changing a TOML tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/toml_tree.h"

namespace hacored::setup {

Node text_node(std::string text);
Node flag_node(bool flag);
Node list_node(const std::vector<std::string>& texts);
/// `{ secret = "NAME" }`
Node secret_node(std::string name);
/// One value if both heads have the same, else a list of two.
Node for_each_head(const std::vector<std::string>& two);

/// The value at `key` if it is of this kind, else nothing.
const Node* look(const Node& table, std::string_view key, Node::Kind kind);
Node* look(Node& table, std::string_view key, Node::Kind kind);
/// The text at `key`, or "".
std::string text_at(const Node& table, std::string_view key);
/// The texts at `key`: of a list all of them, of a text this one.
std::vector<std::string> texts_at(const Node& table, std::string_view key);
/// The same, but always two, or none.
std::vector<std::string> each_at(const Node& table, std::string_view key);
/// The name in `key = { secret = "NAME" }`, or "".
std::string secret_at(const Node& table, std::string_view key);

/// The table or list at `key`, made if there is none.
Node& made(Node& table, std::string_view key, Node::Kind kind);
void set(Node& table, std::string_view key, Node value);
void erase(Node& table, std::string_view key);

}  // namespace hacored::setup
