// Reading the slots of sentences.
#include "lang/slots.h"

#include <algorithm>

#include "core/check.h"
#include "lang/amount.h"
#include "lang/lexer.h"
#include "lang/refuse.h"
#include "lang/words.h"

namespace hasim {
namespace {

bool is_number_slot(Slot slot) { return slot >= Slot::DUR && slot <= Slot::RATE; }

std::optional<std::int64_t> count_word(std::string_view word) {
  if (word == "no") return 0;
  if (word == "one") return 1;
  if (word == "two") return 2;
  if (word == "three") return 3;
  return read_number(word);
}

/// How many tokens `exactly`, `at most`, `at least` take.
std::size_t rule_length(Tokens tokens, std::size_t from) {
  if (from >= tokens.size()) return 0;
  if (tokens[from].is("exactly")) return 1;
  const bool bounded = tokens[from].is("at") && from + 1 < tokens.size() &&
                       (tokens[from + 1].is("most") || tokens[from + 1].is("least"));
  return bounded ? 2 : 0;
}

/// Looks like a number that went wrong, rather than like another word.
bool looks_numeric(std::string_view text) {
  const bool sign = !text.empty() && (text[0] == '+' || text[0] == '-');
  return (text.size() > (sign ? 1u : 0u) && is_digit(text[sign ? 1 : 0])) || text.find('_') != text.npos;
}

/// "10.0.0.0/8", "fd00::1/64".
bool is_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == 0 || slash == text.npos || slash + 1 == text.size()) return false;
  return text.substr(0, slash).find_first_not_of("0123456789abcdef.:") == text.npos &&
         text.substr(slash + 1).find_first_not_of("0123456789") == text.npos;
}

}  // namespace

void WorldSlots::ends(Slot slot, Tokens tokens, std::size_t from, Farthest* farthest,
                      std::vector<std::size_t>& out) const {
  if (is_name_slot(slot)) return name_list(slot, tokens, from, farthest, out);
  if (is_number_slot(slot)) {
    const bool drawn = from + 3 < tokens.size() && tokens[from].is("any") && tokens[from + 2].is("..");
    if (drawn) {
      if (one_number(slot, tokens, from + 1, farthest) && one_number(slot, tokens, from + 3, farthest))
        out.push_back(from + 4);
    } else if (one_number(slot, tokens, from, farthest)) {
      out.push_back(from + 1);
    }
    return;
  }
  if (slot == Slot::COUNT) return count_ends(tokens, from, farthest, out);
  if (from >= tokens.size() || !one_word(slot, tokens[from])) {
    if (farthest != nullptr) farthest->want(from, {true, slot, {}});
    return;
  }
  out.push_back(from + 1);
  std::size_t i = from + 1;
  while (slot == Slot::NAMES && i + 1 < tokens.size() && tokens[i].is(",") && one_word(slot, tokens[i + 1])) {
    i += 2;
    out.push_back(i);
  }
}

void WorldSlots::name_list(Slot slot, Tokens tokens, std::size_t from, Farthest* farthest,
                           std::vector<std::size_t>& out) const {
  std::size_t i = one_name(slot, tokens, from, farthest);
  while (i > 0) {
    out.push_back(i);
    if (i >= tokens.size() || !tokens[i].is(",")) {
      if (farthest != nullptr) farthest->want(i, {false, {}, ","});
      return;
    }
    i = one_name(slot, tokens, i + 1, farthest);
  }
}

/// The position behind one name, host list or `peer of` name; 0 if there is none that fits.
std::size_t WorldSlots::one_name(Slot slot, Tokens tokens, std::size_t from, Farthest* farthest) const {
  const auto kinds = kinds_of(slot);
  const bool heads = std::find(kinds.begin(), kinds.end(), ThingKind::head) != kinds.end();
  if (heads && from + 1 < tokens.size() && tokens[from].is("peer") && tokens[from + 1].is("of")) {
    return one_name(Slot::HEAD, tokens, from + 2, farthest);
  }
  bool unknown = from >= tokens.size() || !tokens[from].is_word();
  std::optional<Farthest::WrongKind> wrong;
  if (!unknown) {
    for (const std::string& name : expand_hosts(tokens[from])) {
      const auto entry = names_.kind_of(name);
      const bool fits = entry && (!entry->kind || std::find(kinds.begin(), kinds.end(), *entry->kind) != kinds.end());
      if (!entry) unknown = true;
      if (entry && !fits && !wrong) wrong = Farthest::WrongKind{slot, tokens[from].text, entry->kind};
    }
    if (!unknown && !wrong) return from + 1;
  }
  if (farthest != nullptr) {
    farthest->want(from, {true, slot, {}});
    if (!unknown && wrong && farthest->at == from) farthest->wrong_kinds.push_back(*wrong);
  }
  return 0;
}

