// Sentence patterns, compiled: small programs over words, slots and branches that a backtracking matcher runs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/lexer.h"
#include "lang/parse.h"
#include "lang/vocabulary.h"

namespace hasim {

/// What could have stood at the furthest point that the matching of any sentence reached.
struct Expected {
  bool is_slot = false;
  Slot slot{};
  std::string_view word;
  auto operator<=>(const Expected&) const = default;
};

/// The furthest point that matching reached, and what was expected there; what error messages are made of.
struct Farthest {
  struct WrongKind {
    Slot slot;
    std::string_view word;
    std::optional<ThingKind> kind;  ///< nothing: things of several kinds
  };
  std::size_t at = 0;
  std::set<Expected> expected;
  std::vector<WrongKind> wrong_kinds;
  std::vector<Diagnostic> bad_numbers;

  /// False if something was already reached further on.
  bool reaches(std::size_t position);
  void want(std::size_t position, Expected what);
};

/// Which tokens a slot can take: told by whoever knows the world.
class SlotReader {
 public:
  virtual ~SlotReader() = default;
  /// Appends the positions behind each way in which `slot` can be read at `from`. Tells `farthest`, if there is one,
  /// what would have fitted.
  virtual void ends(Slot slot, Tokens tokens, std::size_t from, Farthest* farthest,
                    std::vector<std::size_t>& out) const = 0;
};

/// How a pattern was matched: picks as in `Sentence::picks`, and for each slot which tokens it took (none: begin ==
/// end).
struct Match {
  struct Range {
    std::uint16_t begin = 0, end = 0;
  };
  static constexpr std::size_t kPicksMax = 8, kSlotsMax = 12;
  std::array<std::uint8_t, kPicksMax> picks{};
  std::array<Range, kSlotsMax> slots{};
  std::size_t end = 0;  ///< behind the last token
};

class Pattern {
 public:
  enum class OpKind : std::uint8_t { word, slot, branch, jump, done };
  struct Op {
    OpKind kind{};
    std::string word, plural;  ///< of a word; plural: with the s of `word(s)`, else empty
    Slot slot{};
    std::uint8_t index = 0;              ///< of a slot or a pick
    std::vector<std::uint16_t> targets;  ///< of a branch, in order of their picks; of a jump the one
    std::vector<std::uint8_t> picks;     ///< of a branch: what each target means
  };

  explicit Pattern(std::string_view text);

  /// Matches from token `from` on: up to the last token if `whole`, else as far as it goes.
  bool match(Tokens, std::size_t from, bool whole, const SlotReader&, Farthest*, Match&) const;

  /// Whether the tokens behind the first match the pattern behind its first slot, whatever the first token is.
  bool match_rest(Tokens, const SlotReader&, Match&) const;

  const std::vector<Op>& ops() const { return ops_; }
  std::size_t picks() const { return picks_; }
  const std::vector<Slot>& slots() const { return slots_; }

 private:
  friend class PatternCompiler;
  std::vector<Op> ops_;
  std::vector<Slot> slots_;
  std::size_t picks_ = 0;
};

/// The compiled pattern of a sentence; compiled once a program.
const Pattern& pattern(SentenceId);

/// Two patterns that some words could match both, as "A <> B"; nothing if every text has at most one reading. Slots of
/// different kinds of things never match the same name, since names are unique in a world over all kinds.
std::optional<std::string> ambiguity(const std::vector<std::pair<std::string, const Pattern*>>&);

}  // namespace hasim
