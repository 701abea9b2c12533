// Whom the clients reach, beside who owns.
#include "lang/one_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace hasim {

namespace {

constexpr Duration kWithin = std::chrono::seconds{2};
constexpr Time kNot = Time::max();

}  // namespace

void OneAnswer::reset(const WorldSpec& spec) {
  spec_ = &spec;
  addresses_.clear();
  of_service_.resize(spec.services.size());
  for (std::vector<std::size_t>& parts : of_service_) parts.clear();
  for (std::size_t i = 0; i < spec.parts.size(); ++i) {
    if (spec.parts[i].kind != ThingKind::address) continue;
    addresses_.push_back(i);
    of_service_[static_cast<std::size_t>(index(spec.parts[i].service))].push_back(i);
  }
  wrong_.assign(addresses_.size(), {});
  twice_.assign(spec.services.size(), {});
}

void OneAnswer::note(Since& since, bool wrong, bool anew, Time t, std::uint32_t event) {
  if (!wrong) {
    since = {};
  } else if (since.t == kNot || anew) {
    since = {t, event};
  }
}

HeadSet OneAnswer::answering(std::size_t service, const Picture& picture) const {
  HeadSet heads = 0;
  for (const std::size_t part : of_service_[service]) heads |= picture.answered(static_cast<int>(part));
  return heads & ~kForeignMac;  // a stranger with our address is not what a core did
}

bool OneAnswer::answered_wrong(std::size_t part, const Picture& picture, const Soundness& soundness) const {
  const HeadSet owners = picture.service(index(spec_->parts[part].service)).owners;
  if ((picture.answered(static_cast<int>(part)) & kForeignMac) != 0) return false;
  if (std::popcount(owners) != 1 || picture.answered(static_cast<int>(part)) == owners) return false;
  const int owner = std::countr_zero(owners);
  const HeadPicture& head = picture.head(owner);
  if (!head.up || head.hung || head.frozen) return false;
  return soundness.sound_but(spec_->peer_of(spec_->heads[static_cast<std::size_t>(owner)].id));
}

/// The time counts from the last change: of the answer, of the owner, or of what is sound.
Time OneAnswer::watch(Time t, std::uint32_t event, const Picture& picture, const Soundness& soundness) {
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    note(wrong_[i], answered_wrong(addresses_[i], picture, soundness), picture.owner_changed() != 0, t, event);
  }
  for (std::size_t i = 0; i < twice_.size(); ++i) {
    const bool twice = std::popcount(answering(i, picture)) > 1 && !soundness.by_hand();
    note(twice_[i], twice, false, t, event);
  }
  return due();
}

Time OneAnswer::due() const {
  if (breaches_.broken(4)) return kNot;
  Time first = kNot;
  for (const Since& since : wrong_) first = std::min(first, since.t);
  for (const Since& since : twice_) first = std::min(first, since.t);
  return first == kNot ? kNot : first + kWithin;
}

Time OneAnswer::overdue(Time t, const Picture& picture) {
  const auto over = [&](const Since& since) { return since.t != kNot && t > since.t + kWithin; };
  for (std::size_t i = 0; i < twice_.size(); ++i) {
    if (!over(twice_[i])) continue;
    const HeadSet heads = answering(i, picture);
    const int first = std::countr_zero(heads);
    breaches_.add(4, twice_[i].t + kWithin, {twice_[i].event, 0},
                  fmt::format("{} and {} have both answered for {} for 2 s", name(first),
                              name(std::countr_zero(heads & ~only(first))), spec_->name_of(spec_->services[i].id)));
  }
  for (std::size_t i = 0; i < wrong_.size(); ++i) {
    if (!over(wrong_[i])) continue;
    const PartSpec& part = spec_->parts[addresses_[i]];
    const HeadSet answered = picture.answered(static_cast<int>(addresses_[i]));
    const HeadSet owners = picture.service(index(part.service)).owners;
    breaches_.add(
        4, wrong_[i].t + kWithin, {wrong_[i].event, 0},
        fmt::format("{} is answered by {} 2 s after {} began to serve", spec_->name_of(part.id),
                    answered == 0 ? "nobody" : name(std::countr_zero(answered)), name(std::countr_zero(owners))));
  }
  return due();
}

}  // namespace hasim
