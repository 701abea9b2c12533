// Faults of networks and links: on frames by the wires, on carriers, and by cables pulled out of switches.
#include <algorithm>

#include <fmt/format.h>

#include "lang/amount.h"
#include "netns/clock.h"
#include "netns/house.h"
#include "netns/stranger.h"

namespace hasim::netns {
namespace {

constexpr std::uint64_t kWireStream = 0x77697265;
constexpr Duration kReorderedBy = std::chrono::milliseconds{10};

/// The sentence as a fault on lines. All its choices are drawn.
LineFault line_fault(const Sentence& s) {
  LineFault fault;
  fault.id = s.id;
  if (on_networks(s.id)) fault.on = reach_of(s);
  const bool delays = s.id == SentenceId::fault_net_delays || s.id == SentenceId::fault_bmc_delay_replies_by;
  Duration* time = delays ? &fault.delay : &fault.by;
  for (const Value& value : s.values) {
    if (value.slot == Slot::PCT) fault.share = value.number.lo;
    if (value.slot == Slot::INT || value.slot == Slot::SIZE || value.slot == Slot::RATE) fault.amount = value.number.lo;
    if (value.slot == Slot::DUR) *std::exchange(time, &fault.by) = Duration{value.number.lo};
  }
  if (s.id == SentenceId::fault_net_reorders && s.picks.at(0) == 0) fault.by = kReorderedBy;
  return fault;
}

Duration first_duration(const Sentence& s) {
  const auto found = std::find_if(s.values.begin(), s.values.end(), [](const Value& v) { return v.slot == Slot::DUR; });
  return found == s.values.end() ? Duration{0} : Duration{found->number.lo};
}

}  // namespace

std::vector<House::Head*> House::heads_on(ThingId network) {
  std::vector<Head*> all;
  for (Head& h : heads_) {
    const std::vector<ThingId>& joined = h.machine->spec().networks;
    if (std::find(joined.begin(), joined.end(), network) != joined.end()) all.push_back(&h);
  }
  return all;
}

House::Healing House::begin_on_network(const Deed& deed) {
  const Sentence& s = *deed.sentence;
  if (s.id == SentenceId::fault_head_isolated) return isolate(s);
  const Reach on = reach_of(s);
  switch (s.id) {
    case SentenceId::fault_net_down:
    case SentenceId::fault_link_down: return dark(on);
    case SentenceId::fault_net_restarts: ends_after(deed, first_duration(s)); return dark(on);
    case SentenceId::fault_bond_fails_over:
      ends_after(deed, first_duration(s));
      return begin_on_lines(deed, line_fault(s));
    case SentenceId::fault_net_flaps: return flap(deed);
    case SentenceId::fault_link_late: return late_at_boot(deed);
    case SentenceId::fault_net_foreign_owner: {
      const PartSpec& address = spec_->parts[spec_->things[s.values.at(1).things.front()].index];
      auto stranger = std::make_shared<Stranger>(plan_, on.network, address, switches_);
      return [stranger]() mutable { stranger.reset(); };
    }
    default: return begin_on_lines(deed, line_fault(s));
  }
}

House::Healing House::isolate(const Sentence& s) {
  Head& h = head(s.values.at(0).things.front());
  std::vector<ThingId> networks = h.machine->spec().networks;
  if (s.picks.at(0) == 1) std::erase(networks, s.values.at(1).things.front());
  return pull(h, networks);
}

/// Some faults that happen once take a while.
void House::ends_after(const Deed& deed, Duration in) {
  later(in, [this, number = deed.number] { heal(number); });
}

House::Healing House::begin_on_lines(const Deed& deed, LineFault fault) {
  fault.draws = Draws(seed_, stream_key(kWireStream, deed.line, deed.number));
  const ThingId network = fault.on.network;
  if (!wires_.has(network)) {
    wires_.take(network);
    for (Head* h : heads_on(network)) h->machine->rewire(network);
  }
  const std::uint32_t number = wires_.begin(fault);
  return [this, number] { wires_.end(number); };
}

/// On the way to a BMC, or from it: the datagrams of both heads' agents.
House::Healing House::begin_on_way_to_bmc(const Deed& deed) {
  const Sentence& s = *deed.sentence;
  const BmcSpec& bmc = head(s.values.at(0).things.front()).bmc->spec();
  LineFault fault = line_fault(s);
  const bool replies = s.id == SentenceId::fault_bmc_delay_replies_by || s.picks.at(0) == 1;
  fault.on = {bmc.network, {replies ? Scope::Kind::out_of : Scope::Kind::into, bmc.id, kNoThing}};
  switch (s.id) {
    case SentenceId::fault_bmc_drops: fault.id = SentenceId::fault_net_drops; break;
    case SentenceId::fault_bmc_delay_replies_by: fault.id = SentenceId::fault_net_delays; break;
    default: fault.id = SentenceId::fault_net_duplicates; fault.share = kHundredPercent;
  }
  return begin_on_lines(deed, fault);
}

House::Healing House::pull(Head& h, const std::vector<ThingId>& networks) {
  for (const ThingId network : networks) h.machine->pull(network, true);
  return [&h, networks] {
    for (const ThingId network : networks) h.machine->pull(network, false);
  };
}

/// Of all heads there, or of one; a direct cable has one carrier for both its ends.
House::Healing House::dark(const Reach& on) {
  const ThingId network = on.network;
  std::vector<Head*> those = heads_on(network);
  if (!spec_->networks[spec_->things[network].index].cable)
    std::erase_if(those, [&](const Head* h) {
      const ThingId id = h->machine->spec().id;
      return !on.scope.covers(id, id);
    });
  const auto turn = [this, those, network](bool lit) {
    for (Head* h : those) {
      h->machine->carrier(network, lit);
      say(EventKind::link, network, lit ? 1 : 0, h->machine->spec().id);
    }
  };
  turn(false);
  return [turn] { turn(true); };
}

/// The carrier goes at whole links; between two places only their frames do.
House::Healing House::flap(const Deed& deed) {
  const LineFault lines = line_fault(*deed.sentence);
  const bool carriers = lines.on.scope.kind == Scope::Kind::all || lines.on.scope.kind == Scope::Kind::at;
  const auto flap = std::make_shared<Flap>();
  flap->every = first_duration(*deed.sentence);
  flap->down = [this, carriers, lines, deed] { return carriers ? dark(lines.on) : begin_on_lines(deed, lines); };
  turn(flap);
  return [flap] {
    flap->over = true;
    if (flap->up) flap->up();
  };
}

void House::turn(const std::shared_ptr<Flap>& flap) {
  if (flap->over) return;
  if (flap->up)
    std::exchange(flap->up, nullptr)();
  else
    flap->up = flap->down();
  later(flap->every, [this, flap] { turn(flap); });
}

House::Healing House::late_at_boot(const Deed& deed) {
  const Reach on = reach_of(*deed.sentence);
  Head& h = head(on.scope.a);
  h.late_links.push_back({deed.number, on, first_duration(*deed.sentence)});
  return [&h, number = deed.number] {
    std::erase_if(h.late_links, [&](const LateLink& link) { return link.number == number; });
  };
}

/// A link that is late stays dark when its head is up already.
void House::links_are_late(Head& h) {
  for (const LateLink& link : h.late_links) later(link.by, dark(link.on));
}

}  // namespace hasim::netns
