// Reading header lines.
#include "lang/header_reader.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "lang/refuse.h"
#include "lang/words.h"

namespace hasim {
namespace {

constexpr std::array<std::string_view, 9> kHeaders{"scenario", "source", "tags", "language", "world",
                                                   "without",  "set",    "for",  "relax"};
constexpr std::array<std::string_view, 5> kOnce{"scenario", "source", "world", "language", "tags"};

template <class List>
bool is_in(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// A line in column 1 that was meant to be indented.
bool begins_body(const Token& token) {
  constexpr std::array<std::string_view, 8> kOpenings{"start", "on",   "whenever", "given",
                                                      "any",   "each", "end",      "always"};
  return token.is_word() &&
         (is_verb(token.text) || is_in(kOpenings, token.text) || token.text[0] == '+' || token.text[0] == '@');
}

void check_header(const SourceLine& line) {
  const Tokens tokens = line.tokens;
  const Token& word = tokens[0];
  if (begins_body(word)) refuse(word.place, "a body line is indented (two blanks)");
  if (!is_in(kHeaders, word.text)) {
    refuse(word.place, fmt::format("\"{}\" is no header line", word.text),
           {expected(as_strings(kHeaders)), meant(word.text, as_strings(kHeaders))});
  }
  if ((word.is("scenario") || word.is("source")) && (tokens.size() != 2 || !tokens[1].is_string()))
    refuse(first_column(tokens.back()), fmt::format("{} wants one \"string\"", word.text));
  if (tokens.size() < 2) refuse(behind(word), fmt::format("what follows \"{}\" is missing", word.text));
  if (word.is("language") && !tokens[1].is("1")) {
    refuse(first_column(tokens[1]), fmt::format("this hasim speaks language 1, the file wants {}", tokens[1].text),
           {"a newer hasim is needed"});
  }
}

void check_system(Tokens tokens) {
  if (!tokens[2].is("running") || tokens.size() != 4)
    refuse(tokens[2].place, fmt::format("\"{}\" does not fit here", tokens[2].text), {expected("running SYSTEM")});
  if (is_in(kSystems, tokens[3].text)) return;
  refuse(tokens[3].place, fmt::format("\"{}\" is not a system", tokens[3].text),
         {expected(as_strings(kSystems)), meant(tokens[3].text, as_strings(kSystems))});
}

/// Takes things out of a world: `without quorum, pdu1`, `without voters`, `without watchdogs`.
void take_out(Tokens tokens, const Token& world_name, Declarations& world) {
  for (const Token& token : tokens.subspan(1)) {
    if (token.is(",")) continue;
    if (token.is("watchdogs")) {
      for (Declaration& thing : world.things) {
        std::erase_if(thing.clauses,
                      [](const Clause& clause) { return clause.id == ClauseId::head_watchdog_dur_soft; });
      }
      continue;
    }
    for (const std::string& name : expand_hosts(token)) {
      const Names names = world.names();
      const auto entry = names.find(name);
      if (!entry) {
        refuse(token.place, fmt::format("world \"{}\" has no \"{}\"", world_name.text, name),
               {meant(name, names.all())});
      }
      for (const std::string& thing : entry->members) world.remove(thing);
      world.remove(name);
    }
  }
}

void override_settings(const std::vector<std::string>& sets, Declarations& world) {
  constexpr std::string_view kSet = "set ";
  for (const std::string& set : sets) {
    const std::string line = std::string(kSet) + set;
    try {
      world.apply(read_setting(lex(line, 1), world.settings, world.heads()));
    } catch (Refused& refused) {
      refused.diagnostic.path = "--set";
      refused.diagnostic.source_line = set;
      refused.diagnostic.place.column -= static_cast<int>(kSet.size());
      throw;
    }
  }
}

const SourceLine* find_line(const std::vector<SourceLine>& head, std::string_view word) {
  const auto found = std::find_if(head.begin(), head.end(), [&](auto& line) { return line.tokens[0].is(word); });
  return found == head.end() ? nullptr : &*found;
}

}  // namespace

ScenarioLines part_lines(std::vector<SourceLine> lines) {
  ScenarioLines parted;
  std::map<std::string_view, int> seen;
  for (SourceLine& line : lines) {
    if (line.indent > 0) {
      parted.body.push_back(std::move(line));
      continue;
    }
    const Token word = line.tokens[0];
    if (!parted.body.empty() && !begins_body(word))
      refuse(first_column(word), fmt::format("the header line \"{}\" stands below the first body line", word.text));
    check_header(line);
    const auto [first, is_new] = seen.emplace(word.text, line.number);
    if (is_in(kOnce, word.text) && !is_new)
      refuse(word.place, fmt::format("\"{}\" is there twice (first in line {})", word.text, first->second));
    parted.head.push_back(std::move(line));
  }
  for (const std::string_view need : {"scenario", "source", "world"}) {
    if (seen.count(need) > 0) continue;
    refuse({1, 1, 1}, fmt::format("a scenario needs a \"{}\" line", need),
           {need == "source" ? "say where the story comes from: source \"catalogue BM03\", or source \"guess\"" : ""});
  }
  return parted;
}

std::string header_text(const std::vector<SourceLine>& head, std::string_view word) {
  const SourceLine* line = find_line(head, word);
  return line == nullptr ? std::string{} : unquote(line->tokens[1]);
}

std::vector<std::string> header_tags(const std::vector<SourceLine>& head) {
  std::vector<std::string> tags;
  const SourceLine* line = find_line(head, "tags");
  if (line == nullptr) return tags;
  for (const Token& token : Tokens(line->tokens).subspan(1)) {
    if (!token.is(",")) tags.emplace_back(token.text);
  }
  return tags;
}

std::vector<Relaxed> header_relaxed(const std::vector<SourceLine>& head) {
  std::vector<Relaxed> all;
  for (const SourceLine& line : head) {
    const Tokens tokens = line.tokens;
    if (!tokens[0].is("relax")) continue;
    const Token& invariant = tokens[1];
    const auto number = word_number(Slot::INVARIANT, invariant.text);
    if (!number) {
      const std::vector<std::string> words = words_of(Slot::INVARIANT);
      std::vector<std::string> pairs;
      for (std::size_t i = 0; i + 1 < words.size(); i += 2) pairs.push_back(words[i] + " " + words[i + 1]);
      refuse(invariant.place, fmt::format("\"{}\" is not an invariant", invariant.text),
             {expected(pairs), meant(invariant.text, words)});
    }
    if (tokens.size() != 4 || !tokens[2].is("because") || !tokens[3].is_string())
      refuse(behind(tokens.back()), fmt::format("relaxing {} needs a reason", invariant.text),
             {expected("because \"…\"")});
    all.push_back({*number, unquote(tokens[3]), tokens[0].place});
  }
  return all;
}

WorldSpec header_world(const std::vector<SourceLine>& head, WorldLibrary& library, const Overrides& overrides) {
  const Tokens line = find_line(head, "world")->tokens;
  Token name = line[1];
  if (!overrides.world.empty()) name.text = overrides.world;
  Declarations world = library.find(name);
  if (line.size() > 2) {
    check_system(line);
    world.system = line[3].text;
  }
  const Token* removing = nullptr;
  for (const SourceLine& source : head) {
    if (!source.tokens[0].is("without")) continue;
    take_out(source.tokens, name, world);
    removing = &source.tokens[0];
  }
  for (const SourceLine& source : head) {
    if (source.tokens[0].is("set")) world.apply(read_setting(source.tokens, world.settings, world.heads()));
  }
  override_settings(overrides.set, world);
  try {
    return wire(world);
  } catch (const Refused& refused) {
    if (removing == nullptr) throw;
    refuse(removing->place, "what is left is no world: " + refused.diagnostic.message);
  }
}

}  // namespace hasim
