// A world as its file declares it: things by name with their clauses, before they are wired into a `WorldSpec`. Worlds
// are copied (`like`), changed (`without`, later lines) and only then wired, so nothing can point at what is gone.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lang/names.h"
#include "lang/pattern.h"
#include "lang/settings.h"
#include "lang/spec.h"

namespace hasim {

/// Every clause of a world file.
enum class ClauseId : std::uint8_t {
#define FAULT(id, pattern, life, stage, needs, remark)
#define ACTION(id, pattern, needs, remark)
#define OBSERVATION(id, pattern, kind, remark)
#define OPERATION(id, pattern)
#define CLAUSE(kind, id, pattern) id,
#include "lang/vocabulary.def"
#undef FAULT
#undef ACTION
#undef OBSERVATION
#undef OPERATION
#undef CLAUSE
};

struct ClauseInfo {
  ClauseId id;
  std::string_view kind;  ///< "head", "part_daemon"
  std::string_view pattern;
};
std::span<const ClauseInfo> clauses();
const Pattern& pattern(ClauseId);

/// A clause of one thing. All patterns have at most one slot.
struct Clause {
  ClauseId id{};
  std::uint8_t pick = 0;           ///< of its first alternative or optional part
  std::vector<std::string> names;  ///< of things, groups expanded
  std::int64_t number = 0;
  std::string word;  ///< of PREFIX and PATH
};

struct Declaration {
  ThingKind kind{};
  std::string name;     ///< parts: service.part; BMCs: "bmc of head1"
  std::string service;  ///< of a part
  std::vector<Clause> clauses;
  Place place;
  std::string path, source_line;  ///< where it was declared, for messages

  const Clause* clause(ClauseId) const;
};

struct Declarations {
  std::string name, title, source, system = "hacore", path;
  std::uint64_t digest = 0;
  std::vector<Declaration> things;
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  Settings settings = default_settings();
  std::vector<SettingLine> settings_on;  ///< `set X on HEAD`, in order

  /// A thing of the same name is replaced where it stands; a service loses the parts it had.
  void declare(Declaration);
  /// Removes a thing and what cannot be without it: parts of a service, the BMC of a head, mounts of a volume.
  void remove(const std::string& thing);
  void apply(const SettingLine&);
  std::vector<std::string> heads() const;
  Names names() const;
};

/// Wires declared things into a world. Refuses what could not run: a cell without its two heads, a head without a cell
/// or without a path for beats, a service without a cell.
WorldSpec wire(const Declarations&);

}  // namespace hasim
