// A voter of a world: a machine on which the real havoter runs.
#pragma once

#include <map>

#include "netns/box.h"
#include "netns/descriptor.h"

namespace hasim::netns {

class Voter {
 public:
  Voter(const Plan& plan, ThingId thing, const std::vector<ThingId>& networks, Cables& switches);

  /// Boots it, if it has power and has not booted yet. True: that took a while.
  bool boots();
  /// Its power; a voter that was just started has heard nobody. These three are counted.
  void off(bool off);
  /// havoter stands still: what comes waits.
  void silent(bool silent);
  /// The kernel of the voter lets no hello of that head through; its questions are answered.
  void blind_to(ThingId head, bool blind);
  /// As a place in a network, where nothing from that head arrives.
  void deaf_to(ThingId head, bool deaf) { box_.deaf_to(head, deaf); }

 private:
  void start();
  void filter() const;
  Descriptor socket() const;

  const Plan& plan_;
  Box box_;
  ThingId network_;
  pid_t program_ = 0;
  int off_ = 0, silent_ = 0;
  std::map<ThingId, int> blind_;
};

}  // namespace hasim::netns
