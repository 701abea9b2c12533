// Why some words are no sentence: from the furthest point that any sentence reached, and what was expected there.
#include <algorithm>

#include <fmt/format.h>

#include "lang/refuse.h"
#include "lang/sentence.h"
#include "lang/words.h"

namespace hasim {
namespace {

constexpr std::size_t kNamesShown = 8, kExpectedShown = 16;

std::string_view list_name(SentenceList list) {
  switch (list) {
    case SentenceList::fault: return "a fault";
    case SentenceList::action: return "an action";
    case SentenceList::observation: return "an observation";
    case SentenceList::operation: return "an operation";
  }
  return "";
}

std::string_view article(std::optional<ThingKind> kind) { return kind ? with_article(*kind) : "everything"; }

bool is_article(const Token& token) {
  constexpr std::array<std::string_view, 7> kSuperfluous{"is", "are", "the", "a", "an", "has", "have"};
  return std::any_of(kSuperfluous.begin(), kSuperfluous.end(), [&](auto word) { return token.is(word); });
}

/// Chooses among the messages for one failed sentence; each `try_…` throws if it is the one.
class Refusal {
 public:
  Refusal(SentenceList list, Tokens tokens, const WorldSlots& slots, const Farthest& farthest, std::string_view what)
      : list_(list), tokens_(tokens), slots_(slots), farthest_(farthest), what_(what) {
    for (const Expected& e : farthest.expected) {
      if (e.is_slot) {
        wanted_.emplace_back(with_article(e.slot));
      } else {
        if (e.word != ",") wanted_.emplace_back(e.word);
        words_.emplace_back(e.word);
      }
    }
    std::sort(wanted_.begin(), wanted_.end());
  }

  [[noreturn]] void tell() const {
    try_article();
    try_subject();
    if (farthest_.at >= tokens_.size()) too_early();
    if (!farthest_.bad_numbers.empty()) throw Refused{farthest_.bad_numbers.front()};
    if (here().is("..")) {
      refuse(here().place, "a range stands here where one value is wanted",
             {"write \"any 1s..3s\" for a value drawn from it"});
    }
    try_kind();
    try_predicate();
    try_name();
    try_word();
    refuse(here().place, fmt::format("\"{}\" does not fit here", here().text), {expected_line(), hint()});
  }

 private:
  const Token& here() const { return tokens_[farthest_.at]; }

  bool wants(bool (*test)(Slot)) const {
    return std::any_of(farthest_.expected.begin(), farthest_.expected.end(),
                       [&](const Expected& e) { return e.is_slot && test(e.slot); });
  }

  std::string expected_line() const {
    std::vector<std::string> shown = wanted_;
    if (shown.size() > kExpectedShown) {
      shown.resize(kExpectedShown);
      shown.emplace_back("…");
    }
    return expected(fmt::format("{}", fmt::join(shown, ", ")));
  }

  std::string hint() const {
    std::vector<std::string> candidates = words_;
    for (const Expected& e : farthest_.expected) {
      if (!e.is_slot) continue;
      for (auto& name : slots_.names().of_kinds(kinds_of(e.slot), true)) candidates.push_back(std::move(name));
      for (auto& word : words_of(e.slot)) candidates.push_back(std::move(word));
    }
    return meant(here().text, candidates);
  }

  std::optional<Names::Kind> subject() const {
    return tokens_[0].is_word() ? slots_.names().kind_of(tokens_[0].text) : std::nullopt;
  }

  void try_article() const {
    if (farthest_.at >= tokens_.size() || !is_article(here())) return;
    std::vector<Token> without(tokens_.begin(), tokens_.end());
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(farthest_.at));
    refuse(here().place, fmt::format("leave \"{}\" out", here().text), {"write: " + text_of(without)});
  }

