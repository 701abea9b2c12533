// The events of a real world on their way to the judge. They are seen by several observers, each a little late, and are
// told in the order of their instants as far as that is known; one that comes too late is told at the instant of the
// newest that was told.
#pragma once

#include <vector>

#include "lang/recorder.h"

namespace hasim::netns {

class Stream {
 public:
  void reset(Recording recording);
  void interest(const Interest& interest) { recorder_.interest(interest); }

  /// Something was seen that happened at `at` (boottime). It follows from the newest fault or action, and if a core
  /// said it, from what that core said before.
  void saw(Time at, Event event);
  /// Tells the judge what happened before `until` (boottime). True: it wants to act right after the newest event.
  bool show(Time until, Observer& observer);
  /// Tells one event at once, before all that waits; returns it as told.
  const Event& tell(Time at, Event event, Observer& observer);

  /// `zero` becomes instant 0, and what was seen before is told.
  void begin(Time zero, Observer& observer);
  bool begun() const { return begun_; }
  Time zero() const { return zero_; }
  /// Instant of the newest event that was told; of the run.
  Time newest() const { return newest_; }
  const Recorder& recorder() const { return recorder_; }

 private:
  Recorder recorder_;
  std::vector<Event> waiting_;
  bool begun_ = false;
  Time zero_{0};
  Time newest_ = Time::min();
  std::uint32_t fault_ = 0;           ///< id of the newest fault, healing or action
  std::vector<std::uint32_t> spoke_;  ///< by thing: id of the newest event that its core said
  Event told_;
};

}  // namespace hasim::netns
