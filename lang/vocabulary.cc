// The table of sentences, made from vocabulary.def.
#include "lang/vocabulary.h"

#include <array>

#include "lang/pattern.h"

namespace hasim {
namespace {

using enum Life;
using enum Stage;
using enum ObservationKind;

constexpr std::array kSentences{
#define FAULT(id, pattern, life, stage, needs, remark) \
  SentenceInfo{SentenceId::id, SentenceList::fault, #id, pattern, needs, remark, Life::life, Stage::stage, state},
#define ACTION(id, pattern, needs, remark) \
  SentenceInfo{SentenceId::id, SentenceList::action, #id, pattern, needs, remark, once, Stage::mains, state},
#define OBSERVATION(id, pattern, kind, remark) \
  SentenceInfo{SentenceId::id, SentenceList::observation, #id, pattern, "", remark, once, Stage::mains, kind},
#define OPERATION(id, pattern) \
  SentenceInfo{SentenceId::id, SentenceList::operation, #id, pattern, "", "", once, Stage::mains, state},
#define CLAUSE(kind, id, pattern)
#include "lang/vocabulary.def"
#undef FAULT
#undef ACTION
#undef OBSERVATION
#undef OPERATION
#undef CLAUSE
};
static_assert(kSentences.size() == static_cast<std::size_t>(SentenceId::count_));

}  // namespace

const SentenceInfo& info(SentenceId id) { return kSentences[static_cast<std::size_t>(id)]; }

std::span<const SentenceInfo> sentences() { return kSentences; }

const Pattern& pattern(SentenceId id) {
  static const std::vector<Pattern> patterns = [] {
    std::vector<Pattern> all;
    for (const SentenceInfo& sentence : kSentences) all.emplace_back(sentence.pattern);
    return all;
  }();
  return patterns[static_cast<std::size_t>(id)];
}

}  // namespace hasim
