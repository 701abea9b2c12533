// Reads fault, do, heal and note lines, and the claims that stand beside them.
#include <algorithm>

#include <fmt/format.h>

#include "lang/amount.h"
#include "lang/claim_reader.h"
#include "lang/refuse.h"
#include "lang/story.h"

namespace hasim {
namespace {

constexpr std::size_t kAlternativesMax = 1'000;

/// Where an `any of` begins; the number of tokens if there is none.
std::size_t choice_at(const std::vector<Token>& tokens) {
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (tokens[i].is("any") && tokens[i + 1].is("of")) return i;
  }
  return tokens.size();
}

/// The texts that the first `any of` makes.
std::vector<std::vector<Token>> expand_choice(const std::vector<Token>& tokens, std::size_t at) {
  if (!tokens[at + 2].is("[")) refuse(first_column(tokens[at + 2]), "\"any of\" wants a list", {expected("[a, b]")});
  std::vector<std::vector<Token>> items(1);
  std::size_t end = at + 3;
  for (int depth = 1; end < tokens.size(); ++end) {
    depth += tokens[end].is("[") ? 1 : tokens[end].is("]") ? -1 : 0;
    if (depth == 0) break;
    if (depth == 1 && tokens[end].is(",")) {
      items.emplace_back();
    } else {
      items.back().push_back(tokens[end]);
    }
  }
  if (end == tokens.size()) refuse(first_column(tokens[at + 2]), "a [ of this line is never closed", {expected("]")});
  if (items.size() < 2) refuse(first_column(tokens[at]), "a choice of one is no choice", {expected("two or more")});
  for (std::vector<Token>& item : items) {
    item.insert(item.begin(), tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(at));
    item.insert(item.end(), tokens.begin() + static_cast<std::ptrdiff_t>(end) + 1, tokens.end());
  }
  return items;
}

/// `for 30s` and `with probability 30%` at the end of a line, outside of lists.
struct Modifiers {
  std::optional<Range> lasts;
  std::optional<Token> for_word;
  std::optional<double> probability;
};

void take_probability(Tokens& tokens, Modifiers& out) {
  const std::size_t n = tokens.size();
  if (n < 4 || !tokens[n - 3].is("with") || !tokens[n - 2].is("probability")) return;
  const auto percent = read_percent(tokens[n - 1].text);
  if (!percent) {
    refuse(first_column(tokens[n - 1]), fmt::format("\"{}\" is no probability", tokens[n - 1].text),
           {expected("0% to 100%")});
  }
  out.probability = fraction(*percent);
  tokens = tokens.first(n - 3);
}

void take_duration(Tokens& tokens, const WorldSlots& slots, Modifiers& out) {
  int depth = 0;
  for (std::size_t i = tokens.size(); i-- > 1;) {
    depth += tokens[i].is("]") ? 1 : tokens[i].is("[") ? -1 : 0;
    if (depth != 0 || !tokens[i].is("for")) continue;
    const Tokens value = tokens.subspan(i + 1);
    std::vector<std::size_t> ends;
    slots.ends(Slot::DUR, value, 0, nullptr, ends);
    if (std::find(ends.begin(), ends.end(), value.size()) == ends.end() || value.empty()) {
      if (!ends.empty())
        refuse(tokens[i].place, "how long a fault lasts stands last", {"put \"for …\" behind the sentence"});
      if (!value.empty()) read_duration(value[0], slots.settings());
      refuse(tokens[i].place, "\"for\" wants a duration", {expected("for 30s")});
    }
    out.lasts = slots.number(Slot::DUR, value);
    out.for_word = tokens[i];
    tokens = tokens.first(i);
    return;
  }
}

void read_faults(const SentenceReader& reader, Story& story, Tokens tokens, const Token& verb,
                 const Modifiers& modifiers, Stimulus& out) {
  for (const std::vector<Token>& text : alternatives(tokens)) {
    std::vector<Sentence> faults = reader.read(SentenceList::fault, text, verb, "fault");
    if (modifiers.for_word && info(faults.front().id).life == Life::once) {
      refuse(modifiers.for_word->place, "this fault happens once and does not last",
             {"undo it with an action (do power on head1), or choose a fault that lasts"});
    }
    story.faults.insert(story.faults.end(), faults.begin(), faults.end());
    out.alternatives.push_back(std::move(faults));
  }
}

/// A service moves between the heads of its own cell.
void check_target(const WorldSpec& world, const Sentence& move) {
  const ThingId service = move.values[0].things.front();
  const ThingId target = move.values[1].things.front();
  for (const CellSpec& cell : world.cells) {
    const bool has = std::find(cell.services.begin(), cell.services.end(), service) != cell.services.end();
    if (!has || std::find(cell.heads.begin(), cell.heads.end(), target) != cell.heads.end()) continue;
    refuse(move.place, fmt::format("{} is no head of {}", world.name_of(target), world.name_of(cell.id)),
           {expected({world.name_of(cell.heads[0]), world.name_of(cell.heads[1])})});
  }
}

void read_actions(const SentenceReader& reader, Tokens tokens, const Token& verb, Stimulus& out) {
  for (const std::vector<Token>& text : alternatives(tokens)) {
    out.alternatives.push_back(reader.read(SentenceList::action, text, verb, "do"));
    for (const Sentence& sentence : out.alternatives.back()) {
      if (sentence.id == SentenceId::do_migrate) check_target(reader.world(), sentence);
    }
  }
}

}  // namespace

