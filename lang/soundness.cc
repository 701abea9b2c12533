// A handful of things that are wrong at one time: a list is enough.
#include "lang/soundness.h"

#include <algorithm>
#include <limits>

namespace hasim {

namespace {

/// A server that does not serve is no fault with a number.
constexpr std::uint32_t kServer = std::numeric_limits<std::uint32_t>::max() - 1;

}  // namespace

void Soundness::want(Interest& interest) {
  for (const EventKind kind : {EventKind::power, EventKind::boots, EventKind::healed, EventKind::server})
    interest.want(kind);
}

bool Soundness::ends(std::uint32_t number) {
  return std::erase_if(wrong_, [&](const Wrong& w) { return w.number == number; }) != 0;
}

void Soundness::see(const Event& e) {
  switch (e.kind) {
    case EventKind::power:
    case EventKind::boots:
      std::erase_if(wrong_, [&](const Wrong& w) {
        return w.excuse.lasts == Excuse::Lasts::until_power_or_healed && w.excuse.thing == e.who;
      });
      break;
    case EventKind::server:
      std::erase_if(wrong_, [&](const Wrong& w) { return w.number == kServer && w.excuse.thing == e.who; });
      if (e.x == 0) begins(kServer, {Excuse::Lasts::until_healed, Excuse::What::anything, e.who});
      break;
    case EventKind::healed: ends(static_cast<std::uint32_t>(e.value)); break;
    default: break;
  }
}

bool Soundness::sound_but(ThingId first, ThingId second) const {
  return std::all_of(wrong_.begin(), wrong_.end(), [&](const Wrong& w) {
    return w.excuse.thing != kNoThing && (w.excuse.thing == first || w.excuse.thing == second);
  });
}

bool Soundness::faultless_but(ThingId thing) const {
  return std::all_of(wrong_.begin(), wrong_.end(), [&](const Wrong& w) {
    return w.number == kServer || (w.excuse.thing != kNoThing && w.excuse.thing == thing);
  });
}

bool Soundness::by_hand() const {
  return std::any_of(wrong_.begin(), wrong_.end(), [](const Wrong& w) { return w.excuse.thing == kNoThing; });
}

bool Soundness::has(ThingId thing, Excuse::What what) const {
  return std::any_of(wrong_.begin(), wrong_.end(),
                     [&](const Wrong& w) { return w.excuse.thing == thing && w.excuse.what == what; });
}

}  // namespace hasim
