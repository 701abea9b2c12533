// A tree as TOML, in the order of its entries. What toml++ writes is sorted by the alphabet, and nobody would find the
// heads between the fences.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "daemon/toml_tree.h"

namespace hacored::setup {

/// Comments by the name of a table or list of tables; each stands once, above the first of them.
using Comments = std::map<std::string, std::string, std::less<>>;

/// `opening` stands above everything, as it is. Trees have texts, numbers, flags, lists and tables; a table of nothing
/// but a secret's name is written on one line.
std::string toml_text(const Node& root, std::string_view opening, const Comments& = {});

}  // namespace hacored::setup
