// Cuts of networks: cables pulled out of switches, and carriers that go.
#include <algorithm>

#include <fmt/format.h>

#include "netns/files.h"
#include "netns/house.h"

namespace hasim::netns {

/// Values: the network, then the places "between A and B", "from A to B", "at A".
House::Healing House::cut(const Sentence& s) {
  const ThingId network = s.values.at(0).things.front();
  const bool scoped = s.picks.at(0) == 1;
  if (scoped && s.picks.at(1) == 0)
    return cut_between(network, head(s.values.at(1).things.front()), head(s.values.at(2).things.front()));
  if (scoped) return pull(head(s.values.at(5).things.front()), {network});
  std::vector<Healing> all;
  for (Head& h : heads_) {
    const std::vector<ThingId>& joined = h.machine->spec().networks;
    if (std::find(joined.begin(), joined.end(), network) != joined.end()) all.push_back(pull(h, {network}));
  }
  return [all] {
    for (const Healing& one : all) one();
  };
}

House::Healing House::pull(Head& h, const std::vector<ThingId>& networks) {
  for (const ThingId network : networks) h.machine->pull(network, true);
  return [&h, networks] {
    for (const ThingId network : networks) h.machine->pull(network, false);
  };
}

/// Two heads that do not hear each other, and everybody else there still hears both.
House::Healing House::cut_between(ThingId network, Head& a, Head& b) {
  a.machine->isolate(network, true);
  b.machine->isolate(network, true);
  return [&a, &b, network] {
    a.machine->isolate(network, false);
    b.machine->isolate(network, false);
  };
}

House::Healing House::dark(const std::vector<Head*>& those, ThingId network) {
  const auto turn = [this, those, network](bool lit) {
    for (Head* h : those) {
      h->machine->carrier(network, lit);
      say(EventKind::link, network, lit ? 1 : 0, h->machine->spec().id);
    }
  };
  turn(false);
  return [turn] { turn(true); };
}

}  // namespace hasim::netns
