// The nine properties that every run of every scenario must keep (CATALOGUE.md), judged event by event.
//
//                      broken when                                                            said with
//   I1 one_writer      two heads could write one volume at one instant, or a write under an   may_write, wrote
//                      older epoch reached it after one under a newer
//   I2 proof_first     a core started a part without a proof while another head held a part   part_runs, role, proof
//   I3 right_chassis   both heads of a cell are off by fencing, or a shot hit another head    fence_executed, power
//   I4 one_answer      2 s after a change an address is answered twice, or not by its owner,  answered, fault, healed
//                      while network, clients and owner are free of faults
//   I5 nothing_lost    an acknowledged write is gone                                          writes_lost
//   I6 commands_hold   makeactive was answered "done" and the head does not serve, or         reply, action, role
//                      "refused" and roles changed for it
//   I7 live            a head is off, the only fault in force is its own, the other is armed  power, role, hold, fault
//                      and healthy, and nobody owns the service for failover_max + init_dead
//   I8 no_loop         one head took over, or was fenced, more often than the settings allow  fence_executed, part_runs
//                      within damping_window
//   I9 reasons         a refusal or a hold without a reason                                   reply, hold
//
// What is judged is deliberately narrow where a fault may excuse a core (I4, I7): a broken invariant is always worth
// reading. They rest on the events in the last column. The simulator tells all of them; a world that does not tell one
// cannot show that the invariants which need it are broken.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lang/picture.h"

namespace hasim {

inline constexpr int kInvariants = 9;
std::string_view invariant_name(int invariant);
std::string_view invariant_text(int invariant);

/// The first time that an invariant was broken in a run.
struct Breach {
  int invariant = 0;
  Time from{}, to{};  ///< equal, or while it lasted (I1)
  std::array<std::uint32_t, 2> facts{};
  std::string message;  ///< "head1 wrote home (epoch 7) after head2 (epoch 8)"
};

class Invariants {
 public:
  /// Kinds of events that they read.
  static void want(Interest&);
  void reset(const WorldSpec&);

  /// What was due before `t`, while nothing changed. Call it before an event of `t` is applied to the picture.
  void before(Time t, const Picture& picture) {
    if (t > due_) overdue(t, picture);
  }
  /// The picture has the event applied.
  void see(const Event&, const Picture&);
  /// Everything of the instant t happened.
  void settle(Time t, const Picture& picture) {
    if (check_command_) settle_command(t, picture);
  }

  bool wants_settling() const { return check_command_; }

  /// A fault that lasts came into force on a thing, or was healed.
  void fault_begins(std::uint32_t number, ThingId thing, bool ends_with_power, Time t, const Picture&);
  void fault_ends(std::uint32_t number, Time t, const Picture&);

  /// Broken ones in the order in which they broke, each at most once.
  const std::vector<Breach>& breaches() const { return breaches_; }
  bool broken(int invariant) const { return broken_[static_cast<std::size_t>(invariant)]; }

 private:
  struct InForce {
    std::uint32_t number = 0;
    ThingId thing = kNoThing;
    bool ends_with_power = false;
  };
  struct Writer {
    std::uint64_t epoch = 0;
    int head = -1;
    std::uint32_t event = 0;
  };
  struct Repeats {
    std::vector<Time> times;  ///< within the damping window, oldest first
  };

  void breaks(int invariant, Time t, std::array<std::uint32_t, 2> facts, std::string message);
  void overdue(Time t, const Picture&);
  void may_write(const Event&, const Picture&);
  void wrote(const Event&, const Picture&);
  void part_runs(const Event&, const Picture&);
  void power_off(const Event&, const Picture&);
  void replied(const Event&, const Picture&);
  void settle_command(Time t, const Picture&);
  void owner_changed(const Event&, const Picture&);
  void watch_answers(Time t, const Picture&);
  void watch_liveness(Time t, const Picture&);
  bool answered_wrong(int part, const Picture&) const;
  bool should_serve(int cell, const Picture&) const;
  bool free_of_faults(ThingId except) const;
  bool repeated(Repeats&, Time t, std::int64_t allowed) const;
  int head_of(ThingId id) const { return id == kNoThing ? -1 : spec_->things[id].index; }
  const std::string& name(int head) const { return spec_->name_of(spec_->heads[static_cast<std::size_t>(head)].id); }

  const WorldSpec* spec_ = nullptr;
  Duration live_within_{}, damping_window_{};
  std::int64_t failovers_max_ = 0, fences_max_ = 0;

  Time due_{};                               ///< the next instant at which something becomes broken by lasting
  std::vector<Time> wrong_since_;            ///< I4, for each part
  std::vector<Time> nobody_since_;           ///< I7, for each cell
  std::vector<Writer> newest_;               ///< I1, for each volume: who wrote under the newest epoch
  std::vector<Writer> may_;                  ///< I1, for each volume and head: under which epoch it may write
  std::vector<Repeats> failovers_, fences_;  ///< I8, for each head
  std::vector<InForce> in_force_;
  bool stays_ = false;  ///< I7: a head that was shut down leaves the service where it is
  HeadSet left_ = 0;    ///< I7: heads that were shut down and did not boot again
  bool check_command_ = false;
  Event done_{};          ///< I6: the reply that is checked when its instant is over
  Event asked_{};         ///< I6: the last action of an operator
  Event ordered_role_{};  ///< I6: the last role change for an operator's order
  std::array<bool, kInvariants + 1> broken_{};
  std::vector<Breach> breaches_;
};

}  // namespace hasim
