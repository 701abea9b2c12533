// The vocabulary: every sentence can be said in every form, and no words are two sentences.
#include "lang/pattern.h"

#include <map>

#include "core/reason.h"
#include "lang/declarations.h"
#include "lang/sentence.h"
#include "lang/words.h"
#include "sample.h"

namespace hasim {
namespace {

using Named = std::vector<std::pair<std::string, const Pattern*>>;

Named patterns_of(SentenceList list) {
  Named all;
  for (const SentenceInfo& sentence : sentences()) {
    if (sentence.list == list) all.emplace_back(sentence.pattern, &pattern(sentence.id));
  }
  return all;
}

TEST(Vocabulary, NoWordsAreTwoSentences) {
  for (const SentenceList list :
       {SentenceList::fault, SentenceList::action, SentenceList::observation, SentenceList::operation}) {
    EXPECT_EQ(ambiguity(patterns_of(list)).value_or("none"), "none");
  }
}

TEST(Vocabulary, NoWordsAreTwoClausesOfAThing) {
  std::map<std::string, Named> kinds;
  for (const ClauseInfo& clause : clauses()) {
    kinds[std::string(clause.kind)].emplace_back(clause.pattern, &pattern(clause.id));
  }
  for (const auto& [kind, patterns] : kinds) EXPECT_EQ(ambiguity(patterns).value_or("none"), "none") << kind;
}

TEST(Vocabulary, TheProofNoticesASentenceThatIsThereTwice) {
  const Pattern mutant("HEAD lose(s) (power / heat)");
  Named faults = patterns_of(SentenceList::fault);
  faults.emplace_back("the mutant", &mutant);
  EXPECT_NE(ambiguity(faults).value_or("none").find("the mutant"), std::string::npos);
}

TEST(Vocabulary, TheProofNoticesASentenceWithTwoReadings) {
  const Pattern mutant("NET cut [at HEAD / at PLACE]");
  EXPECT_TRUE(ambiguity({{"mutant", &mutant}}));
  const Pattern merging("a (b / b) c");
  EXPECT_TRUE(ambiguity({{"merging", &merging}}));
  const Pattern fine("a [b] c");
  EXPECT_FALSE(ambiguity({{"fine", &fine}}));
}

TEST(Vocabulary, ModifiersAndConjunctionsStandInNoSentence) {
  const auto has = [](const SentenceInfo& sentence, const std::vector<std::string>& words) {
    for (const Pattern::Op& op : pattern(sentence.id).ops()) {
      if (std::find(words.begin(), words.end(), op.word) != words.end()) return true;
    }
    return false;
  };
  for (const SentenceInfo& sentence : sentences()) {
    if (sentence.list == SentenceList::observation) {
      EXPECT_FALSE(has(sentence, {"and", "or", "not", "before", "after"})) << sentence.pattern;
    }
    if (sentence.list == SentenceList::fault || sentence.list == SentenceList::action) {
      EXPECT_FALSE(has(sentence, {"for", "with"})) << sentence.pattern;
    }
    EXPECT_FALSE(has(sentence, {"fault", "heal", "do", "expect", "always", "never", "note"})) << sentence.pattern;
  }
}

std::string example(Slot slot) {
  static const std::map<Slot, std::string> words{{Slot::HEAD, "head1"},
                                                 {Slot::PLACE, "nas"},
                                                 {Slot::NET, "internal"},
                                                 {Slot::PDU, "pdu1"},
                                                 {Slot::NAS, "nas"},
                                                 {Slot::VOLUME, "home"},
                                                 {Slot::STORE, "home"},
                                                 {Slot::VOTERS, "node001"},
                                                 {Slot::WITNESS, "quorum"},
                                                 {Slot::CLIENTS, "login1"},
                                                 {Slot::SERVICE, "main"},
                                                 {Slot::PART, "main.cmd"},
                                                 {Slot::ADDR, "main.vip-int"},
                                                 {Slot::DB, "main.mysql"},
                                                 {Slot::DUR, "5s"},
                                                 {Slot::SIGNED, "-90s"},
                                                 {Slot::INT, "3"},
                                                 {Slot::PCT, "30%"},
                                                 {Slot::PPM, "500ppm"},
                                                 {Slot::SIZE, "1400B"},
                                                 {Slot::RATE, "10Mbit"},
                                                 {Slot::COUNT, "at most 3"},
                                                 {Slot::REASON, "tie"},
                                                 {Slot::PROOF, "power_off"},
                                                 {Slot::COMMAND, "makeactive"},
                                                 {Slot::INVARIANT, "I1"},
                                                 {Slot::SETTING, "dead_after"},
                                                 {Slot::VALUE, "5s"}};
  return words.at(slot);
}

struct Form {
  std::string text;
  std::vector<std::uint8_t> picks;
};

/// Every way to say a pattern: all branches, both forms of `word(s)`.
void forms(const Pattern& form, std::size_t at, Form said, std::vector<Form>& out) {
  const Pattern::Op& op = form.ops()[at];
  const auto say = [&](const std::string& word) {
    Form longer = said;
    longer.text += (longer.text.empty() ? "" : " ") + word;
    forms(form, at + 1, longer, out);
  };
  switch (op.kind) {
    case Pattern::OpKind::done: out.push_back(said); return;
    case Pattern::OpKind::jump: return forms(form, op.targets[0], said, out);
    case Pattern::OpKind::slot: return say(example(op.slot));
    case Pattern::OpKind::word:
      say(op.word);
      if (!op.plural.empty()) say(op.plural);
      return;
    case Pattern::OpKind::branch:
      for (std::size_t i = 0; i < op.targets.size(); ++i) {
        Form branch = said;
        branch.picks[op.index] = op.picks[i];
        forms(form, op.targets[i], branch, out);
      }
  }
}

TEST(Vocabulary, EverySentenceInEveryFormIsReadAsItself) {
  const Script script = sample::script("  start\n  +1s..+5s      expect  head1 active\n");
  const Names names(*script.world);
  const SentenceReader reader(*script.world, names, script.world->settings);
  std::size_t read = 0;
  for (const SentenceInfo& sentence : sentences()) {
    std::vector<Form> all;
    forms(pattern(sentence.id), 0, {"", std::vector<std::uint8_t>(pattern(sentence.id).picks())}, all);
    for (const Form& form : all) {
      const std::vector<Token> tokens = lex(form.text, 1);
      const std::vector<Sentence> sentences = reader.read(sentence.list, tokens, tokens[0], "test");
      ASSERT_EQ(sentences.size(), 1u) << form.text;
      EXPECT_EQ(info(sentences[0].id).name, sentence.name) << form.text;
      EXPECT_EQ(sentences[0].picks, form.picks) << form.text;
      ++read;
    }
  }
  EXPECT_GT(read, 500u);
}

TEST(Words, OfTheCoreAndTheLanguageAreTheSame) {
  EXPECT_EQ(word_number(Slot::PROOF, "operator"), static_cast<std::uint8_t>(ha::Proof::operator_word));
  EXPECT_EQ(word_number(Slot::REASON, "tie"), static_cast<std::uint8_t>(ha::Reason::tie));
  EXPECT_EQ(word_number(Slot::REASON, "none"), std::nullopt);
  EXPECT_EQ(word_number(Slot::COMMAND, "stop"), static_cast<std::uint8_t>(CommandWord::stop));
  EXPECT_EQ(word_number(Slot::INVARIANT, "I7"), 7);
  EXPECT_EQ(word_number(Slot::INVARIANT, "one_writer"), 1);
  EXPECT_EQ(word_number(Slot::INVARIANT, "I0"), std::nullopt);
}

}  // namespace
}  // namespace hasim
