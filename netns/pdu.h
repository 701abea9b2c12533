// A PDU: outlets behind a small service, `hasim-cell pdu`, in a network namespace of its own. Which head is plugged in
// where, and what becomes of an order, the house decides (netns/outlets.cc).
#pragma once

#include <map>
#include <set>
#include <vector>

#include "netns/device.h"

namespace hasim::netns {

class Pdu : public Device {
 public:
  Pdu(const Plan& plan, const PduSpec& spec, Cables& switches);

  /// It has no supply: it is silent, and no outlet of it gives power.
  void dark(bool on);
  /// The outlet of that head gives power.
  bool gives(ThingId head) const { return dark_ == 0 && !off_.contains(head); }
  /// What its relay says.
  bool is_on(ThingId head) const { return !off_.contains(head); }
  void turn(ThingId head, bool on);

  /// Whose outlet it switches and reads when it is told that name.
  ThingId behind(ThingId name) const;
  /// It takes `wired` for `named`, or no more.
  void cross(ThingId wired, ThingId named, bool on);
  /// Orders to switch that head off change nothing.
  void fail_on(ThingId head, bool on) { fails_[head] += on ? 1 : -1; }
  bool fails_on(ThingId head) const;
  const PduSpec& spec() const { return spec_; }

 private:
  struct Crossed {
    ThingId wired, named;
    bool operator==(const Crossed&) const = default;
  };
  const PduSpec& spec_;
  int dark_ = 0;                  ///< by so many faults
  std::set<ThingId> off_;         ///< whose outlets are
  std::vector<Crossed> crossed_;  ///< the newest last
  std::map<ThingId, int> fails_;
};

}  // namespace hasim::netns
