// What is not sound in a world, and until when: faults in force, servers that do not serve, and what somebody did
// behind a core's back. The invariants that promise something (I4, I7) hold a core to it only while the rest is sound.
#pragma once

#include <vector>

#include "lang/excuse.h"
#include "lang/picture.h"

namespace hasim {

class Soundness {
 public:
  static void want(Interest&);
  void reset() { wrong_.clear(); }

  /// A fault came into force, or somebody acted. `number`: of the fault in the run.
  void begins(std::uint32_t number, const Excuse& excuse) { wrong_.push_back({number, excuse}); }
  /// A fault was healed. Returns whether it counted.
  bool ends(std::uint32_t number);
  /// Faults that end with the power of their head, and servers that go and come back.
  void see(const Event&);

  /// Nothing is wrong with anything but these two.
  bool sound_but(ThingId first, ThingId second = kNoThing) const;
  /// No fault is in force but with that thing. A server that does not serve is none: it keeps no frame from anybody.
  bool faultless_but(ThingId) const;
  /// Somebody started, stopped or copied something by hand: nobody knows what runs where.
  bool by_hand() const;
  /// Every link of that head is cut.
  bool isolated(ThingId head) const { return has(head, Excuse::What::isolation); }
  bool watchdog_broken(ThingId head) const { return has(head, Excuse::What::watchdog); }

 private:
  struct Wrong {
    std::uint32_t number = 0;
    Excuse excuse;
  };
  bool has(ThingId thing, Excuse::What what) const;

  std::vector<Wrong> wrong_;
};

}  // namespace hasim
