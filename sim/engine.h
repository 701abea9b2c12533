// The ground on which the parts of the simulator stand: the state of the world, the queue of what is due, and the
// stream of events. The parts are sets of functions over it, one file for each.
#pragma once

#include <memory>

#include "lang/recorder.h"
#include "sim/layout.h"
#include "sim/state.h"

namespace hasim::sim {

/// The fields of an event besides kind and who, so that a call names only those it has.
struct Said {
  ThingId with = kNoThing;
  int x = 0;
  int y = 0;
  std::uint64_t value = 0;
  std::int64_t since = 0;
  ha::Cause cause = ha::Cause::none;
  ha::Reason reason = ha::Reason::none;
  std::uint32_t also_because = 0;
  std::uint16_t line = 0;
};

class Engine {
 public:
  std::shared_ptr<const Layout> layout;
  State s;
  Recorder recorder;
  Interest interest;
  std::uint64_t seed = 1;

  /// The step of a core whose outputs are being performed: nothing else happens until they are, or are dropped.
  ha::Outputs outputs;
  int output = 0;
  int output_head = 0;
  ha::Outputs twin_outputs;
  /// Outputs that a head had not performed when it stopped running: it goes on with them when it wakes.
  struct Stalled {
    ha::Outputs outputs;
    int output = 0;
    std::uint16_t core_life = 0;
    bool waits = false;
  };
  std::array<Stalled, kHeads> stalled;
  /// What comes before the queue: an answer whose step was announced, the same frame on the next path.
  std::vector<Due> held;
  /// The step of the newest answer in `held` was said: it is not said again.
  bool announced_answer = false;

  /// What the next events follow from; set by whoever begins something.
  std::uint32_t because = 0;
  /// Something changed that clients may see; looked at once, after the present piece of work.
  bool clients_look = false;
  /// A fault on a network is in force: the fast way for frames is closed.
  bool lines_faulty = false;

  Time now() const { return s.now; }
  Machine& machine(int head) { return s.tables.machine[static_cast<std::size_t>(head)]; }
  Core& core(int head) { return s.tables.core[static_cast<std::size_t>(head)]; }
  Part& part(int part, int side) {
    return s.tables.part[static_cast<std::size_t>(part)][static_cast<std::size_t>(side)];
  }
  const HeadLayout& head(int head) const { return layout->heads[static_cast<std::size_t>(head)]; }
  const PartLayout& part_layout(int part) const { return layout->parts[static_cast<std::size_t>(part)]; }
  ThingId id_of(int head_index) const { return head(head_index).id; }
  int heads() const { return static_cast<int>(layout->heads.size()); }

  int head_at(int cell, int side) const {
    return layout->cells[static_cast<std::size_t>(cell)].head[static_cast<std::size_t>(side)];
  }

  /// Adds an event; returns its id.
  std::uint32_t emit(EventKind kind, ThingId who, const Said& said = {});
  /// Something will happen in `after` from now.
  void later(Duration after, const Due& due) {
    HA_CHECK(after >= Duration{0});
    s.queue.push(s.now + after, due);
  }

  bool outputs_wait() const { return output < outputs.size(); }
  void drop_outputs(int of_head) {
    stalled[static_cast<std::size_t>(of_head)].waits = false;
    if (output_head == of_head) output = outputs.size();
  }

  // How events leave (simulator.cc). While the world boots, nobody looks: events are kept until instant 0 is known.
  Observer* observer = nullptr;
  bool stop = false;  ///< the observer wants the world to stop
  bool booting = false;
  Time zero{};               ///< the instant of `s.now` that is 0 of the run
  std::vector<Event> early;  ///< events of the boot
};

}  // namespace hasim::sim
