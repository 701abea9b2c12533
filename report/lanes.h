// The state of each head in two or three characters, followed through a run: what it is, or what it believes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/event.h"
#include "lang/spec.h"
#include "lang/trace.h"
#include "report/style.h"

namespace hasim {

/// Follows all heads of a world. Feed it every event of a run, in order.
class Lanes {
 public:
  explicit Lanes(const WorldSpec&);

  void follow(const Event&);

  /// "A7" active with epoch 7, "p" passive, "s" suspects, "l" lost its peer, "h" holds, "f" fences, "S" starts,
  /// "o" stops, "b" boots, "-" off; followed by "~" while it hangs or is frozen. Of a cell with several services one
  /// for each, in the order of the world: "A7/p".
  std::string state_of(std::size_t head) const;

  /// More than one head is active for the same service.
  bool two_active() const;

  /// Heads in the order of the world.
  std::size_t size() const { return heads_.size(); }
  const std::string& name_of(std::size_t head) const { return heads_[head].name; }

  /// What the letters mean, in lines that fit beside the header.
  static std::vector<std::string> legend(std::uint64_t epoch);
  /// Epoch of the last ownership that was seen; 0: none.
  std::uint64_t epoch() const { return epoch_; }

 private:
  /// What a head says of one service.
  struct Service {
    bool holds = false;
    std::uint8_t role = 0;  ///< ha::Role
    std::uint64_t epoch = 0;
  };
  struct Head {
    ThingId id = kNoThing;
    ThingId cell = kNoThing;
    std::string name;
    std::size_t services = 1;
    bool power = false, up = false, stands_still = false;
    std::uint8_t peer = 0;  ///< ha::PeerView
    ha::PerService<Service> service{};
  };
  Head* find(ThingId);
  static std::string letter_of(const Head&, const Service&);

  std::vector<Head> heads_;
  std::vector<std::uint8_t> numbers_;  ///< of each thing that is a service, within its cell
  std::uint64_t epoch_ = 0;
};

}  // namespace hasim
