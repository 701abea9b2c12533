// What may stand in the slots of a sentence in one world, and what it means there.
#pragma once

#include <string>
#include <vector>

#include "lang/names.h"
#include "lang/pattern.h"
#include "lang/spec.h"

namespace hasim {

/// Reads slots with the names and settings of a world, which have to live longer.
class WorldSlots final : public SlotReader {
 public:
  WorldSlots(const Names& names, const Settings& settings) : names_(names), settings_(settings) {}

  void ends(Slot, Tokens, std::size_t from, Farthest*, std::vector<std::size_t>& out) const override;

  /// A number with its unit, or `any a..b`, that `ends` accepted.
  Range number(Slot, Tokens) const;
  Count count(Tokens) const;

  const Names& names() const { return names_; }
  const Settings& settings() const { return settings_; }

 private:
  std::size_t one_name(Slot, Tokens, std::size_t from, Farthest*) const;
  bool one_number(Slot, Tokens, std::size_t from, Farthest*) const;
  bool one_word(Slot, const Token&) const;
  void name_list(Slot, Tokens, std::size_t from, Farthest*, std::vector<std::size_t>& out) const;
  void count_ends(Tokens, std::size_t from, Farthest*, std::vector<std::size_t>& out) const;

  const Names& names_;
  const Settings& settings_;
};

}  // namespace hasim
