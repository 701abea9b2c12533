// The nine properties that every run of every scenario must keep (docs/language.md), judged event by event.
//
//                      broken when                                                            said with
//   I1 one_writer      two heads could write one volume at one instant, or a write under an   may_write, wrote
//                      older epoch reached it after one under a newer
//   I2 proof_first     a head starts without a proof for this very start, or on one that is   role, proof, promise,
//                      not true while another machine holds the service                       part_runs
//   I3 right_chassis   both heads of a cell are off by fencing, or a shot hit another head    fence_executed, power
//   I4 one_answer      2 s after a change two heads answer for a service, or an address is    answered, fault, healed,
//                      not answered by its one owner in a sound world                         server
//   I5 nothing_lost    an acknowledged write is gone                                          writes_lost
//   I6 commands_hold   a command that was done does not hold, or one that was refused,        reply, action, role,
//                      failed or was cancelled changed something                              maintenance
//   I7 live            a healthy head has a proof within reach, nothing else is wrong, and    power, role, hold, fault
//                      nobody serves by the time that allows
//   I8 no_loop         one head took a service over without being asked, or was fenced, more  fence_executed, proof
//                      often than the settings allow within damping_window
//   I9 reasons         a refusal or a hold without a reason                                   reply, hold
//
// I2, I4, I6 and I7 have files of their own: proof_first, one_answer, commands_hold, liveness. What is judged is
// deliberately narrow where a fault may excuse a core (I4, I7): a broken invariant is always worth reading. They rest
// on the events in the last column. The simulator tells all of them; a world that does not tell one cannot show that
// the invariants which need it are broken.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "lang/commands_hold.h"
#include "lang/liveness.h"
#include "lang/one_answer.h"
#include "lang/proof_first.h"

namespace hasim {

std::string_view invariant_name(int invariant);
std::string_view invariant_text(int invariant);

class Invariants {
 public:
  /// Kinds of events that they read.
  static void want(Interest&);
  void reset(std::shared_ptr<const WorldSpec>);

  /// What was due before `t`, while nothing changed. Call it before an event of `t` is applied to the picture.
  void before(Time t, const Picture& picture) {
    if (t > due_) due_ = std::min(one_answer_.overdue(t, picture), live_.overdue(t));
  }
  /// The picture has the event applied.
  void see(const Event&, const Picture&);
  /// Everything of the instant t happened.
  void settle(Time t, const Picture& picture) {
    if (commands_hold_.wants_settling()) commands_hold_.settle(t, picture);
  }
  bool wants_settling() const { return commands_hold_.wants_settling(); }

  /// A fault came into force, or somebody acted. `number`: of the fault in the run.
  void fault_begins(std::uint32_t number, const Excuse&, Time t, const Picture&);
  void fault_ends(std::uint32_t number, Time t, const Picture&);

  /// Broken ones in the order in which they broke, each at most once.
  const std::vector<Breach>& breaches() const { return breaches_.list(); }

 private:
  struct Writer {
    std::uint64_t epoch = 0;
    int head = -1;
    std::uint32_t event = 0;
  };
  struct Repeats {
    std::vector<Time> times;  ///< within the damping window, oldest first
  };
  /// A head orders its peer off, level by level, until it knows or gives up: one fence, however often it is executed.
  struct Try {
    bool open = false;
    bool counted = true;  ///< one OFF of it was executed
  };

  void watch(Time t, std::uint32_t event, const Picture&);
  void may_write(const Event&, const Picture&);
  void wrote(const Event&);
  void lost(const Event&);
  void fenced(const Event&, const Picture&);
  void power_off(const Event&, const Picture&);
  void gave_no_reason(const Event&);
  void owner_changed(const Event&, const Picture&);
  void note_try(const Event&);
  void note_claim(const Event&);
  bool repeated(Repeats&, Time t, std::int64_t allowed) const;
  int head_of(ThingId id) const { return id == kNoThing ? -1 : spec_->things[id].index; }
  const std::string& name(int head) const { return spec_->name_of(spec_->heads[static_cast<std::size_t>(head)].id); }

  std::shared_ptr<const WorldSpec> spec_;
  Duration damping_window_{};
  std::int64_t failovers_max_ = 0, fences_max_ = 0;

  Time due_ = Time::max();          ///< the next instant at which something becomes broken by lasting
  std::vector<Writer> newest_;      ///< I1, for each volume: who wrote under the newest epoch
  std::vector<Writer> may_;         ///< I1, for each volume and head: under which epoch it may write
  std::vector<Repeats> failovers_;  ///< I8, for each head and service
  std::vector<Repeats> fences_;     ///< I8, for each head
  std::vector<Try> tries_;          ///< I8, for each head as the target
  HeadSet claims_at_boot_ = 0;      ///< I8: heads whose last claim was that of a booting head
  Breaches breaches_;
  Soundness soundness_;
  ProofFirst proof_first_{breaches_};
  OneAnswer one_answer_{breaches_};
  CommandsHold commands_hold_{breaches_};
  Live live_{breaches_};
};

}  // namespace hasim
