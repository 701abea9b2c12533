// From events to letters.
#include "report/lanes.h"

#include <fmt/format.h>

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
    heads_.push_back(std::move(lane));
  }
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
  switch (event.kind) {
    case EventKind::power:
    case EventKind::boots:
    case EventKind::resets:
      *head = Head{head->id, head->cell, head->name};
      head->power = event.kind != EventKind::power || event.x != 0;
      break;
    case EventKind::up:
      head->up = event.x != 0;
      head->power |= head->up;
      head->role = head->up ? head->role : 0;
      break;
    case EventKind::hung:
    case EventKind::frozen: head->stands_still = event.x != 0; break;
    case EventKind::hold: head->holds = event.x != 0; break;
    case EventKind::peer_view: head->peer = event.y; break;
    case EventKind::role:
      head->role = event.y;
      head->power = head->up = true;
      if (event.y == kOwner) head->epoch = epoch_ = epoch_number(event.value);
      break;
    default: break;
  }
}

std::string Lanes::state_of(std::size_t index) const {
  const Head& head = heads_[index];
  if (!head.power) return "-";
  const auto mark = [&](const std::string& letters) { return head.stands_still ? letters + "~" : letters; };
  if (!head.up) return mark("b");
  switch (static_cast<ha::Role>(head.role)) {
    case ha::Role::owner: return mark(fmt::format("A{}", head.epoch));
    case ha::Role::starting: return mark("S");
    case ha::Role::stopping: return mark("o");
    case ha::Role::fencing: return mark(head.holds ? "h" : "f");
    case ha::Role::init: return mark(head.holds ? "h" : "b");
    default: break;
  }
  if (head.holds) return mark("h");
  const auto peer = static_cast<ha::PeerView>(head.peer);
  return mark(peer == ha::PeerView::lost ? "l" : peer == ha::PeerView::suspect ? "s" : "p");
}

bool Lanes::two_active() const {
  for (const Head& a : heads_) {
    for (const Head& b : heads_) {
      if (&a != &b && a.cell == b.cell && a.power && b.power && a.role == kOwner && b.role == kOwner) return true;
    }
  }
  return false;
}

std::vector<std::string> Lanes::legend(std::uint64_t epoch) {
  return {fmt::format("A{0} active, epoch {0}   p passive   s suspects   l lost peer", epoch),
          "h holds  f fences  S starts  o stops  b boots  - off  ~ hangs"};
}

}  // namespace hasim
