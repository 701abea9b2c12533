// Its outlets, and what is wrong between an order and an outlet.
#include "netns/pdu.h"

#include <algorithm>

namespace hasim::netns {

Pdu::Pdu(const Plan& plan, const PduSpec& spec, Cables& switches)
    : Device(plan, spec.id, spec.network, switches), spec_(spec) {
  begin({Plan::program("hasim-cell"), "pdu", plan.spec().name_of(spec.id), plan.address_of(spec.id, spec.network)},
        plan.folder_of_pdu(spec));
}

void Pdu::dark(bool on) {
  dark_ += on ? 1 : -1;
  disconnect(on);
}

void Pdu::turn(ThingId head, bool on) {
  if (on)
    off_.erase(head);
  else
    off_.insert(head);
}

ThingId Pdu::behind(ThingId name) const {
  const auto found =
      std::find_if(crossed_.rbegin(), crossed_.rend(), [&](const Crossed& c) { return c.named == name; });
  return found == crossed_.rend() ? name : found->wired;
}

void Pdu::cross(ThingId wired, ThingId named, bool on) {
  const Crossed cords{wired, named};
  if (on)
    crossed_.push_back(cords);
  else
    crossed_.erase(std::find(crossed_.begin(), crossed_.end(), cords));
}

bool Pdu::fails_on(ThingId head) const {
  const auto found = fails_.find(head);
  return found != fails_.end() && found->second > 0;
}

}  // namespace hasim::netns
