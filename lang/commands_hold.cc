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
}

void CommandsHold::reset(const WorldSpec& spec) {
  spec_ = &spec;
  heads_.assign(spec.heads.size(), {});
  done_.clear();
  moves_.assign(spec.services.size(), {});
}

void CommandsHold::see(const Event& e, const Picture& picture) {
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

void CommandsHold::asked(const Event& e, const Picture& picture) {
  Head& h = head(e.who);
  h.asked = e;
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
  const bool alone = !picture.head(spec_->things[e.who].index).under_way(CommandKind::makeactive);
  for (std::size_t i = 0; i < moves_.size() && kind == CommandKind::makeactive && alone; ++i) {
    const bool meant = h.asked.with == kNoThing
                           ? spec_->services[i].cell == spec_->heads[spec_->things[e.who].index].cell
                           : spec_->services[i].id == h.asked.with;
    if (!meant || moves_[i].id <= h.asked.id) continue;
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

/// What was asked for: the service that the order named, or all of the cell.
bool CommandsHold::serves(const Event& reply, const Picture& picture) {
  const Head& h = head(reply.who);
  const bool one = h.asked.value == reply.value && h.asked.with != kNoThing;
  const int self = spec_->things[reply.who].index;
  const HeadSpec& spec = spec_->heads[static_cast<std::size_t>(self)];
  const std::vector<ThingId>& all = spec_->cells[spec_->things[spec.cell].index].services;
  return std::all_of(all.begin(), all.end(), [&](ThingId service) {
    return (one && service != h.asked.with) || has(picture.service(spec_->things[service].index).owners, self);
  });
}

void CommandsHold::settle(Time t, const Picture& picture) {
  for (const Event& done : done_) {
    const int index = spec_->things[done.who].index;
    const HeadPicture& seen = picture.head(index);
    Head& h = head(done.who);
    const auto kind = static_cast<CommandKind>(done.x);
    const bool struck = !seen.up || seen.hung || seen.frozen || !seen.core_runs;  // in that very instant, by a fault
    if (struck) continue;
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
