// What stands in a store: its files are read where they lie, and neither the server nor a head is asked.
#pragma once

#include <array>
#include <string>

#include "daemon/store_wire.h"
#include "netns/descriptor.h"
#include "netns/plan.h"
#include "netns/stream.h"

namespace hasim::netns {

class LeaseTruth {
 public:
  /// The store of the cell, in that folder. Throws `Failure` if it is none.
  LeaseTruth(const Plan& plan, ThingId witness, const CellSpec& cell, std::string folder, Stream& stream);

  /// Tells the stream which leases moved, which claims were made, and whose lease is valid.
  void look(Time at);
  /// Whose lease is valid; kNoThing: nobody's.
  ThingId holder() const { return holder_; }

 private:
  struct Kept {
    Descriptor file;
    std::uint64_t generation = 0;
    ha::LeaseRecord lease;
    Time renewed = Time::min();
    Duration right{0};  ///< of its head
  };
  void look_at_lease(std::size_t side, Time at);
  void look_at_claims(Time at);
  void look_who_holds(Time at);
  void say(Time at, EventKind kind, ThingId who, int x, ThingId with, std::uint64_t value);

  const Plan& plan_;
  ThingId witness_;
  const CellSpec& cell_;
  std::string folder_;
  Stream& stream_;
  std::array<Kept, 2> kept_;
  std::uint64_t term_ = 0;  ///< newest claim
  ThingId holder_ = kNoThing;
};

}  // namespace hasim::netns
