// Orders, answers, and what becomes of them.
#include "lang/commands_hold.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace hasim {

namespace {

using ha::CommandKind;

constexpr std::uint8_t kByHand = 0xff;  ///< an action that is no order

bool claims(ha::Role role) { return role == ha::Role::claiming || role == ha::Role::fencing; }
bool claims(const HeadPicture& head) { return head.is(ha::Role::claiming) || head.is(ha::Role::fencing); }

bool modes(const HeadPicture& head, int mode) { return mode == 0 ? head.maintenance : head.standby; }

struct Switch {
  int mode = 0;
  bool on = false;
};
/// The mode that a command switches.
std::optional<Switch> switch_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::maintenance_on: return Switch{0, true};
    case CommandKind::maintenance_off: return Switch{0, false};
    case CommandKind::standby_on: return Switch{1, true};
    case CommandKind::standby_off: return Switch{1, false};
    default: return std::nullopt;
  }
}

std::string_view word(int mode) { return mode == 0 ? "maintenance" : "standby"; }

}  // namespace

void CommandsHold::want(Interest& interest) {
  for (const EventKind kind : {EventKind::action, EventKind::reply, EventKind::role, EventKind::proof,
                               EventKind::promise, EventKind::maintenance, EventKind::fence}) {
    interest.want(kind);
  }
  Picture::want_holdings(interest);
}

void CommandsHold::reset(const WorldSpec& spec) {
  spec_ = &spec;
  heads_.assign(spec.heads.size(), {});
  came_up_.assign(spec.parts.size(), 0);
  done_.clear();
  moves_.assign(spec.services.size(), {});
}

void CommandsHold::see(const Event& e, const Picture& picture) {
  note_parts(e, picture);
  if (e.who == kNoThing || spec_->kind_of(e.who) != ThingKind::head) return;
  switch (e.kind) {
    case EventKind::action:
      if (e.x != kByHand) asked(e, picture);
      break;
    case EventKind::reply: replied(e, picture); break;
    case EventKind::maintenance: mode_changed(e); break;
    case EventKind::proof:
    case EventKind::role: acts(e, picture, head(e.who)); break;
    case EventKind::fence:
      if (e.with != kNoThing && e.x == static_cast<std::uint8_t>(ha::FenceStep::ordered))
        acts(e, picture, head(e.with));
      break;
    default: break;
  }
}

void CommandsHold::note_parts(const Event& e, const Picture& picture) {
  switch (e.kind) {
    case EventKind::role:
      if (static_cast<ha::Role>(e.y) != ha::Role::starting || picture.service_of(e) < 0) return;
      for (const ThingId part : spec_->services[static_cast<std::size_t>(picture.service_of(e))].parts)
        came_up_[spec_->things[part].index] &= ~only(spec_->things[e.who].index);
      break;
    case EventKind::part_runs:
    case EventKind::address_up:
    case EventKind::mounted: break;
    default: return;
  }
  // What a start finds running counts as well.
  for (std::size_t i = 0; i < came_up_.size(); ++i) came_up_[i] |= picture.running(static_cast<int>(i));
}

/// A later order of the same instant switched that mode again.
bool CommandsHold::overtaken(const Event& done) const {
  const auto order = switch_of(static_cast<CommandKind>(done.x));
  return order && std::any_of(done_.begin(), done_.end(), [&](const Event& later) {
           const auto other = switch_of(static_cast<CommandKind>(later.x));
           return later.id > done.id && later.who == done.who && other && other->mode == order->mode;
         });
}

void CommandsHold::asked(const Event& e, const Picture& picture) {
  Head& h = head(e.who);
  h.asked = e;
  h.amid_move = false;
  for (int i = 0; i < picture.heads(); ++i) {
    const HeadPicture& any = picture.head(i);
    h.amid_move |= any.under_way(CommandKind::makeactive) || any.does(ha::Operation::handover);
  }
  for (int mode = 0; mode < 2; ++mode)
    h.was[static_cast<std::size_t>(mode)] = modes(picture.head(spec_->things[e.who].index), mode);
  const auto order = switch_of(static_cast<CommandKind>(e.x));
  if (order && !order->on) h.holds[static_cast<std::size_t>(order->mode)] = false;
}

void CommandsHold::replied(const Event& e, const Picture& picture) {
  Head& h = head(e.who);
  switch (picture.answer()) {
    case Answer::done: done_.push_back(e); break;
    case Answer::refused: refused(e, picture, h); break;
    case Answer::failed:
    case Answer::cancelled:
      for (std::size_t i = 0; i < h.void_epoch.size(); ++i) {
        const bool meant = h.asked.with == kNoThing || picture.number_of(h.asked) == i;
        if (meant) h.void_epoch[i] = picture.head(spec_->things[e.who].index).service[i].promised;
      }
      h.given_up = e.id;
      break;
    default: break;
  }
}

