// Names of things and groups, and what can be a name.
#include "lang/names.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lang/refuse.h"
#include "lang/settings.h"
#include "lang/words.h"

namespace hasim {
namespace {

struct Builtin {
  std::string_view name;
  std::optional<ThingKind> kind;
};
constexpr std::array<Builtin, 9> kBuiltin{{{"heads", ThingKind::head},
                                           {"networks", ThingKind::network},
                                           {"paths", ThingKind::network},
                                           {"bmcs", ThingKind::bmc},
                                           {"voters", ThingKind::voter},
                                           {"clients", ThingKind::clients},
                                           {"volumes", ThingKind::volume},
                                           {"services", ThingKind::service},
                                           {"everything", std::nullopt}}};

bool contains(std::span<const ThingKind> kinds, std::optional<ThingKind> kind) {
  return kind && std::find(kinds.begin(), kinds.end(), *kind) != kinds.end();
}

bool is_small(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace

bool is_builtin_group(std::string_view name) {
  return std::any_of(kBuiltin.begin(), kBuiltin.end(), [&](const Builtin& group) { return group.name == name; });
}

Names::Names(const WorldSpec& world) {
  for (const Thing& thing : world.things) add(thing.name, thing.kind);
  for (const NetworkSpec& network : world.networks) {
    if (network.beats) carries_beats(world.name_of(network.id));
  }
  for (const auto& [name, members] : world.groups) {
    std::vector<std::string> names;
    for (const ThingId id : members) names.push_back(world.name_of(id));
    add_group(name, std::move(names));
  }
}

void Names::add(const std::string& name, ThingKind kind) {
  if (!has(name)) order_.push_back(name);
  own_[name] = {kind, false, {name}};
}

void Names::add_group(const std::string& name, std::vector<std::string> members) {
  std::optional<ThingKind> kind;
  for (const std::string& member : members) {
    const auto entry = find(member);
    if (!entry) continue;
    if (kind && entry->kind != kind) {
      kind.reset();
      break;
    }
    kind = entry->kind;
  }
  own_[name] = {kind, true, std::move(members)};
}

void Names::remove(const std::string& name) {
  own_.erase(name);
  std::erase(order_, name);
  for (auto& [other, entry] : own_) {
    if (entry.group) std::erase(entry.members, name);
  }
}

std::optional<Names::Entry> Names::find(std::string_view name) const {
  const auto found = own_.find(name);
  return found != own_.end() ? std::optional(found->second) : builtin(name);
}

std::optional<Names::Kind> Names::kind_of(std::string_view name) const {
  if (const auto found = own_.find(name); found != own_.end()) return Kind{found->second.kind};
  const auto group = std::find_if(kBuiltin.begin(), kBuiltin.end(), [&](auto& b) { return b.name == name; });
  return group == kBuiltin.end() ? std::nullopt : std::optional(Kind{group->kind});
}

std::optional<Names::Entry> Names::builtin(std::string_view name) const {
  const auto group = std::find_if(kBuiltin.begin(), kBuiltin.end(), [&](auto& b) { return b.name == name; });
  if (group == kBuiltin.end()) return std::nullopt;
  Entry entry{group->kind, true, {}};
  for (const std::string& thing : order_) {
    const bool fits = !group->kind || own_.find(thing)->second.kind == group->kind;
    if (fits && (name != "paths" || beats_.count(thing) > 0)) entry.members.push_back(thing);
  }
  return entry;
}

std::vector<std::string> Names::of_kinds(std::span<const ThingKind> kinds, bool with_builtin) const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : own_) {
    if (contains(kinds, entry.kind)) names.push_back(name);
  }
  for (const Builtin& group : kBuiltin) {
    if (with_builtin && contains(kinds, group.kind)) names.emplace_back(group.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> Names::all() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : own_) names.push_back(name);
  return names;
}

std::vector<std::string> Names::expand(const Token& word, std::span<const ThingKind> kinds) const {
  std::vector<std::string> things;
  for (const std::string& name : expand_hosts(word)) {
    const auto entry = find(name);
    if (!entry) continue;
    for (const std::string& member : entry->members) {
      const auto thing = own_.find(member);
      if (thing != own_.end() && contains(kinds, thing->second.kind)) things.push_back(member);
    }
  }
  return things;
}

bool is_name(std::string_view text) {
  if (text.empty() || text[0] < 'a' || text[0] > 'z' || text.back() == '-') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = text[i] == '-' && text[i - 1] != '-';
    if (!is_small(text[i]) && !dash) return false;
  }
  return true;
}

void check_name(const Token& token, const std::string& name, const Names& names) {
  if (!is_name(name)) {
    refuse(token.place, fmt::format("\"{}\" is not a name", name),
           {expected("small letters, digits, _ and - inside, beginning with a letter")});
  }
  const bool taken_group = is_builtin_group(name) && name != "voters" && name != "clients";
  if (is_reserved(name) || taken_group)
    refuse(token.place, fmt::format("\"{}\" is a word of the language and cannot be a name", name));
  const std::string_view front = std::string_view(name).substr(0, name.find('-'));
  if (find_setting(name) != nullptr || is_duration_setting(front))
    refuse(token.place, fmt::format("\"{}\" is (or begins like) a setting and cannot be a name", name));
  if (const auto entry = names.kind_of(name); entry && names.has(name)) {
    refuse(token.place, fmt::format("\"{}\" is already {} of this world", name,
                                    entry->kind ? with_article(*entry->kind) : "a group"));
  }
}

}  // namespace hasim
