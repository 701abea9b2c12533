// What each head may rest its next start on, and what it starts.
#include "lang/proof_first.h"

#include <fmt/format.h>

#include <bit>

namespace hasim {

namespace {

bool ends_core(const Event& e) {
  switch (e.kind) {
    case EventKind::core_runs:
    case EventKind::boots:
    case EventKind::panics:
    case EventKind::resets: return true;
    case EventKind::power:
    case EventKind::up: return e.x == 0;
    default: return false;
  }
}

/// Started by its core, not again after a failure.
bool is_first_start(const Event& e) { return e.kind == EventKind::part_runs && e.x == 1 && e.y != 2; }

}  // namespace

void ProofFirst::reset(const WorldSpec& spec) {
  spec_ = &spec;
  heads_.assign(spec.heads.size(), {});
}

void ProofFirst::see(const Event& e, const Picture& picture, const Soundness& soundness) {
  if (e.who == kNoThing) return;
  if (ends_core(e)) {
    head(e.who) = {};
  } else if (e.kind == EventKind::proof) {
    if (proves()) took(e, picture);
  } else if (e.kind == EventKind::role) {
    if (proves()) starts(e, picture);
  } else if (e.kind == EventKind::reply && static_cast<ha::CommandKind>(e.x) == ha::CommandKind::acknowledge) {
    if (static_cast<ha::Outcome>(e.y) != ha::Outcome::refused) head(e.who).vouched = true;
  } else if (is_first_start(e) && e.with != kNoThing && !soundness.by_hand()) {
    started(e, picture);
  }
}

void ProofFirst::took(const Event& e, const Picture& picture) {
  const std::size_t number = picture.number_of(e);
  Start& start = head(e.who).start[number];
  start.proof = e.y != 0 ? static_cast<ha::Proof>(e.x) : ha::Proof::none;
  start.epoch = e.value;
  start.taken = e.id;
  const ThingId peer = spec_->peer_of(e.who);
  if (start.proof == ha::Proof::peer_passive && peer != kNoThing &&
      picture.head(head_of(peer)).service[number].promised < e.value) {
    breaches_.add(2, e.t, {e.id, 0},
                  fmt::format("{} took the word of {} for epoch {}, which {} never promised", spec_->name_of(e.who),
                              spec_->name_of(peer), shown_epoch(e.value), spec_->name_of(peer)));
  }
  if (start.proof == ha::Proof::operator_word && !head(e.who).vouched) {
    breaches_.add(2, e.t, {e.id, 0},
                  fmt::format("{} took an operator's word, and nobody had given it", spec_->name_of(e.who)));
  }
}

void ProofFirst::starts(const Event& e, const Picture& picture) {
  Start& start = head(e.who).start[picture.number_of(e)];
  const auto role = static_cast<ha::Role>(e.y);
  if (role == ha::Role::passive || role == ha::Role::init) start.proof = ha::Proof::none;
  if (role != ha::Role::starting || e.cause == ha::Cause::resumed) return;
  if (start.proof == ha::Proof::none) {
    breaches_.add(2, e.t, {e.id, 0},
                  fmt::format("{} starts under epoch {} without a proof", spec_->name_of(e.who), shown_epoch(e.value)));
  } else if (start.epoch != e.value) {
    breaches_.add(2, e.t, {e.id, start.taken},
                  fmt::format("{} starts under epoch {} with a proof for epoch {}", spec_->name_of(e.who),
                              shown_epoch(e.value), shown_epoch(start.epoch)));
  }
}

void ProofFirst::started(const Event& e, const Picture& picture) {
  const PartSpec& part = spec_->parts[static_cast<std::size_t>(head_of(e.who))];
  const std::size_t number = spec_->services[static_cast<std::size_t>(head_of(part.service))].number;
  const int starter = head_of(e.with);
  const ha::Role role = picture.head(starter).service[number].role;
  if (!picture.head(starter).core_runs || (role != ha::Role::starting && role != ha::Role::owner)) return;
  const HeadSet others = picture.service(head_of(part.service)).holders & ~only(starter) & picture.machines_on();
  if (others == 0) return;
  const Start& start = head(e.with).start[number];
  const std::string rests = !proves()                        ? ""
                            : start.proof == ha::Proof::none ? " without a proof"
                                                             : fmt::format(" by the proof {}", to_string(start.proof));
  breaches_.add(2, e.t, {e.id, start.taken},
                fmt::format("{} started {}{} while {} held {}", name(starter), spec_->name_of(e.who), rests,
                            name(std::countr_zero(others)), spec_->name_of(part.service)));
}

}  // namespace hasim