void CommandsHold::refused(const Event& e, const Picture& picture, const Head& h) {
  const bool mine = h.asked.id != 0 && h.asked.value == e.value;
  if (!mine) return;
  const auto kind = static_cast<CommandKind>(e.x);
  // While another order of that kind is under way there, roles change for that one.
  const bool alone = !h.amid_move && !picture.head(spec_->things[e.who].index).under_way(CommandKind::makeactive);
  for (std::size_t i = 0; i < moves_.size() && kind == CommandKind::makeactive && alone; ++i) {
    const bool meant = h.asked.with == kNoThing
                           ? spec_->services[i].cell == spec_->heads[spec_->things[e.who].index].cell
                           : spec_->services[i].id == h.asked.with;
    const bool given_away = moves_[i].who == e.who;  // for an order of its peer, which it heard first
    if (!meant || given_away || moves_[i].id <= h.asked.id) continue;
    breaks(e.t, {moves_[i].id, e.id}, fmt::format("makeactive on {} was refused, and yet roles changed", name(e)));
  }
  const auto order = switch_of(kind);
  if (!order) return;
  const auto at = static_cast<std::size_t>(order->mode);
  if (modes(picture.head(spec_->things[e.who].index), order->mode) == h.was[at]) return;
  breaks(e.t, {h.asked.id, e.id},
         fmt::format("an order for {} of {} was refused, and yet it is {} now", word(order->mode), name(e),
                     h.was[at] ? "off" : "on"));
}

void CommandsHold::mode_changed(const Event& e) {
  const int mode = e.y != 0 ? 1 : 0;
  if (e.x != 0 || !head(e.who).holds[static_cast<std::size_t>(mode)]) return;
  breaks(e.t, {e.id, 0}, fmt::format("{} of {} ended, and nobody had ordered it", word(mode), name(e)));
}

/// A head begins something.
void CommandsHold::acts(const Event& e, const Picture& picture, Head& h) {
  const ThingId who = e.kind == EventKind::fence ? e.with : e.who;
  const std::string& actor = spec_->name_of(who);
  if (e.kind == EventKind::proof) {
    const bool granted = e.y != 0 && static_cast<ha::Proof>(e.x) == ha::Proof::peer_passive;
    if (!granted || h.given_up == 0 || e.value > h.void_epoch[picture.number_of(e)]) return;
    return breaks(e.t, {h.given_up, e.id},
                  fmt::format("{} gave up a command, and yet used the grant that it had asked for", actor));
  }
  if (e.kind == EventKind::fence) {
    if (!h.holds[maintenance] || h.finishes) return;
    return breaks(e.t, {e.id, 0}, fmt::format("{} is in maintenance, and sends an OFF", actor));
  }
  const int service = picture.service_of(e);
  const bool ordered = e.cause == ha::Cause::operator_order || e.cause == ha::Cause::handover;
  if (ordered && service >= 0) moves_[static_cast<std::size_t>(service)] = e;
  const auto role = static_cast<ha::Role>(e.y);
  if (claims(role) && h.holds[maintenance] && !h.finishes)
    breaks(e.t, {e.id, 0}, fmt::format("{} is in maintenance, and claims the service", actor));
  if (role == ha::Role::starting && h.holds[standby])
    breaks(e.t, {e.id, 0}, fmt::format("{} is in standby, and starts the service", actor));
  h.finishes = h.finishes && claims(picture.head(spec_->things[who].index));
}

/// What was asked for, the service that the order named or all of the cell, as far as its core can know: it owns, and
/// every part came up.
bool CommandsHold::serves(const Event& reply, const Picture& picture) {
  const Head& h = head(reply.who);
  const bool one = h.asked.value == reply.value && h.asked.with != kNoThing;
  const int self = spec_->things[reply.who].index;
  const HeadSpec& spec = spec_->heads[static_cast<std::size_t>(self)];
  const auto came_up = [&](ThingId part) { return has(came_up_[spec_->things[part].index], self); };
  const auto here = [&](ThingId id) {
    const int i = spec_->things[id].index;
    if (has(picture.service(i).owners, self)) return true;
    const ServiceSpec& service = spec_->services[static_cast<std::size_t>(i)];
    return picture.head(self).service[service.number].role == ha::Role::owner && !service.parts.empty() &&
           std::all_of(service.parts.begin(), service.parts.end(), came_up);
  };
  const std::vector<ThingId>& all = spec_->cells[spec_->things[spec.cell].index].services;
  return std::all_of(all.begin(), all.end(), [&](ThingId id) { return (one && id != h.asked.with) || here(id); });
}

void CommandsHold::settle(Time t, const Picture& picture) {
  for (const Event& done : done_) {
    const int index = spec_->things[done.who].index;
    const HeadPicture& seen = picture.head(index);
    Head& h = head(done.who);
    const auto kind = static_cast<CommandKind>(done.x);
    const bool struck = !seen.up || seen.hung || seen.frozen || !seen.core_runs;  // in that very instant, by a fault
    if (struck || overtaken(done)) continue;
    if (kind == CommandKind::makeactive && !serves(done, picture)) {
      breaks(t, {done.id, 0}, fmt::format("makeactive on {} was answered \"done\", and it does not serve", name(done)));
    }
    if (kind == CommandKind::cancel && seen.under_way(CommandKind::makeactive)) {
      breaks(t, {done.id, 0},
             fmt::format("cancel on {} was answered \"done\", and its command is still under way", name(done)));
    }
    const auto order = switch_of(kind);
    if (!order) continue;
    if (modes(seen, order->mode) != order->on) {
      breaks(t, {done.id, 0},
             fmt::format("{} of {} was answered \"done\", and it is not {}", word(order->mode), name(done),
                         order->on ? "on" : "off"));
    }
    h.holds[static_cast<std::size_t>(order->mode)] = order->on;
    h.finishes = claims(seen);
  }
  done_.clear();
}

}  // namespace hasim
