// What operators do: hands on machines. Orders to cores are netns/orders.cc.
#include <algorithm>

#include "netns/clock.h"
#include "netns/files.h"
#include "netns/house.h"
#include "netns/storage_faults.h"

namespace hasim::netns {
namespace {

constexpr std::uint8_t kByHand = 0xff;  ///< `x` of an event `action`: no order to a core
constexpr Duration kCoreRestarts = std::chrono::milliseconds{100};

bool on_parts(SentenceId action) {
  return action == SentenceId::do_part || action == SentenceId::do_address || action == SentenceId::do_mount ||
         action == SentenceId::do_flush_addresses;
}

}  // namespace

std::vector<Event> House::events_of(const Sentence& s) {
  std::vector<Event> events;
  Event event;
  event.kind = EventKind::action;
  for (const HactlOrder& order : orders_in(s)) {
    event.who = order.head;
    event.with = order.service;
    event.x = static_cast<std::uint8_t>(order.kind);
    event.value = ++orders_given_;
    events.push_back(event);
  }
  if (!events.empty()) return events;
  event.x = kByHand;
  for (const Value& value : s.values)
    if (!value.things.empty() && event.who == kNoThing) event.who = value.things.front();
  return {event};
}

void House::act(const Sentence& s, const std::vector<Event>& told) {
  const std::vector<HactlOrder> orders = orders_in(s);
  for (std::size_t i = 0; i < orders.size(); ++i) give(orders[i], told.at(i).value);
  if (!orders.empty()) return;
  if (s.id == SentenceId::do_power_things)
    return s.picks.at(1) == 1 ? power_voters(s) : power_nas(thing_at(s, 0), s.picks.at(0) == 0);
  if (s.id == SentenceId::do_restart_nas) return restart_nas(thing_at(s, 0), kNasBoots);
  if (on_parts(s.id)) return parts_by_hand(s);
  Head& h = head(told.front().who);
  if (const std::vector<std::string> order = system_.order(plan_, s); !order.empty()) {
    if (h.booted) h.machine->run(order);
    return;
  }
  switch (s.id) {
    case SentenceId::do_power_head:
      if (s.picks.at(0) != 0) return power_off(h);
      outlets_on(h);
      return power_on(h, boot_time(h));
    case SentenceId::do_reset_head: return reset(h, 0);
    case SentenceId::do_reboot_head: return go_down(h, Goal::reboot);
    case SentenceId::do_shut_down_head: return go_down(h, Goal::power_off);
    case SentenceId::do_core: return core_order(h, s.picks.at(0));
    case SentenceId::do_change_setting: return edit_file(h, s);
    default: ha::check_failed("an action that nobody carries out", __FILE__, __LINE__);
  }
}

/// stop, start, restart, kill: as the supervisor of the head would.
void House::core_order(Head& h, int what) {
  if (!h.booted) return;
  h.core_wanted = what != 0;
  if (what == 1) return core_to_start(h, kCoreRestarts);
  if (h.machine->core() == 0) return;
  if (what != 3) return h.machine->end_core();  // it leaves; the supervisor starts it again, if it is to run
  h.machine->kill_core();
  h.listener->end(boottime());
  if (system_.starts_again()) core_to_start(h, std::chrono::seconds{1});
}

/// Somebody edits the configuration of one head; nobody looks at it before a reload or the next start.
void House::edit_file(Head& h, const Sentence& s) {
  const ThingId id = h.machine->spec().id;
  const auto [edited, first] = edited_.try_emplace(id, spec_->settings_of(id));
  Settings& settings = edited->second;
  const std::string& name = s.values.at(0).text;
  if (settings.words.contains(name))
    settings.words[name] = {s.values.at(1).text};
  else
    settings.numbers[name] = s.values.at(1).number.lo;
  WorldSpec world = *spec_;
  world.settings_on[id] = settings;
  write_file(plan_.config_file(id), Plan{world}.hacore_toml(id), 0600);
}

}  // namespace hasim::netns
