// The port: a world that the caller drives.
#include "sim/simulator.h"

#include "core/journal.h"
#include "lang/draw.h"
#include "sim/actions.h"
#include "sim/clients.h"
#include "sim/faults.h"
#include "sim/happen.h"
#include "sim/machine.h"
#include "sim/settle.h"

namespace hasim {

namespace {

using sim::Engine;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kSettlesWithin = minutes{60};
constexpr Duration kApart = std::chrono::milliseconds{370};  ///< nobody presses two buttons at once
constexpr std::uint64_t kPhaseStream = 0x70686173;
constexpr Duration kQuiet = seconds{2};  ///< a settled world is looked at again after that long

class Simulator final : public World {
 public:
  /// Every sentence of the vocabulary is simulated; the rule `simulated` of tests/house looks.
  std::optional<std::string> cannot(const Sentence&, const WorldSpec&) const override { return std::nullopt; }
  std::optional<std::string> cannot_run(const WorldSpec& spec) const override {
    return sim::system_refused(spec.system);
  }
  void reset(const Setup& setup) override;
  void interest(const Interest& interest) override;
  bool settle(Observer& observer) override;
  std::string why_not_settled() const override { return complaint_; }
  Time advance(Time until, Observer& observer) override;
  Time now() const override { return engine_.now() - engine_.zero; }
  void inject(const Deed& fault, Observer& observer) override;
  void act(const Deed& action, Observer& observer) override;
  void heal(std::uint32_t fault_number, Observer& observer) override;
  const Event& emit(Event event, Observer& observer) override;
  std::uint64_t hash() const override { return engine_.recorder.hash(); }
  std::uint64_t events_count() const override { return engine_.recorder.count(); }
  const std::vector<Event>& recorded() const override { return engine_.recorder.recorded(); }
  Duration tolerance() const override { return Duration{0}; }
  std::string_view name() const override { return "sim"; }
  std::string core_digest() const override { return std::string{ha::digest()}; }

 private:
  void lay_out(const std::shared_ptr<const WorldSpec>& spec);
  void begin(Observer& observer);
  void run_until(Time until);
  bool boot();
  void take_settled();
  void draw_phase();
  void show_boot(const std::vector<Event>& events, Observer& observer);

  Engine engine_;
  Setup setup_;
  std::string complaint_;
  Event emitted_;
  bool begun_ = false;  ///< something was done in this run already
  /// The world as it settled without a fault, and what it said meanwhile: the same for all seeds, as booting draws
  /// nothing.
  struct Settled {
    bool known = false;
    sim::State state;
    std::vector<Event> events;
  } settled_;
};

void Simulator::lay_out(const std::shared_ptr<const WorldSpec>& spec) {
  if (engine_.layout != nullptr && engine_.layout->spec == spec) return;
  settled_.known = false;
  sim::Laid laid = sim::lay_out(spec);
  complaint_ = laid.complaint;
  engine_.layout = laid.layout;
}

void Simulator::reset(const Setup& setup) {
  setup_ = setup;
  complaint_.clear();
  lay_out(setup.spec);
  engine_.recorder.reset(setup.recording);
  engine_.seed = setup.seed;
  engine_.zero = Time{0};
  engine_.s.now = Time{0};
  engine_.booting = false;
  begun_ = false;
}

void Simulator::interest(const Interest& interest) {
  engine_.interest = interest;
  engine_.recorder.interest(interest);
}

void Simulator::begin(Observer& observer) {
  engine_.observer = &observer;
  engine_.stop = false;
  if (begun_ || engine_.layout == nullptr) return;
  begun_ = true;
  engine_.booting = !setup_.cold;
  engine_.early.clear();
  sim::begin_world(engine_);
}

void Simulator::run_until(Time until) {
  while (sim::work(engine_, until)) {}
  engine_.s.now = until;
}

bool Simulator::boot() {
  for (int h = 0; h < engine_.heads(); ++h) {
    sim::power_on(engine_, h);
    run_until(engine_.now() + kApart);
  }
  while (engine_.now() < kSettlesWithin) {
    run_until(engine_.now() + kQuiet);
    complaint_ = sim::unsettled(engine_);
    if (complaint_.empty()) return true;
  }
  return false;
}

void Simulator::take_settled() {
  engine_.s = settled_.state;
  engine_.outputs.clear();
  engine_.output = 0;
  engine_.held.clear();
  for (Engine::Stalled& stalled : engine_.stalled) stalled.waits = false;
  engine_.announced_answer = engine_.clients_look = engine_.lines_faulty = false;
}

/// Where in the interval of the beats instant 0 falls is drawn: what a script does at +60s meets the cores in another
/// phase in every run. That is also why one seed is not like the next in a world without any chance.
void Simulator::draw_phase() {
  const Duration interval = engine_.layout->spec->settings.duration("keep_alive");
  Draws draws(setup_.seed, stream_key(kPhaseStream));
  run_until(engine_.now() + Duration{draws.uniform(0, interval.count() - 1)});
}

void Simulator::show_boot(const std::vector<Event>& events, Observer& observer) {
  engine_.observer = &observer;
  engine_.booting = false;
  engine_.zero = engine_.now();
  for (Event event : events) {
    event.t -= engine_.zero;
    (void)engine_.recorder.add(event, observer);  // nobody can stop what has happened
  }
}

bool Simulator::settle(Observer& observer) {
  if (engine_.layout == nullptr) return false;
  if (!setup_.cold && !begun_ && settled_.known) {
    begun_ = true;
    engine_.observer = &observer;
    engine_.stop = false;
    engine_.booting = true;
    engine_.early = settled_.events;
    take_settled();
    draw_phase();
    show_boot(engine_.early, observer);
  } else {
    begin(observer);
    const bool plain = engine_.s.faults.empty();
    if (!setup_.cold) {
      const bool settled = boot();
      if (settled && plain) settled_ = {true, engine_.s, engine_.early};
      if (settled) draw_phase();
      show_boot(engine_.early, observer);
      if (!settled) return false;
    }
  }
  engine_.because = 0;
  sim::begin_writing(engine_);
  return true;
}

Time Simulator::advance(Time until, Observer& observer) {
  engine_.observer = &observer;
  engine_.stop = false;
  const Time internal = until + engine_.zero;
  while (!engine_.stop && sim::work(engine_, internal)) {}
  if (!engine_.stop && engine_.now() < internal) engine_.s.now = internal;
  return now();
}

void Simulator::inject(const Deed& fault, Observer& observer) {
  begin(observer);
  sim::inject(engine_, fault);
}

void Simulator::act(const Deed& action, Observer& observer) {
  begin(observer);
  sim::act(engine_, action);
}

void Simulator::heal(std::uint32_t fault_number, Observer& observer) {
  begin(observer);
  sim::heal(engine_, fault_number);
}

const Event& Simulator::emit(Event event, Observer& observer) {
  begin(observer);
  event.t = now();
  if (!engine_.booting) (void)engine_.recorder.add(event, observer);
  emitted_ = event;
  return emitted_;
}

}  // namespace

std::unique_ptr<World> make_simulator() { return std::make_unique<Simulator>(); }

}  // namespace hasim