  /// The right predicate, said of the wrong kind of thing?
  void try_subject() const {
    const auto kind = subject();
    if (!kind || !kind->kind) return;
    for (const SentenceInfo& sentence : sentences()) {
      const Pattern& form = pattern(sentence.id);
      const Pattern::Op& first = form.ops().front();
      if (sentence.list != list_ || first.kind != Pattern::OpKind::slot || !is_name_slot(first.slot)) continue;
      const auto kinds = kinds_of(first.slot);
      Match match;
      const bool fits = std::find(kinds.begin(), kinds.end(), *kind->kind) != kinds.end();
      if (fits || !form.match_rest(tokens_, slots_, match)) continue;
      std::vector<std::string> names = slots_.names().of_kinds(kinds, false);
      names.resize(std::min(names.size(), kNamesShown));
      refuse(tokens_[0].place,
             fmt::format("\"{}\" is {}, and \"{}\" is said of {}", tokens_[0].text, with_article(*kind->kind),
                         text_of(tokens_.subspan(1)), with_article(first.slot)),
             {expected(names), in_our_words(tokens_[1].text)});
    }
  }

  [[noreturn]] void too_early() const {
    std::vector<std::string> shown = wanted_;
    shown.resize(std::min(shown.size(), kExpectedShown));
    refuse(behind(tokens_.back()), "the sentence stops too early", {expected(shown)});
  }

  void try_kind() const {
    if (farthest_.wrong_kinds.empty() || std::find(words_.begin(), words_.end(), here().text) != words_.end()) return;
    const Farthest::WrongKind& wrong = farthest_.wrong_kinds.front();
    if (farthest_.at > 0)
      refuse(here().place, fmt::format("\"{}\" is {}", wrong.word, article(wrong.kind)), {expected(wanted_)});
    refuse(here().place,
           fmt::format("\"{}\" is {}; {} does not begin with {}", wrong.word, article(wrong.kind), list_name(list_),
                       article(wrong.kind)),
           {expected_line()});
  }

  void try_predicate() const {
    const auto kind = subject();
    if (farthest_.at != 1 || !kind) return;
    refuse(here().place,
           fmt::format("{} (\"{}\") cannot \"{}\" in {}", article(kind->kind), tokens_[0].text, here().text,
                       list_name(list_)),
           {expected_line(), hint()});
  }

  void try_name() const {
    if (!wants(is_name_slot)) return;
    const std::string_view front = here().text.substr(0, here().text.find_first_of(".["));
    if (words_.empty() && is_name(front))
      refuse(here().place, fmt::format("this world has no \"{}\"", here().text), {expected_line(), hint()});
    if (farthest_.at == 0) {
      refuse(here().place,
             fmt::format("this world has no \"{}\", and no sentence of \"{}\" begins so", here().text, what_),
             {hint()});
    }
  }

  /// A closed list of words: reasons, proofs, commands, invariants.
  void try_word() const {
    const auto closed = [](Slot slot) {
      return slot == Slot::REASON || slot == Slot::PROOF || slot == Slot::COMMAND || slot == Slot::INVARIANT;
    };
    if (!words_.empty() || !wants(closed)) return;
    refuse(here().place, fmt::format("\"{}\" is not {}", here().text, fmt::join(wanted_, " or ")),
           {expected_line(), hint()});
  }

  SentenceList list_;
  Tokens tokens_;
  const WorldSlots& slots_;
  const Farthest& farthest_;
  std::string_view what_;
  std::vector<std::string> wanted_;  ///< all that was expected, as people say it
  std::vector<std::string> words_;   ///< the words among them
};

}  // namespace

void refuse_sentence(SentenceList list, Tokens tokens, const WorldSlots& slots, const Farthest& farthest,
                     const Token& verb, std::string_view what) {
  if (tokens.empty())
    refuse(behind(verb), fmt::format("what follows \"{}\" is missing", what), {expected("a sentence")});
  Refusal(list, tokens, slots, farthest, what).tell();
}

}  // namespace hasim