std::vector<std::vector<Token>> alternatives(Tokens tokens) {
  std::vector<std::vector<Token>> texts{{tokens.begin(), tokens.end()}};
  for (std::size_t i = 0; i < texts.size();) {
    const std::size_t at = choice_at(texts[i]);
    if (at == texts[i].size()) {
      ++i;
      continue;
    }
    std::vector<std::vector<Token>> longer = expand_choice(texts[i], at);
    texts.erase(texts.begin() + static_cast<std::ptrdiff_t>(i));
    texts.insert(texts.begin() + static_cast<std::ptrdiff_t>(i), longer.begin(), longer.end());
    if (texts.size() > kAlternativesMax)
      refuse(tokens[0].place, fmt::format("more than {} alternatives in one line", kAlternativesMax));
  }
  return texts;
}

Stimulus read_stimulus(const SentenceReader& reader, Story& story, Tokens tokens, bool given) {
  const Token& verb = tokens[0];
  Tokens rest = tokens.subspan(1);
  Stimulus out;
  out.place = verb.place;
  out.text = text_of(tokens);
  if (verb.is("note")) {
    if (rest.size() != 1 || !rest[0].is_string()) refuse(verb.place, "note wants one \"string\"");
    out.verb = StimulusVerb::note;
    out.note = unquote(rest[0]);
    story.acted = story.judged = true;
    return out;
  }
  if (rest.empty()) refuse(behind(verb), fmt::format("what follows \"{}\" is missing", verb.text));
  if (given && verb.is("heal")) refuse(verb.place, "nothing can be healed before start");
  if (given && verb.is("do")) refuse(verb.place, "nobody acts before start: \"given\" is for faults");
  if (!given) {
    story.judged = false;
    story.last_stimulus = verb;
  }
  Modifiers modifiers;
  take_probability(rest, modifiers);
  take_duration(rest, reader.slots(), modifiers);
  if (modifiers.for_word && !verb.is("fault"))
    refuse(modifiers.for_word->place, "an action does not last: \"for\" belongs to faults");
  if (modifiers.lasts) story.judged = true;
  out.lasts = modifiers.lasts;
  out.probability = modifiers.probability;
  if (verb.is("fault")) {
    out.verb = StimulusVerb::fault;
    read_faults(reader, story, rest, verb, modifiers, out);
  } else if (verb.is("do")) {
    out.verb = StimulusVerb::action;
    read_actions(reader, rest, verb, out);
  } else {
    out.verb = StimulusVerb::heal;
    read_heal(reader, story, rest, verb, out);
    return out;
  }
  story.acted = true;
  return out;
}

Claim read_claim(const SentenceReader& reader, Story& story, Tokens tokens) {
  const Token& verb = tokens[0];
  const Tokens rest = tokens.subspan(1);
  if (rest.empty()) refuse(behind(verb), fmt::format("what follows \"{}\" is missing", verb.text));
  Claim claim;
  claim.verb = verb.is("expect") ? ClaimVerb::expect : verb.is("always") ? ClaimVerb::always : ClaimVerb::never;
  claim.place = verb.place;
  claim.text = text_of(tokens);
  ++story.claims;
  for (const std::vector<Token>& text : alternatives(rest)) {
    ClaimedText claimed = read_claimed(reader, text, verb, verb.text);
    if (claim.verb == ClaimVerb::always && (claimed.events || claimed.counts)) {
      refuse(verb.place,
             fmt::format("\"always\" wants a state, and this is {}", claimed.events ? "an event" : "a count"),
             {"an event cannot last: use expect or never"});
    }
    claim.alternatives.push_back(std::move(claimed.copies));
  }
  return claim;
}

}  // namespace hasim
