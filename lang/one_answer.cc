// Whom the clients reach, beside who owns.
#include "lang/one_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace hasim {

namespace {

constexpr Duration kWithin = std::chrono::seconds{2};
constexpr Time kNotYet = Time::max();

}  // namespace

void OneAnswer::reset(const WorldSpec& spec) {
  spec_ = &spec;
  reannounce_every_ = spec.settings.duration("reannounce_every");
  addresses_.clear();
  of_service_.resize(spec.services.size());
  for (std::vector<std::size_t>& parts : of_service_) parts.clear();
  for (std::size_t i = 0; i < spec.parts.size(); ++i) {
    if (spec.parts[i].kind != ThingKind::address) continue;
    addresses_.push_back({i, true, Time{0}, {}});
    of_service_[static_cast<std::size_t>(index(spec.parts[i].service))].push_back(i);
  }
  twice_.assign(spec.services.size(), {});
}

void OneAnswer::note(Since& since, bool wrong, bool anew, const Since& from_now) {
  if (!wrong) {
    since = {};
  } else if (since.t == kNotYet || anew) {
    since = from_now;
  }
}

HeadSet OneAnswer::answering(std::size_t service, const Picture& picture) const {
  HeadSet heads = 0;
  for (const std::size_t part : of_service_[service]) heads |= picture.answered(static_cast<int>(part));
  return heads & ~kForeignMac;  // a stranger with our address is not what a core did
}

/// It has one owner that is up, and not that one answers.
bool OneAnswer::answered_wrong(std::size_t part, const Picture& picture) const {
  const HeadSet owners = picture.service(index(spec_->parts[part].service)).owners;
  if ((picture.answered(static_cast<int>(part)) & kForeignMac) != 0) return false;
  if (std::popcount(owners) != 1 || picture.answered(static_cast<int>(part)) == owners) return false;
  const HeadPicture& head = picture.head(std::countr_zero(owners));
  return head.up && !head.hung && !head.frozen;
}

/// What is wrong with the peer keeps no client from an owner. kNoThing: there is no one owner.
ThingId OneAnswer::peer_of_owner(std::size_t part, const Picture& picture) const {
  const HeadSet owners = picture.service(index(spec_->parts[part].service)).owners;
  if (std::popcount(owners) != 1) return kNoThing;
  return spec_->peer_of(spec_->heads[static_cast<std::size_t>(std::countr_zero(owners))].id);
}

/// Its core starts the service, and will announce the address. A part that is restarted is no news of the address.
bool OneAnswer::will_announce(std::size_t part, const Picture& picture) const {
  const int service = index(spec_->parts[part].service);
  const HeadSet owners = picture.service(service).owners;
  if (std::popcount(owners) != 1) return false;
  const std::uint8_t number = spec_->services[static_cast<std::size_t>(service)].number;
  return picture.head(std::countr_zero(owners)).service[number].role != ha::Role::owner;
}

/// The time counts from the last change: of the answer, of the owner, or of what is sound.
void OneAnswer::watch(Address& address, Time t, std::uint32_t event, const Picture& picture,
                      const Soundness& soundness) {
  const ThingId peer = peer_of_owner(address.part, picture);
  const bool faultless = soundness.faultless_but(peer);
  const bool healed = faultless && !address.faultless;
  if (faultless || peer != kNoThing) address.faultless = faultless;
  if (healed) address.heard_again = t + reannounce_every_;
  if (will_announce(address.part, picture)) address.heard_again = Time{0};
  const Duration within = std::max(kWithin, address.heard_again - t);
  const bool wrong = soundness.sound_but(peer) && answered_wrong(address.part, picture);
  note(address.wrong, wrong, picture.owner_changed() != 0, {t, event, within});
}

Time OneAnswer::watch(Time t, std::uint32_t event, const Picture& picture, const Soundness& soundness) {
  for (Address& address : addresses_) watch(address, t, event, picture, soundness);
  for (std::size_t i = 0; i < twice_.size(); ++i) {
    const bool twice = std::popcount(answering(i, picture)) > 1 && !soundness.by_hand();
    note(twice_[i], twice, false, {t, event, kWithin});
  }
  return due();
}

Time OneAnswer::due() const {
  Time first = kNotYet;
  if (breaches_.broken(4)) return first;
  const auto look = [&first](const Since& since) {
    if (since.t != kNotYet) first = std::min(first, since.t + since.within);
  };
  for (const Address& address : addresses_) look(address.wrong);
  for (const Since& since : twice_) look(since);
  return first;
}

Time OneAnswer::overdue(Time t, const Picture& picture) {
  for (std::size_t i = 0; i < twice_.size(); ++i) {
    if (!twice_[i].over(t)) continue;
    const HeadSet heads = answering(i, picture);
    const int first = std::countr_zero(heads);
    breaches_.add(4, twice_[i].t + kWithin, {twice_[i].event, 0},
                  fmt::format("{} and {} have both answered for {} for 2 s", name(first),
                              name(std::countr_zero(heads & ~only(first))), spec_->name_of(spec_->services[i].id)));
  }
  for (const Address& address : addresses_) {
    const Since& wrong = address.wrong;
    if (!wrong.over(t)) continue;
    const PartSpec& part = spec_->parts[address.part];
    const HeadSet answered = picture.answered(static_cast<int>(address.part));
    const HeadSet owners = picture.service(index(part.service)).owners;
    breaches_.add(
        4, wrong.t + wrong.within, {wrong.event, 0},
        fmt::format("{} is answered by {} {} s after {} began to serve{}", spec_->name_of(part.id),
                    answered == 0 ? "nobody" : name(std::countr_zero(answered)), wrong.within / std::chrono::seconds{1},
                    name(std::countr_zero(owners)), wrong.within > kWithin ? " or could be heard again" : ""));
  }
  return due();
}

}  // namespace hasim
