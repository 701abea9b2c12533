// The port between language and worlds: what a simulator or a namespace harness must be able to do.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/ast.h"
#include "lang/trace.h"

namespace hasim {

/// A fault or an action with all choices drawn: every Range of its sentence has lo == hi.
struct Deed {
  const Sentence* sentence = nullptr;
  std::uint16_t line = 0;    ///< of the scenario, for the trace
  std::uint32_t number = 0;  ///< of a fault: its number in the run, by which it is healed
};

/// Which events a run records; whatever is recorded, the hash covers all events.
enum class Recording : std::uint8_t { none, decisions /* all but frames, steps, right */, everything };

/// What a new world needs to know before it powers its machines.
struct Setup {
  std::shared_ptr<const WorldSpec> spec;
  std::uint64_t seed = 1;
  bool cold = false;  ///< `start cold`
  Recording recording = Recording::none;
};

/// One world in one run. The caller drives time; nothing happens outside `settle` and `advance`.
class World {
 public:
  virtual ~World() = default;

  /// Why this world cannot do the sentence; nothing if it can. Asked before anything starts.
  virtual std::optional<std::string> cannot(const Sentence&, const WorldSpec&) const = 0;

  /// Why this world cannot be built, or cannot run its system; nothing if it can. Asked before anything starts.
  virtual std::optional<std::string> cannot_run(const WorldSpec&) const = 0;

  /// Makes everything as new for another run; keeps allocations.
  virtual void reset(const Setup&) = 0;
  virtual void interest(const Interest&) = 0;

  /// Powers the world up (after the `given` faults were injected) and runs until it is settled: owner active, peer
  /// passive, BMCs tested, clients mounted. That instant becomes time 0. With `cold`, time 0 is "everything off" and
  /// nothing runs before. Returns false if it does not settle (the reason is then in `why_not_settled`).
  virtual bool settle(Observer&) = 0;
  virtual std::string why_not_settled() const = 0;

  /// Does what is due before `until` (exclusive), in the world's total order. Stops early, right after an event for
  /// which the observer returns true; returns the instant reached. Work that is half done then (outputs of a core not
  /// yet performed) is done first when it goes on, unless what happened in between prevents it.
  virtual Time advance(Time until, Observer&) = 0;
  virtual Time now() const = 0;

  /// Faults, actions and healing happen at `now()`. Events they cause are seen by the observer as usual; the return
  /// value of the observer is ignored here.
  virtual void inject(const Deed& fault, Observer&) = 0;
  virtual void act(const Deed& action, Observer&) = 0;
  virtual void heal(std::uint32_t fault_number, Observer&) = 0;

  /// Adds an event of the judge or the script to the stream (note, decided, broken, ended).
  virtual const Event& emit(Event, Observer&) = 0;

  /// Hash over all events so far.
  virtual std::uint64_t hash() const = 0;
  virtual std::uint64_t events_count() const = 0;
  virtual const std::vector<Event>& recorded() const = 0;

  /// How exact observed times are: 0 in the simulator.
  virtual Duration tolerance() const = 0;
  virtual std::string_view name() const = 0;  ///< "sim" or "netns"
  virtual std::string core_digest() const = 0;
};

}  // namespace hasim
