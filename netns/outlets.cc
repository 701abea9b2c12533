// Feeds of heads: what their cords and the outlets of PDUs bring, what PDUs are told, and the faults of both.
#include <algorithm>

#include "lang/power_levels.h"
#include "netns/clock.h"
#include "netns/house.h"

namespace hasim::netns {
namespace {

constexpr Duration kRelayTakes = std::chrono::milliseconds{20};
constexpr Duration kMainsReturn = std::chrono::seconds{1};
constexpr Duration kBmcBoots = std::chrono::seconds{10};
constexpr Duration kOneLook = std::chrono::seconds{1};  ///< all outlets of a head are read within that time

}  // namespace

void House::build_pdus() {
  for (const PduSpec& pdu : spec_->pdus) pdus_[pdu.id] = std::make_unique<Pdu>(plan_, pdu, switches_);
}

// ---------------------------------------------------------------------------------------------------------------
// Mains

bool House::has_mains(const Head& h) const {
  const HeadSpec& spec = h.machine->spec();
  if (h.unplugged > 0) return false;
  return spec.pdus.empty() || std::any_of(spec.pdus.begin(), spec.pdus.end(), [&](ThingId pdu) {
           const auto pulled = h.cords_pulled.find(pdu);
           return pdus_.at(pdu)->gives(spec.id) && (pulled == h.cords_pulled.end() || pulled->second == 0);
         });
}

/// The head and all that shares its supply. `by`: whose order to a PDU took the last feed.
void House::mains_changed(Head& h, ThingId by) {
  const bool there = has_mains(h);
  if (h.mains == there) return;
  h.mains = there;
  const unsigned change = ++h.mains_changes;
  if (!there) {
    h.was_on = h.power;
    power_off(h, by);
    return bmc_supply(h, false);
  }
  later(kBmcBoots, [this, &h, change] {
    if (h.mains_changes == change) bmc_supply(h, true);
  });
  const Restores policy = h.machine->spec().restores;
  if (policy == Restores::off || (policy == Restores::last && !h.was_on)) return;
  later(kMainsReturn, [this, &h, change] {
    if (h.mains_changes == change) power_on(h, boot_time(h));
  });
}

/// All heads that lose their mains lose them at the same instant, though the kernel takes them one after the other.
void House::feeds_changed() {
  for (Head& h : heads_)
    if (h.booted && h.mains && !has_mains(h)) h.machine->fall_silent();
  for (Head& h : heads_) mains_changed(h);
}

House::Healing House::unplugged(Head& h, ThingId pdu) {
  int& pulled = pdu == kNoThing ? h.unplugged : h.cords_pulled[pdu];
  ++pulled;
  mains_changed(h);
  return [this, &h, &pulled] {
    --pulled;
    mains_changed(h);
  };
}

/// Somebody who starts a head by hand has looked at its outlets.
void House::outlets_on(Head& h) {
  const HeadSpec& spec = h.machine->spec();
  for (const ThingId pdu : spec.pdus) pdus_.at(pdu)->turn(spec.id, true);
  mains_changed(h);
}

// ---------------------------------------------------------------------------------------------------------------
// What PDUs are told

/// "outlet PDU status HEAD ADDRESS", "outlet PDU off HEAD ADDRESS ORDER", "outlet PDU on HEAD ADDRESS".
void House::answer_outlet(const Question& question) {
  const std::vector<std::string>& words = question.words();
  const auto pdu = pdus_.find(spec_->find(words[1]));
  const ThingId named = spec_->find(words[3]);
  if (pdu == pdus_.end() || named == kNoThing || spec_->kind_of(named) != ThingKind::head)
    return question.answer("refused");
  Pdu& at = *pdu->second;
  if (words[2] == "status") return question.answer(outlet_reads(at, head(named)) ? "on" : "off");
  const bool on = words[2] == "on";
  const ThingId sender = head_at(words[4], at.spec().network);
  if (!on) outlet_ordered(at, head(named), words.size() > 5 ? words[5] : "", sender);
  later(kRelayTakes, [this, question, &at, named, on, sender] {
    switch_outlet(at, named, on, sender);
    question.answer("done");
  });
}

/// Who has that address; else nobody of the cell.
ThingId House::head_at(const std::string& address, ThingId network) const {
  for (const HeadSpec& one : spec_->heads)
    if (plan_.address_of(one.id, network) == address) return one.id;
  return kNoThing;
}

/// One order of a core goes to all PDUs that feed a head, and is told once.
void House::outlet_ordered(const Pdu& pdu, Head& h, const std::string& order, ThingId sender) {
  const bool known = h.outlets.order == order && !h.outlets.ordered_at.contains(pdu.spec().id);
  if (!known) {
    h.outlets.order = order;
    h.outlets.ordered_at.clear();
    say_of_level(EventKind::fence_sent, h, PowerLevel::pdu, sender);
    say_of_level(EventKind::power_command, h, PowerLevel::pdu, sender);
  }
  h.outlets.ordered_at.insert(pdu.spec().id);
}

void House::switch_outlet(Pdu& pdu, ThingId named, bool on, ThingId sender) {
  if (!on && pdu.fails_on(named)) return;
  Head& wired = head(pdu.behind(named));
  pdu.turn(wired.machine->spec().id, on);
  mains_changed(wired, sender);
  if (on) power_on(wired, boot_time(wired));
}

/// What one outlet says; a look is told when the last outlet of the head was read. It reads off only if all of them do.
bool House::outlet_reads(const Pdu& pdu, Head& h) {
  const bool on = pdu.is_on(pdu.behind(h.machine->spec().id));
  const Time now = boottime();
  auto& read = h.outlets.read;
  read[pdu.spec().id] = {now, on};
  std::erase_if(read, [&](const auto& one) { return one.second.at < now - kOneLook; });
  const std::vector<ThingId>& feeds = h.machine->spec().pdus;
  if (!std::all_of(feeds.begin(), feeds.end(), [&](ThingId feed) { return read.contains(feed); })) return on;
  const bool any = std::any_of(read.begin(), read.end(), [](const auto& one) { return one.second.on; });
  read.clear();
  ++h.read[PowerLevel::pdu];
  say_of_level(EventKind::bmc_reading, h, PowerLevel::pdu, kNoThing, any ? 1 : 0, h.power ? 1 : 0);
  return on;
}

// ---------------------------------------------------------------------------------------------------------------
// Faults

bool House::on_pdus(SentenceId id) {
  return id == SentenceId::fault_pdu_silent || id == SentenceId::fault_pdu_fail_on_feed ||
         id == SentenceId::fault_pdu_lose_power || id == SentenceId::fault_pdu_control_head_instead;
}

House::Healing House::begin_on_pdu(const Sentence& s) {
  Pdu& pdu = *pdus_.at(thing_at(s, 0));
  const ThingId first = thing_at(s, 1), second = thing_at(s, 2);
  switch (s.id) {
    case SentenceId::fault_pdu_silent: pdu.silent(true); return [&pdu] { pdu.silent(false); };
    case SentenceId::fault_pdu_fail_on_feed:
      pdu.fail_on(first, true);
      return [&pdu, first] { pdu.fail_on(first, false); };
    case SentenceId::fault_pdu_control_head_instead:
      pdu.cross(first, second, true);
      return [&pdu, first, second] { pdu.cross(first, second, false); };
    default:
      pdu.dark(true);
      feeds_changed();
      return [this, &pdu] {
        pdu.dark(false);
        feeds_changed();
      };
  }
}

}  // namespace hasim::netns
