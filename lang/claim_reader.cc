// From tokens to claims.
#include "lang/claim_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "lang/refuse.h"

namespace hasim {
namespace {

bool waits(std::string_view what) { return what == "on" || what == "whenever"; }

std::string_view noun(ObservationKind kind) { return kind == ObservationKind::event ? "an event" : "a count"; }

bool has_count(const Sentence& sentence) {
  return std::any_of(sentence.values.begin(), sentence.values.end(), [](auto& v) { return v.slot == Slot::COUNT; });
}

/// `a and not b or c`, each term once for each thing of its lists.
struct SomeText {
  struct TermText {
    bool negated = false;
    bool or_before = false;
    std::vector<Sentence> copies;
  };
  std::vector<TermText> terms;
  bool states = false, events = false, counts = false;

  Some copy(const std::size_t* choice) const {
    Some some;
    for (const TermText& term : terms) {
      if (some.empty() || term.or_before) some.emplace_back();
      some.back().push_back({term.negated, term.copies[*choice++]});
    }
    return some;
  }
};

class SomeReader {
 public:
  SomeReader(const SentenceReader& reader, const Token& verb, std::string_view what, bool one_thing)
      : reader_(reader), verb_(verb), what_(what), one_thing_(one_thing) {}

  SomeText read(Tokens tokens) {
    std::size_t begin = 0;
    bool ands = false;
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
      const bool joins = i < tokens.size() && (tokens[i].is("and") || tokens[i].is("or"));
      if (i < tokens.size() && !joins) continue;
      if (begin == i) {
        const Token& lonely = tokens[std::min(i, tokens.size() - 1)];
        refuse(lonely.place, fmt::format("something is missing beside \"{}\"", lonely.text));
      }
      term(tokens.subspan(begin, i - begin), begin > 0 && tokens[begin - 1].is("or"));
      ands = ands || (joins && tokens[i].is("and"));
      begin = i + 1;
    }
    if (ands && (some_.events || some_.counts)) refuse(verb_.place, "and joins states; two events want two lines");
    return std::move(some_);
  }

 private:
  void term(Tokens tokens, bool or_before) {
    const bool negated = tokens[0].is("not");
    if (negated) tokens = tokens.subspan(1);
    std::vector<Sentence> copies = reader_.read(SentenceList::observation, tokens, verb_, what_);
    const Sentence& sentence = copies.front();
    const ObservationKind kind = info(sentence.id).kind;
    if (one_thing_ && kind != ObservationKind::count && !has_count(sentence)) refuse_list(tokens, copies.size());
    if (sentence.id == SentenceId::see_violation && reader_.world().system == "hacore") {
      refuse(sentence.place, "hacore is never expected to violate an invariant",
             {"this line is for other systems: world NAME running bcm_rules"});
    }
    if (negated && kind != ObservationKind::state) {
      refuse(first_column(tokens[0]), fmt::format("not is for states, and this is {}", noun(kind)), {"use never"});
    }
    if (kind == ObservationKind::count) refuse_count(tokens);
    (kind == ObservationKind::state   ? some_.states
     : kind == ObservationKind::event ? some_.events
                                      : some_.counts) = true;
    some_.terms.push_back({negated, or_before, std::move(copies)});
  }

  void refuse_list(Tokens tokens, std::size_t copies) const {
    const auto comma = std::find_if(tokens.begin(), tokens.end(), [](const Token& token) {
      return token.is(",") ||
             (token.is_word() && is_builtin_group(token.text) && token.text != "voters" && token.text != "clients");
    });
    if (comma == tokens.end() && copies == 1) return;
    const std::string who = waits(what_) ? fmt::format("{} takes", what_) : "before and after take";
    refuse(comma == tokens.end() ? tokens[0].place : comma->place, who + " one thing, not a list",
           {"say: head1 off or head2 off"});
  }

  void refuse_count(Tokens tokens) const {
    if (waits(what_)) {
      refuse(first_column(tokens[0]),
             fmt::format("a count is known only at the end of a window: \"{}\" wants a state or an event", what_));
    }
    if (what_ == "never")
      refuse(verb_.place, "never with a count reads two ways",
             {"say what is right: expect no …, expect at most one …"});
  }

  const SentenceReader& reader_;
  const Token& verb_;
  std::string_view what_;
  bool one_thing_;
  SomeText some_;
};

bool is_order(const Token& token) { return token.is("before") || token.is("after"); }

}  // namespace

ClaimedText read_claimed(const SentenceReader& reader, Tokens tokens, const Token& verb, std::string_view what) {
  if (tokens.empty())
    refuse(behind(verb), fmt::format("what follows \"{}\" is missing", what), {expected("an observation")});
  const auto cut = std::find_if(tokens.begin(), tokens.end(), is_order);
  const auto second_cut = cut == tokens.end() ? cut : std::find_if(cut + 1, tokens.end(), is_order);
  if (second_cut != tokens.end()) refuse(second_cut->place, "before and after stand once in a line: use two lines");

  const bool ordered = cut != tokens.end();
  std::vector<SomeText> sides;
  const auto read_side = [&](Tokens side) {
    if (side.empty()) refuse(cut->place, fmt::format("something is missing beside \"{}\"", cut->text));
    sides.push_back(SomeReader(reader, verb, what, ordered || waits(what)).read(side));
    if (ordered && sides.back().counts) {
      refuse(first_column(side[0]), fmt::format("a count has no instant and cannot stand beside {}", cut->text));
    }
  };
  const auto first_length = static_cast<std::size_t>(cut - tokens.begin());
  read_side(tokens.first(first_length));
  if (ordered) read_side(tokens.subspan(first_length + 1));
  if (ordered && what == "always")
    refuse(verb.place, "\"always\" wants a state, and before/after makes an event", {"use expect or never"});

  std::vector<std::size_t> sizes;
  for (const SomeText& side : sides) {
    for (const auto& term : side.terms) sizes.push_back(term.copies.size());
  }
  ClaimedText out;
  for (const auto& choice : combinations(sizes, tokens[0].place)) {
    Claimed claimed{sides[0].copy(choice.data()), Order::none, {}, tokens[0].place};
    claimed.place.width = static_cast<int>(text_of(tokens).size());
    if (ordered) {
      claimed.order = cut->is("before") ? Order::before : Order::after;
      claimed.second = sides[1].copy(choice.data() + sides[0].terms.size());
    }
    out.copies.push_back(std::move(claimed));
  }
  out.states = !ordered && sides[0].states;
  out.events = ordered || sides[0].events;
  out.counts = !ordered && sides[0].counts;
  return out;
}

Claimed read_one_claimed(const SentenceReader& reader, Tokens tokens, const Token& verb, std::string_view what) {
  ClaimedText text = read_claimed(reader, tokens, verb, what);
  if (text.copies.size() > 1)
    refuse(tokens[0].place, fmt::format("\"{}\" takes one thing, not a list", what), {"say: head1 off or head2 off"});
  return std::move(text.copies.front());
}

}  // namespace hasim
