// Counting of voters.
#include "sim/voters.h"

#include "sim/faults.h"
#include "sim/network.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kFirstAnswer = milliseconds{10};
constexpr Duration kLooksAgain = seconds{1};
constexpr Duration kListens = seconds{3};  ///< how long answers to one question may still come

/// Has that fault taken this voter? `INT of VOTERS` takes the first of those it names.
bool taken(const Engine& e, const Fault& fault, std::size_t voter) {
  const ThingId id = e.layout->spec->voters[voter].id;
  if (fault.id == SentenceId::fault_voters_off) return fault.thing[0] == id;
  if (fault.id == SentenceId::fault_some_voters_off) { return voter < static_cast<std::size_t>(fault.amount[0]); }
  return false;
}

bool blind_to(const Engine& e, const Fault& fault, std::size_t voter, ThingId head) {
  if (fault.id != SentenceId::fault_voters_cannot_see || fault.thing[1] != head) return false;
  if (fault.pick[0] == 1) return voter < static_cast<std::size_t>(fault.amount[0]);
  return fault.thing[0] == e.layout->spec->voters[voter].id;
}

bool hears(Engine& e, std::size_t voter, int head) {
  const ThingId id = e.layout->spec->voters[voter].id;
  const ThingId of = e.id_of(head);
  if (newest(e, [&](const Fault& f) { return blind_to(e, f, voter, of); }) != nullptr) return false;
  return e.now() - beat_heard(e, head, id) < e.head(head).config.warn_after;
}

ha::VoterTally count(Engine& e, int head) {
  ha::VoterTally tally;
  if (e.s.tables.voters_off) return tally;
  const std::size_t voters = e.layout->spec->voters.size();
  for (std::size_t v = 0; v < voters; ++v) {
    if (newest(e, [&](const Fault& f) { return taken(e, f, v); }) != nullptr) continue;
    const auto trip = round_trip(e, e.id_of(head), e.layout->spec->voters[v].id);
    if (!trip || *trip > kListens) continue;  // too late to count
    ++tally.answered;
    if (hears(e, v, head)) ++tally.hear_me;
    if (hears(e, v, e.head(head).peer)) ++tally.hear_peer;
  }
  return tally;
}

VoterQuestion& question_of(Engine& e, int head) { return e.s.tables.question[static_cast<std::size_t>(head)]; }

}  // namespace

void ask_voters(Engine& e, int head, std::uint64_t request) {
  question_of(e, head) = {request, e.now() + kListens, 0xffff, 0, 0};
  e.later(kFirstAnswer, {.kind = DueKind::voters_answer,
                         .head = static_cast<std::uint8_t>(head),
                         .life = e.core(head).life,
                         .a = request});
}

bool voters_have_news(Engine& e, const Due& due) {
  VoterQuestion& question = question_of(e, due.head);
  if (question.id != due.a) return false;
  const ha::VoterTally now = count(e, due.head);
  const bool news =
      now.answered != question.answered || now.hear_me != question.hear_me || now.hear_peer != question.hear_peer;
  question.answered = now.answered;
  question.hear_me = now.hear_me;
  question.hear_peer = now.hear_peer;
  if (e.now() + kLooksAgain < question.until) e.later(kLooksAgain, due);
  return news;
}

ha::VoterTally voters_answer(Engine& e, const Due& due) {
  const VoterQuestion& question = question_of(e, due.head);
  return {ha::RequestId{due.a}, question.answered, question.hear_me, question.hear_peer};
}

}  // namespace hasim::sim
