// Looking words up in all tables of the language and the core.
#include "lang/explain.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include <fmt/format.h>

#include "core/reason.h"
#include "lang/glossary.h"
#include "lang/landmarks.h"
#include "lang/run.h"
#include "lang/settings.h"
#include "lang/vocabulary_page.h"
#include "lang/words.h"

namespace hasim {
namespace {

/// One meaning of a word.
struct Meaning {
  std::string role, word, text;
};

Meaning meaning_of(const SettingInfo& setting) {
  std::string text = fmt::format("{}. Default: {}", setting.remark, initial_text(setting));
  if (!setting.words.empty())
    text += fmt::format("; {} of: {}", setting.type == SettingType::list ? "some" : "one", setting.words);
  return {"setting", std::string(setting.name), text};
}

std::vector<Meaning> all_meanings() {
  std::vector<Meaning> all;
  for (int i = 1; i < ha::kReasons; ++i) {
    const auto reason = static_cast<ha::Reason>(i);
    all.push_back({"reason", std::string(to_string(reason)), std::string(explain(reason))});
  }
  for (int i = 1; i < ha::kCauses; ++i) {
    const auto cause = static_cast<ha::Cause>(i);
    all.push_back({"cause", std::string(to_string(cause)), std::string(explain(cause))});
  }
  for (int i = 1; i < ha::kProofs; ++i) {
    const auto proof = static_cast<ha::Proof>(i);
    all.push_back({"proof", std::string(to_string(proof)), std::string(explain(proof))});
  }
  for (int i = 1; i <= 9; ++i) {
    all.push_back({"invariant", fmt::format("I{} {}", i, invariant_name(i)), std::string(invariant_text(i))});
  }
  for (std::size_t i = 0; i < kLandmarks; ++i) {
    const LandmarkInfo& place = info(static_cast<Landmark>(i));
    all.push_back({"place", std::string(place.name), std::string(place.text)});
  }
  for (const SettingInfo& setting : settings_table()) all.push_back(meaning_of(setting));
  for (const GlossaryEntry& entry : glossary()) {
    all.push_back({std::string(entry.role), std::string(entry.word), std::string(entry.text)});
  }
  for (const std::string& command : words_of(Slot::COMMAND)) {
    all.push_back({"command", command, fmt::format("as in `expect {} on head1 done`", command)});
  }
  return all;
}

std::string lower(std::string_view word) {
  std::string out(word);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::tolower(c)); });
  return out;
}

bool means(const Meaning& meaning, const std::string& word) {
  // "P2" is how the protocol calls a proof: the beginning of its text.
  if (meaning.role == "proof" && lower(meaning.text.substr(0, meaning.text.find(':'))) == word) return true;
  if (meaning.role != "invariant") return lower(meaning.word) == word;
  const std::size_t blank = meaning.word.find(' ');
  return lower(meaning.word.substr(0, blank)) == word || meaning.word.substr(blank + 1) == word;
}

/// Role words in the plural name lists: "reasons", "units".
std::optional<std::string> list(const std::vector<Meaning>& all, const std::string& word) {
  std::string out;
  std::size_t widest = 0;
  for (const Meaning& meaning : all) {
    if (meaning.role + "s" == word) widest = std::max(widest, meaning.word.size());
  }
  for (const Meaning& meaning : all) {
    if (meaning.role + "s" == word) out += fmt::format("{:{}}  {}\n", meaning.word, widest, meaning.text);
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

std::string with_full_stop(const std::string& text) { return text + (text.ends_with('.') ? "" : "."); }

/// The sentences of the vocabulary in which a word stands as a word.
std::string sentences_with(const std::string& word) {
  std::string out;
  int shown = 0;
  for (const SentenceInfo& sentence : sentences()) {
    const std::string text = fmt::format(" {} ", sentence.pattern);
    const std::size_t at = text.find(word);
    if (at == text.npos || std::isalnum(static_cast<unsigned char>(text[at - 1])) ||
        (std::isalnum(static_cast<unsigned char>(text[at + word.size()])) && text[at + word.size()] != '(')) {
      continue;
    }
    if (++shown <= 12) {
      out += fmt::format("  {}{}{}\n", sentence.pattern, sentence.remark.empty() ? "" : "   # ", sentence.remark);
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> explain_word(std::string_view asked) {
  const std::string word = lower(asked);
  if (word == "language") return std::string(language_page());
  if (word == "vocabulary") return vocabulary_markdown();
  if (word.empty()) return std::nullopt;
  static const std::vector<Meaning> all = all_meanings();
  if (auto found = list(all, word)) return found;
  std::string out;
  for (const Meaning& meaning : all) {
    if (means(meaning, word))
      out += fmt::format("{} ({}): {}\n", meaning.word, meaning.role, with_full_stop(meaning.text));
  }
  if (const auto slot = slot_named(asked))
    out += fmt::format("{} (slot): stands for {}.\n", asked, with_article(*slot));
  const std::string where = sentences_with(slot_named(asked) ? std::string(asked) : word);
  if (!where.empty()) out += "Sentences with it:\n" + where;
  return out.empty() ? std::nullopt : std::optional(out);
}

}  // namespace hasim
