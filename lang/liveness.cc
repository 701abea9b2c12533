// Invariants that are broken by what lasts: I4 (an address is answered wrongly for 2 s) and I7 (nobody serves although
// somebody could). Between two events nothing changes, so both are looked at only when an event comes after their time.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "lang/invariants.h"

namespace hasim {

namespace {

constexpr Duration kAnswerWithin = std::chrono::seconds{2};

/// A head that nothing keeps from taking over.
bool is_fit(const HeadPicture& head) {
  return head.power && head.up && !head.hung && !head.frozen && head.core_runs && head.armed && !head.leaving &&
         !head.maintenance && !head.standby && !head.holds.has(ha::Reason::damped);
}

}  // namespace

void Invariants::fault_begins(std::uint32_t number, ThingId thing, bool ends_with_power, Time t,
                              const Picture& picture) {
  in_force_.push_back({number, thing, ends_with_power});
  watch_answers(t, picture);
  watch_liveness(t, picture);
}

void Invariants::fault_ends(std::uint32_t number, Time t, const Picture& picture) {
  if (std::erase_if(in_force_, [&](const InForce& f) { return f.number == number; }) == 0) return;
  watch_answers(t, picture);
  watch_liveness(t, picture);
}

bool Invariants::free_of_faults(ThingId except) const {
  return std::all_of(in_force_.begin(), in_force_.end(), [&](const InForce& f) { return f.thing == except; });
}

bool Invariants::answered_wrong(int part, const Picture& picture) const {
  const PartSpec& spec = spec_->parts[static_cast<std::size_t>(part)];
  const HeadSet owners = picture.service(head_of(spec.service)).owners;
  if (std::popcount(owners) != 1) return false;
  const int owner = std::countr_zero(owners);
  const HeadPicture& head = picture.head(owner);
  const ThingId id = spec_->heads[static_cast<std::size_t>(owner)].id;
  const ThingId peer = spec_->peer_of(id);
  if (!head.up || head.hung || head.frozen || !free_of_faults(peer)) return false;
  return picture.answered(part) != owners;
}

/// The time counts from the last change: of the answer, of the owner, or of the faults.
void Invariants::watch_answers(Time t, const Picture& picture) {
  for (std::size_t i = 0; i < wrong_since_.size(); ++i) {
    if (spec_->parts[i].kind != ThingKind::address) continue;
    const bool wrong = answered_wrong(static_cast<int>(i), picture);
    if (!wrong) {
      wrong_since_[i] = Time::max();
    } else if (wrong_since_[i] == Time::max() || picture.owner_changed() != 0) {
      wrong_since_[i] = t;
      due_ = std::min(due_, t + kAnswerWithin);
    }
  }
}

/// One head off, the other fit, the dead one's BMC answers, and nothing else is wrong: there must be an owner soon.
bool Invariants::should_serve(int cell, const Picture& picture) const {
  const CellSpec& spec = spec_->cells[static_cast<std::size_t>(cell)];
  if (spec.heads[0] == kNoThing || spec.heads[1] == kNoThing) return false;
  for (int side = 0; side < 2; ++side) {
    const ThingId gone = spec.heads[static_cast<std::size_t>(side)];
    const HeadPicture& dead = picture.head(head_of(gone));
    if (dead.power || !dead.bmc_reachable ||
        !is_fit(picture.head(head_of(spec.heads[static_cast<std::size_t>(1 - side)])))) {
      continue;
    }
    if (!free_of_faults(gone) || (stays_ && has(left_, head_of(gone)))) continue;
    for (std::size_t i = 0; i < spec_->services.size(); ++i) {
      if (spec_->services[i].cell == spec.id && picture.service(static_cast<int>(i)).owners == 0) return true;
    }
  }
  return false;
}

void Invariants::watch_liveness(Time t, const Picture& picture) {
  for (std::size_t i = 0; i < nobody_since_.size(); ++i) {
    if (!should_serve(static_cast<int>(i), picture)) {
      nobody_since_[i] = Time::max();
    } else if (nobody_since_[i] == Time::max()) {
      nobody_since_[i] = t;
      due_ = std::min(due_, t + live_within_);
    }
  }
}

void Invariants::overdue(Time t, const Picture& picture) {
  due_ = Time::max();
  for (std::size_t i = 0; i < wrong_since_.size(); ++i) {
    if (wrong_since_[i] == Time::max() || broken(4)) continue;
    const Time due = wrong_since_[i] + kAnswerWithin;
    if (t <= due) {
      due_ = std::min(due_, due);
      continue;
    }
    const HeadSet answered = picture.answered(static_cast<int>(i));
    const std::string who = answered == 0                 ? "nobody"
                            : std::popcount(answered) > 1 ? "two heads"
                                                          : name(std::countr_zero(answered));
    const HeadSet owners = picture.service(head_of(spec_->parts[i].service)).owners;
    breaks(4, due, {},
           fmt::format("{} is answered by {} 2 s after {} began to serve", spec_->name_of(spec_->parts[i].id), who,
                       name(std::countr_zero(owners))));
  }
  for (std::size_t i = 0; i < nobody_since_.size(); ++i) {
    if (nobody_since_[i] == Time::max() || broken(7)) continue;
    const Time due = nobody_since_[i] + live_within_;
    if (t <= due) {
      due_ = std::min(due_, due);
      continue;
    }
    breaks(7, due, {},
           fmt::format("nobody of {} serves, although one head is off and the other could take over",
                       spec_->name_of(spec_->cells[i].id)));
  }
}

}  // namespace hasim
