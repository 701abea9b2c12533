// A paragraph for any word that the language, a report or the core uses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hasim {

/// What a word means, in all its roles: reasons, causes, proofs, commands, invariants (I1 or one_writer), settings,
/// verbs, WHENs, units, kinds of things, groups, systems, slots of sentences (HEAD), life and stage of faults. Also the
/// lists `reasons`, `causes`, `proofs`, `invariants`, `settings`, `verbs`, `units`, `kinds`, `groups`, `systems`, and
/// `language`: the language on one page, and `vocabulary`: the text of docs/vocabulary.md. Nothing if nobody uses the
/// word. A "-" counts as "_".
std::optional<std::string> explain_word(std::string_view);

}  // namespace hasim