bool WorldSlots::one_number(Slot slot, Tokens tokens, std::size_t from, Farthest* farthest) const {
  bool fits = false;
  std::optional<Diagnostic> why;
  if (from < tokens.size() && tokens[from].is_word()) {
    const Token& token = tokens[from];
    if (slot == Slot::DUR || slot == Slot::SIGNED) {
      try {
        read_duration(token, settings_, 0, slot == Slot::SIGNED);
        fits = true;
      } catch (const Refused& refused) {
        if (looks_numeric(token.text)) why = refused.diagnostic;
      }
    } else {
      fits = slot == Slot::INT    ? read_number(token.text).has_value()
             : slot == Slot::PCT  ? read_percent(token.text).has_value()
             : slot == Slot::PPM  ? read_ppm(token.text).has_value()
             : slot == Slot::SIZE ? read_size(token.text).has_value()
                                  : read_rate(token.text).has_value();
    }
  }
  if (!fits && farthest != nullptr) {
    farthest->want(from, {true, slot, {}});
    if (why && farthest->at == from) farthest->bad_numbers.push_back(*why);
  }
  return fits;
}

bool WorldSlots::one_word(Slot slot, const Token& token) const {
  if (slot == Slot::STRING) return token.is_string();
  if (!token.is_word()) return false;
  switch (slot) {
    case Slot::REASON:
    case Slot::PROOF:
    case Slot::COMMAND:
    case Slot::INVARIANT: return word_number(slot, token.text).has_value();
    case Slot::SETTING: {
      const std::vector<std::string> settings = words_of(Slot::SETTING);
      return std::find(settings.begin(), settings.end(), token.text) != settings.end();
    }
    case Slot::NAMES: {
      const std::vector<std::string> hosts = expand_hosts(token);
      return std::all_of(hosts.begin(), hosts.end(), is_name);
    }
    case Slot::PREFIX: return is_prefix(token.text);
    case Slot::PATH: return token.text.starts_with('/');
    default: return true;
  }
}

void WorldSlots::count_ends(Tokens tokens, std::size_t from, Farthest* farthest, std::vector<std::size_t>& out) const {
  const std::size_t at = from + rule_length(tokens, from);
  if (at < tokens.size() && tokens[at].is_word() && count_word(tokens[at].text)) {
    out.push_back(at + 1);
  } else if (farthest != nullptr) {
    farthest->want(at, {true, Slot::COUNT, {}});
  }
}

Range WorldSlots::number(Slot slot, Tokens tokens) const {
  const auto value = [&](const Token& token) -> std::int64_t {
    switch (slot) {
      case Slot::DUR: return read_duration(token, settings_);
      case Slot::SIGNED: return read_duration(token, settings_, 0, true);
      case Slot::PCT: return *read_percent(token.text);
      case Slot::PPM: return *read_ppm(token.text);
      case Slot::SIZE: return *read_size(token.text);
      case Slot::RATE: return *read_rate(token.text);
      default: return *read_number(token.text);
    }
  };
  if (tokens.size() == 1) return {value(tokens[0]), value(tokens[0])};
  const Range range{value(tokens[1]), value(tokens[3])};
  if (range.hi < range.lo) refuse(tokens[3].place, "this range runs backwards");
  return range;
}

Count WorldSlots::count(Tokens tokens) const {
  const std::size_t rule = rule_length(tokens, 0);
  const auto n = count_word(tokens[rule].text);
  HA_CHECK(n);
  if (rule < 2) return {Count::Rule::exactly, *n};
  return {tokens[1].is("most") ? Count::Rule::at_most : Count::Rule::at_least, *n};
}

}  // namespace hasim
