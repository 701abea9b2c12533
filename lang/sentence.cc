// From tokens to resolved sentences.
#include "lang/sentence.h"

#include <algorithm>

#include <fmt/format.h>

#include "lang/refuse.h"
#include "lang/settings.h"
#include "lang/words.h"

namespace hasim {
namespace {

constexpr std::size_t kWordsMax = 1'000;
constexpr std::size_t kCopiesMax = 10'000;

/// `at most one fence of heads` and `8 of voters off` speak of several things at once; other lists copy the line.
bool together(const Pattern& pattern, const Match& match, std::size_t slot) {
  const std::vector<Slot>& slots = pattern.slots();
  if (std::find(slots.begin(), slots.end(), Slot::COUNT) != slots.end()) return true;
  const bool counted = slots[slot] == Slot::VOTERS || slots[slot] == Slot::CLIENTS;
  return counted && slot > 0 && slots[slot - 1] == Slot::INT && match.slots[slot - 1].end > 0;
}

/// `change dead_after to 5` is as wrong as `set dead_after = 5`.
void check_setting_value(std::vector<Value>& values, const Match& match, Tokens tokens, const Settings& settings) {
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i].slot != Slot::VALUE || values[i - 1].slot != Slot::SETTING) continue;
    const Token& token = tokens[match.slots[i].begin];
    const std::int64_t number = read_setting_value(*find_setting(values[i - 1].text), token, settings);
    values[i].number = {number, number};
  }
}

}  // namespace

std::vector<std::vector<std::size_t>> combinations(const std::vector<std::size_t>& sizes, Place place) {
  std::vector<std::vector<std::size_t>> all{{}};
  for (const std::size_t size : sizes) {
    if (all.size() * size > kCopiesMax) refuse(place, fmt::format("this makes more than {} cases", kCopiesMax));
    std::vector<std::vector<std::size_t>> longer;
    longer.reserve(all.size() * size);
    for (const auto& prefix : all) {
      for (std::size_t i = 0; i < size; ++i) {
        longer.push_back(prefix);
        longer.back().push_back(i);
      }
    }
    all = std::move(longer);
  }
  return all;
}

const SentenceInfo* SentenceReader::find(SentenceList list, Tokens tokens, Farthest* farthest, Match& match) const {
  for (const SentenceInfo& sentence : sentences()) {
    if (sentence.list == list && pattern(sentence.id).match(tokens, 0, true, slots_, farthest, match)) return &sentence;
  }
  return nullptr;
}

std::vector<Sentence> SentenceReader::read(SentenceList list, Tokens tokens, const Token& verb,
                                           std::string_view what) const {
  if (tokens.empty())
    refuse(behind(verb), fmt::format("what follows \"{}\" is missing", what), {expected("a sentence")});
  if (tokens.size() > kWordsMax) refuse(tokens[kWordsMax].place, "this sentence is too long");
  Match match;
  if (const SentenceInfo* sentence = find(list, tokens, nullptr, match)) return resolve(*sentence, match, tokens);
  // Only now is it worth to remember what would have fitted.
  Farthest farthest;
  find(list, tokens, &farthest, match);
  refuse_sentence(list, tokens, slots_, farthest, verb, what);
}

std::vector<Sentence> SentenceReader::resolve(const SentenceInfo& sentence, const Match& match, Tokens tokens) const {
  const Pattern& form = pattern(sentence.id);
  Sentence whole;
  whole.id = sentence.id;
  whole.picks.assign(match.picks.begin(), match.picks.begin() + static_cast<std::ptrdiff_t>(form.picks()));
  whole.text = text_of(tokens);
  whole.place = tokens.front().place;
  whole.place.width = static_cast<int>(whole.text.size());
  std::vector<std::size_t> copies;
  for (std::size_t i = 0; i < form.slots().size(); ++i) {
    const auto [begin, end] = match.slots[i];
    whole.values.push_back(value(form.slots()[i], tokens.subspan(begin, static_cast<std::size_t>(end - begin))));
    copies.push_back(together(form, match, i) ? 1 : std::max<std::size_t>(whole.values.back().things.size(), 1));
  }
  check_setting_value(whole.values, match, tokens, settings());
  std::vector<Sentence> all;
  for (const auto& choice : combinations(copies, whole.place)) {
    all.push_back(whole);
    for (std::size_t i = 0; i < choice.size(); ++i) {
      if (copies[i] > 1) all.back().values[i].things = {whole.values[i].things[choice[i]]};
    }
  }
  return all;
}

Value SentenceReader::value(Slot slot, Tokens tokens) const {
  Value value;
  value.slot = slot;
  if (tokens.empty()) return value;
  if (is_name_slot(slot)) {
    value.things = things(slot, tokens);
  } else if (slot >= Slot::DUR && slot <= Slot::RATE) {
    value.number = slots_.number(slot, tokens);
  } else if (slot == Slot::COUNT) {
    value.count = slots_.count(tokens);
  } else if (slot == Slot::STRING) {
    value.text = unquote(tokens[0]);
  } else {
    value.text = tokens[0].text;
    value.word = word_number(slot, tokens[0].text).value_or(0);
  }
  return value;
}

std::vector<ThingId> SentenceReader::things(Slot slot, Tokens tokens) const {
  std::vector<ThingId> all;
  bool peer = false;
  for (const Token& token : tokens) {
    if (token.is(",")) peer = false;
    if (token.is("peer")) peer = true;
    if (token.is(",") || token.is("peer") || token.is("of")) continue;
    for (const std::string& name : names().expand(token, kinds_of(peer ? Slot::HEAD : slot))) {
      const ThingId id = world_.find(name);
      const ThingId thing = peer ? world_.peer_of(id) : id;
      if (std::find(all.begin(), all.end(), thing) == all.end()) all.push_back(thing);
    }
  }
  if (all.empty()) refuse(tokens.front().place, fmt::format("this world has no {}", tokens.front().text));
  return all;
}

}  // namespace hasim
