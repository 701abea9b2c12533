// The closed word lists of the language, and the words that can therefore not be names.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/spec.h"
#include "lang/vocabulary.h"

namespace hasim {

inline constexpr std::array<std::string_view, 7> kVerbs{"fault", "heal", "do", "expect", "always", "never", "note"};
inline constexpr std::array<std::string_view, 11> kSystems{"hacore",     "keepalived",  "pacemaker", "corosync",
                                                           "ucarp",      "heartbeat",   "slurmctld", "bcm_rules",
                                                           "bull_rules", "slurm_rules", "xcat_rules"};
inline constexpr std::array<std::string_view, 8> kStats{"min", "median", "mean", "p90", "p95", "p99", "p999", "max"};

bool is_verb(std::string_view);
/// fault, heal, do, note: they happen at an instant. The other verbs claim something.
bool is_stimulus_verb(std::string_view);

/// The word's number in its list (ha::Reason, ha::Proof, CommandWord, 1..9 of invariants, which are known by number and
/// by name); nothing if it is not in it.
std::optional<std::uint8_t> word_number(Slot, std::string_view word);
/// All words of REASON, PROOF, COMMAND, INVARIANT or SETTING; of other slots none.
std::vector<std::string> words_of(Slot);

/// True for every word that the language itself uses, so that a name of a thing can never be read as one.
bool is_reserved(std::string_view);

/// "a head", "the voters"; also for slots ("a count (no, one, exactly 2, at most 3)").
std::string_view with_article(ThingKind);
std::string_view with_article(Slot);
/// "head", "voters".
std::string_view kind_name(ThingKind);
/// Kinds of things that a slot takes; empty for numbers and words.
std::span<const ThingKind> kinds_of(Slot);
/// Slots that take several names.
bool is_name_slot(Slot);
std::optional<Slot> slot_named(std::string_view);
std::string_view slot_name(Slot);

template <class List>
std::vector<std::string> as_strings(const List& list) {
  return {list.begin(), list.end()};
}

}  // namespace hasim
