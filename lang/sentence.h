// Reads the words behind a verb as one sentence of the vocabulary, with its slots resolved in a world.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/ast.h"
#include "lang/slots.h"

namespace hasim {

class SentenceReader {
 public:
  /// All three have to live longer.
  SentenceReader(const WorldSpec& world, const Names& names, const Settings& settings)
      : world_(world), slots_(names, settings) {}

  /// The one sentence of a list that the tokens are, once for each thing of the lists and groups in it (`a, b hang` are
  /// two sentences); sentences that count keep their things together. `verb` stands before the sentence and is quoted
  /// as `what`. Refuses what is no sentence, with the message that helps most.
  std::vector<Sentence> read(SentenceList, Tokens, const Token& verb, std::string_view what) const;

  const WorldSpec& world() const { return world_; }
  const Names& names() const { return slots_.names(); }
  const Settings& settings() const { return slots_.settings(); }
  const WorldSlots& slots() const { return slots_; }

 private:
  const SentenceInfo* find(SentenceList, Tokens, Farthest*, Match&) const;
  std::vector<Sentence> resolve(const SentenceInfo&, const Match&, Tokens) const;
  Value value(Slot, Tokens) const;
  std::vector<ThingId> things(Slot, Tokens) const;

  const WorldSpec& world_;
  WorldSlots slots_;
};

/// All ways to take one element of each row, the last row varying fastest. Refuses more than 10,000.
std::vector<std::vector<std::size_t>> combinations(const std::vector<std::size_t>& sizes, Place);

/// Why tokens are no sentence of the list. `farthest` holds what matching each sentence had wanted.
[[noreturn]] void refuse_sentence(SentenceList, Tokens, const WorldSlots&, const Farthest&, const Token& verb,
                                  std::string_view what);

}  // namespace hasim
