// Counting of voters.
#include "sim/voters.h"

#include <algorithm>

#include "sim/faults.h"
#include "sim/storage.h"
#include "sim/store.h"
#include "sim/ways.h"

namespace hasim::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kFirstAnswer = milliseconds{10};
constexpr Duration kPollsAgain = seconds{1};
constexpr Duration kListens = seconds{3};  ///< how long answers to one question may still come

/// A voter, or a witness that votes.
struct Voice {
  ThingId id;
  std::size_t number;  ///< `INT of VOTERS` takes the first ones; witnesses come after all voters
};

bool taken(const Fault& fault, const Voice& voice) {
  if (fault.id == SentenceId::fault_voters_off) return fault.thing[0] == voice.id;
  if (fault.id != SentenceId::fault_some_voters_off) return false;
  return voice.number < static_cast<std::size_t>(fault.amount[0]);
}

bool blind_to(const Fault& fault, const Voice& voice, ThingId head) {
  if (fault.id != SentenceId::fault_voters_cannot_see || fault.thing[1] != head) return false;
  if (fault.pick[0] == 1) return voice.number < static_cast<std::size_t>(fault.amount[0]);
  return fault.thing[0] == voice.id;
}

bool hears(Engine& e, const Voice& voice, int head) {
  const ThingId of = e.id_of(head);
  if (newest(e, [&](const Fault& f) { return blind_to(f, voice, of); }) != nullptr) return false;
  Time heard = beat_heard(e, head, voice.id);
  if (const Fault* away = witness_away(e, voice.id, of)) heard = std::min(heard, away->since);
  return e.now() - heard < e.head(head).config.warn_after;
}

/// Stands in a hard mount of a NAS that does not answer it: whoever asks it waits as well.
bool waits_for_files(Engine& e, const VoterSpec& voter) {
  if (!voter.hard) return false;
  for (int nas = 0; nas < static_cast<int>(e.layout->spec->nas.size()); ++nas) {
    if (reach_nas(e, nas, voter.id) != Reach::works) return true;
  }
  return false;
}

bool answers(Engine& e, const VoterSpec& voter, const Voice& voice) {
  if (e.s.tables.voters_off.test(voice.number) || waits_for_files(e, voter)) return false;
  return newest(e, [&](const Fault& f) { return taken(f, voice); }) == nullptr;
}

ha::VoterTally count(Engine& e, int head) {
  ha::VoterTally tally;
  const WorldSpec& spec = *e.layout->spec;
  const auto ask = [&](const Voice& voice) {
    const auto trip = round_trip(e, e.id_of(head), voice.id);
    if (!trip || *trip > kListens) return;  // too late to count
    ++tally.answered;
    if (hears(e, voice, head)) ++tally.hear_me;
    if (hears(e, voice, e.head(head).peer)) ++tally.hear_peer;
  };
  for (std::size_t v = 0; v < spec.voters.size(); ++v) {
    const Voice voice{spec.voters[v].id, v};
    if (answers(e, spec.voters[v], voice)) ask(voice);
  }
  for (std::size_t w = 0; w < spec.witnesses.size(); ++w) {
    const bool votes = !spec.witnesses[w].lease && witness_answers(e, static_cast<int>(w), e.id_of(head));
    if (votes) ask({spec.witnesses[w].id, spec.voters.size() + w});
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
  if (e.now() + kPollsAgain < question.until) e.later(kPollsAgain, due);
  return news;
}

ha::VoterTally voters_answer(Engine& e, const Due& due) {
  const VoterQuestion& question = question_of(e, due.head);
  return {ha::RequestId{due.a}, question.answered, question.hear_me, question.hear_peer};
}

}  // namespace hasim::sim
