// From events to letters.
#include "report/lanes.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/event.h"
#include "report/describe.h"

namespace hasim {
namespace {

constexpr auto kOwner = static_cast<std::uint8_t>(ha::Role::owner);

}  // namespace

Lanes::Lanes(const WorldSpec& spec) {
  for (const HeadSpec& head : spec.heads) {
    Head lane;
    lane.id = head.id;
    lane.cell = head.cell;
    lane.name = spec.name_of(head.id);
    if (head.cell != kNoThing)
      lane.services = std::max<std::size_t>(1, spec.cells[spec.things[head.cell].index].services.size());
    heads_.push_back(std::move(lane));
  }
  numbers_.assign(spec.things.size(), 0);
  for (const ServiceSpec& service : spec.services) numbers_[service.id] = service.number;
}

Lanes::Head* Lanes::find(ThingId id) {
  for (Head& head : heads_) {
    if (head.id == id) return &head;
  }
  return nullptr;
}

void Lanes::follow(const Event& event) {
  Head* head = find(event.who);
  if (head == nullptr) return;
  Service& service = head->service.at(event.with < numbers_.size() ? numbers_[event.with] : 0);
  switch (event.kind) {
    case EventKind::power:
    case EventKind::boots:
    case EventKind::resets:
      *head = Head{.id = head->id, .cell = head->cell, .name = head->name, .services = head->services};
      head->power = event.kind != EventKind::power || event.x != 0;
      break;
    case EventKind::up:
      head->up = event.x != 0;
      head->power |= head->up;
      if (!head->up) {
        for (Service& of : head->service) of.role = 0;
      }
      break;
    case EventKind::hung:
    case EventKind::frozen: head->stands_still = event.x != 0; break;
    case EventKind::hold: service.holds = event.x != 0; break;
    case EventKind::peer_view: head->peer = event.y; break;
    case EventKind::role:
      service.role = event.y;
      head->power = head->up = true;
      if (event.y == kOwner) service.epoch = epoch_ = epoch_number(event.value);
      break;
    default: break;
  }
}

std::string Lanes::letter_of(const Head& head, const Service& service) {
  switch (static_cast<ha::Role>(service.role)) {
    case ha::Role::owner: return fmt::format("A{}", service.epoch);
    case ha::Role::starting: return "S";
    case ha::Role::stopping: return "o";
    case ha::Role::fencing: return service.holds ? "h" : "f";
    case ha::Role::init: return service.holds ? "h" : "b";
    default: break;
  }
  if (service.holds) return "h";
  const auto peer = static_cast<ha::PeerView>(head.peer);
  return peer == ha::PeerView::lost ? "l" : peer == ha::PeerView::suspect ? "s" : "p";
}

std::string Lanes::state_of(std::size_t index) const {
  const Head& head = heads_[index];
  if (!head.power) return "-";
  std::string letters = head.up ? "" : "b";
  bool alike = true;
  for (std::size_t i = 0; head.up && i < head.services; ++i) {
    const std::string letter = letter_of(head, head.service[i]);
    alike = alike && letter == letter_of(head, head.service[0]) && letter[0] != 'A';
    letters += (i > 0 ? "/" : "") + letter;
  }
  if (head.up && alike) letters = letter_of(head, head.service[0]);
  return head.stands_still ? letters + "~" : letters;
}

bool Lanes::two_active() const {
  for (const Head& a : heads_) {
    for (const Head& b : heads_) {
      if (&a == &b || a.cell != b.cell || !a.power || !b.power) continue;
      for (std::size_t i = 0; i < a.service.size(); ++i) {
        if (a.service[i].role == kOwner && b.service[i].role == kOwner) return true;
      }
    }
  }
  return false;
}

std::vector<std::string> Lanes::legend(std::uint64_t epoch) {
  return {fmt::format("A{0} active, epoch {0}   p passive   s suspects   l lost peer", epoch),
          "h holds  f fences  S starts  o stops  b boots  - off  ~ hangs"};
}

}  // namespace hasim
