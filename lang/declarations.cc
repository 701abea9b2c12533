// Changing declared worlds.
#include "lang/declarations.h"

#include <algorithm>
#include <array>

namespace hasim {
namespace {

constexpr std::array kClauses{
#define FAULT(id, pattern, life, stage, needs, remark)
#define ACTION(id, pattern, needs, remark)
#define OBSERVATION(id, pattern, kind, remark)
#define OPERATION(id, pattern)
#define CLAUSE(kind, id, pattern) ClauseInfo{ClauseId::id, #kind, pattern},
#include "lang/vocabulary.def"
#undef FAULT
#undef ACTION
#undef OBSERVATION
#undef OPERATION
#undef CLAUSE
};

/// Volumes that a NAS exports or a disk holds; they are not declared by lines of their own.
const std::vector<std::string>& volumes_of(const Declaration& thing) {
  static const std::vector<std::string> none;
  const Clause* clause =
      thing.clause(thing.kind == ThingKind::nas ? ClauseId::nas_exports_names : ClauseId::disk_holds_names);
  return clause == nullptr ? none : clause->names;
}

bool mentions(const Declaration& thing, ClauseId id, const std::string& name) {
  const Clause* clause = thing.clause(id);
  return clause != nullptr && std::find(clause->names.begin(), clause->names.end(), name) != clause->names.end();
}

/// Whether a thing cannot be without another one.
bool depends(const Declaration& thing, const std::string& gone) {
  return thing.service == gone || mentions(thing, ClauseId::bmc_of_head, gone) ||
         mentions(thing, ClauseId::part_address_on_net, gone) ||
         (thing.kind == ThingKind::mount && thing.name.ends_with("." + gone));
}

}  // namespace

std::span<const ClauseInfo> clauses() { return kClauses; }

const Pattern& pattern(ClauseId id) {
  static const std::vector<Pattern> patterns = [] {
    std::vector<Pattern> all;
    for (const ClauseInfo& clause : kClauses) all.emplace_back(clause.pattern);
    return all;
  }();
  return patterns[static_cast<std::size_t>(id)];
}

const Clause* Declaration::clause(ClauseId id) const {
  const auto found = std::find_if(clauses.begin(), clauses.end(), [&](const Clause& c) { return c.id == id; });
  return found == clauses.end() ? nullptr : &*found;
}

void Declarations::declare(Declaration thing) {
  if (thing.kind == ThingKind::service) {
    std::erase_if(things, [&](const Declaration& part) { return part.service == thing.name; });
  }
  const auto same = std::find_if(things.begin(), things.end(), [&](auto& other) { return other.name == thing.name; });
  if (same == things.end()) {
    things.push_back(std::move(thing));
  } else {
    *same = std::move(thing);
  }
}

void Declarations::remove(const std::string& removed) {
  std::vector<std::string> gone{removed};
  for (std::size_t i = 0; i < gone.size(); ++i) {
    const std::string current = gone[i];
    for (Declaration& thing : things) {
      if (thing.name == current && (thing.kind == ThingKind::nas || thing.kind == ThingKind::disk)) {
        gone.insert(gone.end(), volumes_of(thing).begin(), volumes_of(thing).end());
      }
      if (depends(thing, current)) gone.push_back(thing.name);
    }
    std::erase_if(things, [&](const Declaration& thing) { return thing.name == current; });
    for (Declaration& thing : things) {
      for (Clause& clause : thing.clauses) std::erase(clause.names, current);
    }
    for (auto& [group, members] : groups) std::erase(members, current);
    std::erase_if(groups, [&](const auto& group) { return group.first == current; });
    std::erase_if(settings_on, [&](const SettingLine& line) { return line.head == current; });
  }
}

void Declarations::apply(const SettingLine& line) {
  if (line.head.empty()) {
    line.apply(settings);
  } else {
    settings_on.push_back(line);
  }
}

std::vector<std::string> Declarations::heads() const {
  std::vector<std::string> all;
  for (const Declaration& thing : things) {
    if (thing.kind == ThingKind::head) all.push_back(thing.name);
  }
  return all;
}

Names Declarations::names() const {
  Names table;
  for (const Declaration& thing : things) {
    table.add(thing.name, thing.kind);
    if (thing.clause(ClauseId::network_carries_beats) != nullptr) table.carries_beats(thing.name);
    if (thing.kind != ThingKind::nas && thing.kind != ThingKind::disk) continue;
    for (const std::string& volume : volumes_of(thing)) table.add(volume, ThingKind::volume);
  }
  for (const auto& [group, members] : groups) table.add_group(group, members);
  return table;
}

}  // namespace hasim
