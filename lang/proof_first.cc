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
    heads_[static_cast<std::size_t>(head_of(e.who))] = {};
  } else if (e.kind == EventKind::proof) {
    if (proves()) took(e, picture);
  } else if (e.kind == EventKind::role) {
    if (proves()) starts(e);
  } else if (e.kind == EventKind::reply && static_cast<ha::CommandKind>(e.x) == ha::CommandKind::acknowledge) {
    if (static_cast<ha::Outcome>(e.y) != ha::Outcome::refused)
      heads_[static_cast<std::size_t>(head_of(e.who))].vouched = true;
  } else if (is_first_start(e) && e.with != kNoThing && !soundness.by_hand()) {
    started(e, picture);
  }
}

void ProofFirst::took(const Event& e, const Picture& picture) {
  Start& start = heads_[static_cast<std::size_t>(head_of(e.who))];
  start.proof = e.y != 0 ? static_cast<ha::Proof>(e.x) : ha::Proof::none;
  start.epoch = e.value;
  start.taken = e.id;
  const ThingId peer = spec_->peer_of(e.who);
  if (start.proof == ha::Proof::peer_passive && peer != kNoThing && picture.head(head_of(peer)).promised < e.value) {
    breaches_.add(2, e.t, {e.id, 0},
                  fmt::format("{} took the word of {} for epoch {}, which {} never promised", spec_->name_of(e.who),
                              spec_->name_of(peer), shown_epoch(e.value), spec_->name_of(peer)));
  }
  if (start.proof == ha::Proof::operator_word && !start.vouched) {
    breaches_.add(2, e.t, {e.id, 0},
                  fmt::format("{} took an operator's word, and nobody had given it", spec_->name_of(e.who)));
  }
}

void ProofFirst::starts(const Event& e) {
  Start& start = heads_[static_cast<std::size_t>(head_of(e.who))];
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
  const int head = head_of(e.with);
  const HeadPicture& starter = picture.head(head);
  if (!starter.core_runs || (starter.role != ha::Role::starting && starter.role != ha::Role::owner)) return;
  const PartSpec& part = spec_->parts[static_cast<std::size_t>(head_of(e.who))];
  const HeadSet others = picture.service(head_of(part.service)).holders & ~only(head) & picture.machines_on();
  if (others == 0) return;
  const Start& start = heads_[static_cast<std::size_t>(head)];
  const std::string rests = !proves()                        ? ""
                            : start.proof == ha::Proof::none ? " without a proof"
                                                             : fmt::format(" by the proof {}", to_string(start.proof));
  breaches_.add(2, e.t, {e.id, start.taken},
                fmt::format("{} started {}{} while {} held {}", name(head), spec_->name_of(e.who), rests,
                            name(std::countr_zero(others)), spec_->name_of(part.service)));
}

}  // namespace hasim
