// The names of a world: things, its own groups, and the groups that every world has.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/lexer.h"
#include "lang/spec.h"

namespace hasim {

/// Groups that every world has: heads, networks, paths (networks that carry beats), bmcs, voters, clients, volumes,
/// services, everything.
bool is_builtin_group(std::string_view name);

class Names {
 public:
  struct Entry {
    std::optional<ThingKind> kind;  ///< nothing: things of several kinds
    bool group = false;
    std::vector<std::string> members;  ///< of a group, in the world's order; of a thing itself
  };

  Names() = default;
  explicit Names(const WorldSpec&);

  /// A later thing of the same name takes the place of the earlier.
  void add(const std::string& name, ThingKind);
  void add_group(const std::string& name, std::vector<std::string> members);
  void carries_beats(const std::string& network) { beats_.insert(network); }
  void remove(const std::string& name);

  /// A thing or group of this world; built-in groups are not among them.
  bool has(std::string_view name) const { return own_.find(name) != own_.end(); }
  /// Things, own groups and built-in groups.
  std::optional<Entry> find(std::string_view name) const;
  /// The kind of what `find` would find, without its members.
  struct Kind {
    std::optional<ThingKind> kind;  ///< nothing: things of several kinds
  };
  std::optional<Kind> kind_of(std::string_view name) const;

  /// Names of things and own groups of these kinds, sorted; built-in groups too, if wanted.
  std::vector<std::string> of_kinds(std::span<const ThingKind>, bool with_builtin) const;
  std::vector<std::string> all() const;

  /// The things that one word names: a thing, a host list, a group (its members of these kinds). In the world's order.
  std::vector<std::string> expand(const Token&, std::span<const ThingKind>) const;

 private:
  std::optional<Entry> builtin(std::string_view name) const;

  std::map<std::string, Entry, std::less<>> own_;
  std::vector<std::string> order_;  ///< things in the order in which they were added
  std::set<std::string, std::less<>> beats_;
};

/// `[a-z][a-z0-9_]*`, with single `-` inside.
bool is_name(std::string_view);

/// Refuses a name that is no name, a word of the language, a setting, or taken.
void check_name(const Token&, const std::string& name, const Names&);

}  // namespace hasim
