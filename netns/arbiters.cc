// The arbiters of a cell, and faults of them.
#include <algorithm>

#include "netns/house.h"
#include "netns/sentence.h"

namespace hasim::netns {
namespace {

std::vector<ThingId> things_in(const Sentence& s) {
  std::vector<ThingId> things;
  for (const Value& value : s.values)
    if (!value.things.empty()) things.push_back(value.things.front());
  return things;
}

}  // namespace

void House::build_arbiters() {
  if (system_.has_own_witness()) return;
  for (const VoterSpec& voter : spec_->voters)
    voters_[voter.id] = std::make_unique<Voter>(plan_, voter.id, voter.networks, switches_);
  for (const WitnessSpec& witness : spec_->witnesses) {
    if (witness.lease)
      witnesses_[witness.id] = std::make_unique<Witness>(plan_, witness, spec_->cells.front(), switches_, stream_);
    else
      voters_[witness.id] = std::make_unique<Voter>(plan_, witness.id, witness.networks, switches_);
  }
}

/// Of several voters one boots at a time, so that all the others here are looked at in between.
void House::look_at_arbiters(Time at) {
  (void)std::any_of(voters_.begin(), voters_.end(), [](const auto& one) { return one.second->boots(); });
  for (const auto& [id, witness] : witnesses_) witness->look(at);
}

std::string House::arbiters_unsettled() const {
  for (const auto& [id, witness] : witnesses_)
    if (witness->leases().holder() == kNoThing) return "nobody holds a lease at " + name(id);
  return "";
}

/// `INT of VOTERS` are the first ones of the world.
std::vector<Voter*> House::voters_of(const Sentence& s) {
  const auto number =
      std::find_if(s.values.begin(), s.values.end(), [](const Value& value) { return value.slot == Slot::INT; });
  const bool some = number != s.values.end() && number->number.lo > 0;
  if (!some) return {voters_.at(things_in(s).front()).get()};
  std::vector<Voter*> first;
  for (const VoterSpec& voter : spec_->voters)
    if (static_cast<std::int64_t>(first.size()) < number->number.lo) first.push_back(voters_.at(voter.id).get());
  return first;
}

House::Healing House::begin_on_voters(const Sentence& s) {
  const std::vector<Voter*> those = voters_of(s);
  const auto all = [those](auto change) -> Healing {
    for (Voter* voter : those) change(*voter, true);
    return [those, change] {
      for (Voter* voter : those) change(*voter, false);
    };
  };
  if (s.id == SentenceId::fault_voters_cannot_see) {
    const ThingId head = things_in(s).back();
    return all([head](Voter& voter, bool begins) { voter.blind_to(head, begins); });
  }
  const bool off = s.picks.at(0) == 0;
  return all([off](Voter& voter, bool begins) { off ? voter.off(begins) : voter.silent(begins); });
}

/// A witness that votes is off, or does not hear that head at all.
House::Healing House::begin_on_witness(const Sentence& s) {
  const std::vector<ThingId> things = things_in(s);
  const ThingId head = s.picks.at(0) == 1 ? things.at(1) : kNoThing;
  const auto both = [](auto change) -> Healing {
    change(true);
    return [change] { change(false); };
  };
  if (const auto voter = voters_.find(things.front()); voter != voters_.end())
    return both(
        [v = voter->second.get(), head](bool begins) { head == kNoThing ? v->off(begins) : v->deaf_to(head, begins); });
  return both([w = witnesses_.at(things.front()).get(), head](bool begins) {
    head == kNoThing ? w->down(begins) : w->unreachable_from(head, begins);
  });
}

void House::restart_witness(const Sentence& s) {
  const ThingId id = things_in(s).front();
  const auto serve = [this, id](bool on) {
    if (const auto voter = voters_.find(id); voter != voters_.end())
      voter->second->off(!on);
    else
      witnesses_.at(id)->serve(on);
    say(EventKind::server, id, on ? 1 : 0);
  };
  serve(false);
  later(duration_in(s), [serve] { serve(true); });
}

void House::power_voters(const Sentence& s) {
  const bool off = s.picks.at(0) == 1;
  const ThingId id = things_in(s).front();
  if (voters_switched_off_.contains(id) == off) return;
  off ? (void)voters_switched_off_.insert(id) : (void)voters_switched_off_.erase(id);
  voters_.at(id)->off(off);
  say(EventKind::server, id, off ? 0 : 1);
}

}  // namespace hasim::netns
