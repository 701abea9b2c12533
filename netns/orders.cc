// Orders of operators: the real hactl carries them to the core of a head, as a script of an operator would. What it was
// answered counts where the order never reached the core: its preflight is a refusal too.
#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "netns/clock.h"
#include "netns/house.h"

namespace hasim::netns {
namespace {

using ha::CommandKind;
using nlohmann::json;

/// The last object that hactl printed, behind whatever it asked on the same line; null if there is none.
json last_answer(const std::string& said) {
  std::istringstream lines{said};
  json last;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begins = line.find('{');
    json read = begins == std::string::npos ? json{} : json::parse(line.substr(begins), nullptr, false);
    if (read.is_object()) last = std::move(read);
  }
  return last;
}

ha::Reason reason_in(const json& answer) {
  const std::string word = answer.value("why", json::object()).value("reason", "");
  for (int i = 0; i < ha::kReasons; ++i)
    if (to_string(static_cast<ha::Reason>(i)) == word) return static_cast<ha::Reason>(i);
  return ha::Reason::none;
}

}  // namespace

std::vector<House::HactlOrder> House::orders_in(const Sentence& s) const {
  if (!system_.is_ours()) return {};
  const auto picked = [&s](std::size_t at) { return s.picks.at(at) == 1; };
  const ThingId first = thing_at(s, 0);
  switch (s.id) {
    case SentenceId::do_makeactive:
      return {{first, kNoThing, CommandKind::makeactive, {"makeactive"}, name(first), picked(0)}};
    case SentenceId::do_migrate: {
      const ThingId to = thing_at(s, 1);
      return {{to, first, CommandKind::makeactive, {"makeactive", name(first)}, name(to), false}};
    }
    case SentenceId::do_acknowledge_off: {
      std::vector<std::string> words{"ack-off", name(first)};
      if (picked(0)) words.push_back("--force");
      return {{thing_at(s, 1), kNoThing, CommandKind::acknowledge, words, name(first), false}};
    }
    case SentenceId::do_drill: {
      const std::string& peer = name(spec_->peer_of(first));
      return {{first, kNoThing, CommandKind::drill, {"drill", peer}, peer, false}};
    }
    case SentenceId::do_maintenance: {
      std::vector<HactlOrder> all;
      for (const HeadSpec& each : spec_->heads) {
        if (first != kNoThing && each.id != first) continue;
        all.push_back(picked(0) ? HactlOrder{each.id, kNoThing, CommandKind::maintenance_off, {"maintenance", "off"}}
                                : HactlOrder{each.id,
                                             kNoThing,
                                             CommandKind::maintenance_on,
                                             {"maintenance", "on", "--for", "1h", "--reason", "as the story says"}});
      }
      return all;
    }
    case SentenceId::do_standby:
      return {{first,
               kNoThing,
               picked(0) ? CommandKind::standby_off : CommandKind::standby_on,
               {"standby", picked(0) ? "off" : "on"}}};
    case SentenceId::do_reload: return {{first, kNoThing, CommandKind::reload, {"reload"}}};
    case SentenceId::do_cancel: return {{first, kNoThing, CommandKind::cancel, {"cancel"}}};
    default: return {};
  }
}

/// Nobody takes it where no core runs.
void House::give(const HactlOrder& order, std::uint64_t number) {
  Head& h = head(order.head);
  if (!h.booted || h.machine->core() == 0) return;
  h.listener->expect(order.kind, number);
  h.machine->hactl(number, order.words, order.typed);
  orders_[number] = order;
}

void House::hear_answers(Head& h) {
  for (const Answered& answered : h.machine->answered()) {
    h.listener->forget(answered.order);
    const auto found = orders_.find(answered.order);
    if (found == orders_.end()) continue;
    const HactlOrder order = std::move(found->second);
    orders_.erase(found);
    const json answer = last_answer(answered.text);
    if (!answer.is_object() || answer.value("type", "") != "preflight" || answer.value("outcome", "") != "refused")
      continue;  // what the core said of it is known from its black box
    const ha::Reason reason = reason_in(answer);
    if (order.overrules && answer.value("force_helps", false)) {
      HactlOrder again = order;  // whoever insists names the one reason that he overrules
      again.overrules = false;
      again.words.insert(again.words.end(), {"--force", std::string{to_string(reason)}});
      give(again, answered.order);
      continue;
    }
    Event event;
    event.kind = EventKind::reply;
    event.who = order.head;
    event.x = static_cast<std::uint8_t>(order.kind);
    event.y = static_cast<std::uint8_t>(ha::Outcome::refused);
    event.reason = reason;
    event.value = answered.order;
    stream_.saw(boottime(), event);
  }
}

}  // namespace hasim::netns
