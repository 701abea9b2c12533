// Writing the vocabulary as a page.
#include "lang/vocabulary_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/reason.h"
#include "lang/declarations.h"
#include "lang/run.h"
#include "lang/settings.h"
#include "lang/words.h"

namespace hasim {
namespace {

std::string_view word_of(Life life) {
  switch (life) {
    case Life::once: return "once";
    case Life::lasts: return "lasts";
    case Life::soft: return "soft";
  }
  return "";
}

std::string_view word_of(ObservationKind kind) {
  switch (kind) {
    case ObservationKind::state: return "state";
    case ObservationKind::event: return "event";
    case ObservationKind::count: return "count";
  }
  return "";
}

std::string_view word_of(Stage stage) {
  constexpr std::array<std::string_view, 38> kStages{
      "mains", "chassis",   "kernel", "user space", "cpu",        "disk",        "clock",     "carrier",
      "cut",   "filter",    "size",   "loss",       "corruption", "duplication", "rate",      "delay",
      "order", "injection", "power",  "wire",       "session",    "command",     "execution", "reading",
      "reply", "reach",     "server", "space",      "rights",     "speed",       "error",     "identity",
      "locks", "start",     "run",    "monitor",    "stop",       "replication"};
  return kStages[static_cast<std::size_t>(stage)];
}

/// A cell of a table: `|` would end it.
std::string table_cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string row(const std::vector<std::string>& cells) { return fmt::format("| {} |\n", fmt::join(cells, " | ")); }

std::string table_head(const std::vector<std::string>& cells) {
  return row(cells) + row(std::vector<std::string>(cells.size(), "---"));
}

std::string sentence_rows(SentenceList list) {
  std::string out;
  for (const SentenceInfo& sentence : sentences()) {
    if (sentence.list != list) continue;
    std::vector<std::string> cells{fmt::format("`{}`", table_cell(sentence.pattern))};
    if (list == SentenceList::fault) {
      cells.emplace_back(word_of(sentence.life));
      cells.emplace_back(word_of(sentence.stage));
    }
    if (list == SentenceList::observation) cells.emplace_back(word_of(sentence.kind));
    if (list == SentenceList::fault || list == SentenceList::action) {
      cells.emplace_back(sentence.needs == "-" ? "sim only" : sentence.needs);
    }
    if (list != SentenceList::operation) cells.push_back(table_cell(sentence.remark));
    out += row(cells);
  }
  return out;
}

std::string slot_rows() {
  std::string out = table_head({"slot", "stands for"});
  for (int i = 0; i <= static_cast<int>(Slot::PATH); ++i) {
    const auto slot = static_cast<Slot>(i);
    out += row({fmt::format("`{}`", slot_name(slot)), std::string(with_article(slot))});
  }
  return out;
}

std::string clause_rows() {
  std::string out = table_head({"kind", "clause"});
  for (const ClauseInfo& clause : clauses()) {
    std::string kind(clause.kind);
    if (const std::size_t at = kind.find('_'); at != kind.npos) kind[at] = ' ';
    out += row({kind, fmt::format("`{}`", table_cell(clause.pattern))});
  }
  return out;
}

std::string setting_rows() {
  std::string out = table_head({"setting", "type", "default", "what it is"});
  for (const SettingInfo& setting : settings_table()) {
    std::string type;
    switch (setting.type) {
      case SettingType::duration: type = "duration"; break;
      case SettingType::count: type = "count"; break;
      case SettingType::ppm: type = "ppm"; break;
      case SettingType::choice: type = fmt::format("one of: {}", setting.words); break;
      case SettingType::list: type = fmt::format("list of: {}", setting.words); break;
    }
    out += row({fmt::format("`{}`", setting.name), type, initial_text(setting), std::string(setting.remark)});
  }
  return out;
}

template <class Word>
std::string explained_rows(int count) {
  std::string out;
  for (int i = 1; i < count; ++i) {
    const auto word = static_cast<Word>(i);
    out += row({fmt::format("`{}`", to_string(word)), std::string(explain(word))});
  }
  return out;
}

std::string invariant_rows() {
  std::string out = table_head({"invariant", "name", "what it says"});
  for (int i = 1; i <= 9; ++i) {
    out += row({fmt::format("I{}", i), fmt::format("`{}`", invariant_name(i)), std::string(invariant_text(i))});
  }
  return out;
}

constexpr std::string_view kIntroduction = R"(# The vocabulary of the scenario language

Made from `lang/vocabulary.def` and the tables beside it by `hasim explain vocabulary`; do not edit. How sentences make
a scenario is in [language.md](language.md).

`word(s)` stands with or without s, `[ ]` may be left out, `( / )` chooses, CAPITALS are typed slots.
`SCOPE` is `[between PLACE and PLACE / from PLACE to PLACE / at PLACE]`, everything if left out.

)";

}  // namespace

std::string vocabulary_markdown() {
  std::string out(kIntroduction);
  out += "## Slots\n\n" + slot_rows();
  out +=
      "\n## Faults\n\nLife: `once` leaves its consequence, `lasts` until healed, `soft` also ends with a power-off of "
      "its head. Of two faults in\none stage of one thing the later replaces the earlier; faults in different stages "
      "all apply.\n\n";
  out += table_head({"sentence", "life", "stage", "needs", "remark"}) + sentence_rows(SentenceList::fault);
  out += "\n## Actions\n\n" + table_head({"sentence", "needs", "remark"}) + sentence_rows(SentenceList::action);
  out +=
      "\n## Observations\n\n" + table_head({"sentence", "kind", "remark"}) + sentence_rows(SentenceList::observation);
  out +=
      "\n## Operations\n\nFor `each step of`.\n\n" + table_head({"sentence"}) + sentence_rows(SentenceList::operation);
  out += "\n## Clauses of world files\n\n" + clause_rows();
  out += "\n## Settings\n\n" + setting_rows();
  out += "\n## Reasons\n\n" + table_head({"reason", "meaning"}) + explained_rows<ha::Reason>(ha::kReasons);
  out += "\n## Proofs\n\n" + table_head({"proof", "meaning"}) + explained_rows<ha::Proof>(ha::kProofs);
  out += fmt::format("\n## Commands\n\n`{}`\n", fmt::join(words_of(Slot::COMMAND), "` `"));
  out += "\n## Invariants\n\nJudged in every run.\n\n" + invariant_rows();
  out += fmt::format("\n## Systems\n\n`{}`\n", fmt::join(kSystems, "` `"));
  return out;
}

}  // namespace hasim
