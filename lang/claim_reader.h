// Reads what is claimed, waited for or measured: observations joined by and, or, not, before, after.
#pragma once

#include <string_view>
#include <vector>

#include "lang/sentence.h"

namespace hasim {

struct ClaimedText {
  std::vector<Claimed> copies;  ///< one, or one for each thing of the lists in it
  bool states = false, events = false, counts = false;
};

/// `verb` stands before the tokens and decides what may stand there: `on` and `whenever` wait for one thing, not for a
/// list or a count; `always` wants states. It is quoted as `what` ("expect", "to", "count of").
ClaimedText read_claimed(const SentenceReader&, Tokens, const Token& verb, std::string_view what);

/// The same where only one thing can be meant; refuses lists.
Claimed read_one_claimed(const SentenceReader&, Tokens, const Token& verb, std::string_view what);

}  // namespace hasim
