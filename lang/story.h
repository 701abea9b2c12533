// What the lines of a scenario have said so far, and the readers of their parts. Lines are read from the top, as they
// are carried out, so that each can be checked against what came before.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lang/sentence.h"

namespace hasim {

struct Story {
  bool started = false;
  bool acted = false;  ///< a stimulus stands above
  bool judged = true;  ///< something names an instant after the last stimulus
  int claims = 0;
  std::optional<std::int64_t> mark = 0;  ///< ns after start, where it is known before the run
  std::optional<Token> last_stimulus;
  std::vector<Sentence> faults;          ///< all that lines above can have broken
  std::map<std::string, bool> measures;  ///< name, and whether it is a count
};

/// A WHEN and what may follow it.
struct WhenText {
  enum class For : std::uint8_t {
    given,
    start,
    stimuli,  ///< no claims
    claims,   ///< a window: no stimuli
    both
  };
  When when;
  For fits = For::both;
  std::size_t length = 0;                     ///< tokens
  bool ends = false;                          ///< names a last instant that claims are judged at
  std::optional<Token> range_from, range_to;  ///< of a bare range `+1s..+3s`
};

/// Reads the WHEN at the beginning of a line and moves the story's mark.
WhenText read_when(const SentenceReader&, Story&, Tokens line);

/// Reads `fault …`, `do …`, `heal …`, `note …` at an instant; checks it against the story and adds it.
Stimulus read_stimulus(const SentenceReader&, Story&, Tokens, bool given);

/// Resolves what follows `heal`.
void read_heal(const SentenceReader&, const Story&, Tokens, const Token& verb, Stimulus&);

/// Reads `expect …`, `always …`, `never …`.
Claim read_claim(const SentenceReader&, Story&, Tokens);

Measure read_measure(const SentenceReader&, Story&, Tokens line);
OverSeeds read_over_seeds(const SentenceReader&, Story&, Tokens line);

/// The texts that `any of [a, b]` makes of the tokens; the tokens themselves if there is none.
std::vector<std::vector<Token>> alternatives(Tokens);

}  // namespace hasim
