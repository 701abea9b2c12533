// The judge: watches a world event by event, and lets the course of the script act in it.
#include "lang/run.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "lang/course.h"

namespace hasim {

namespace {

/// What does most harm comes first.
constexpr std::array kGravity{1, 5, 3, 2, 4, 7, 6, 8, 9};

}  // namespace

const Broken* gravest(const std::vector<Broken>& broken) {
  const auto rank = [](const Broken& b) {
    const auto at = std::find(kGravity.begin(), kGravity.end(), b.invariant);
    return std::pair{at - kGravity.begin(), b.line};
  };
  const auto least = std::min_element(broken.begin(), broken.end(),
                                      [&](const Broken& a, const Broken& b) { return rank(a) < rank(b); });
  return least == broken.end() ? nullptr : &*least;
}

struct Runner::Impl : Observer {
  explicit Impl(World& w) : world(w), scene{w, *this, invariants, picture}, course(docket, gauges, deeds) {}

  const RunResult& run(const Script&, std::uint64_t seed, const RunOptions&);
  bool on_event(const Event&) override;

  Program& program_of(const Script&);
  void prepare(std::uint64_t seed);
  bool settle_world();
  void drive();
  void finish();
  void turn_to(Time t);
  void settle_instant();
  void take_breaches();
  void remember_cause(const Event&);
  void tell_causes();
  void flush();
  bool must_stop() const { return !options.keep_going && !result.broken.empty(); }

  World& world;
  Picture picture;
  Invariants invariants;
  Landmarks landmarks;
  Scene scene;
  Docket docket;
  Gauges gauges;
  Deeds deeds;
  Course course;
  RunResult result;
  RunOptions options;

  struct Known {
    std::uint64_t fingerprint = 0;
    std::unique_ptr<Program> program;
  };
  std::vector<Known> programs;
  Program* program = nullptr;

  Time instant = kBeforeAll;      ///< the instant whose events come in
  bool dirty = false;             ///< something in this instant has to be judged when it is over
  bool stop = false;              ///< the world must stop right after this event
  std::size_t breaches = 0;       ///< of the invariants, taken over
  std::size_t told = 0;           ///< of the broken invariants, told to the trace
  std::array<Event, 2> causes{};  ///< the last two, oldest first
};

Runner::Runner(World& world) : impl_(std::make_unique<Impl>(world)) {}
Runner::~Runner() = default;

const RunResult& Runner::run(const Script& script, std::uint64_t seed, const RunOptions& options) {
  impl_->options = options;
  return impl_->run(script, seed, options);
}

/// Scripts may be changed or made anew at the same address; what they say decides.
Program& Runner::Impl::program_of(const Script& script) {
  constexpr std::size_t kKnown = 64;
  const std::uint64_t fingerprint = Program::fingerprint(script);
  for (Known& known : programs) {
    const bool same = known.fingerprint == fingerprint && known.program->script().world == script.world;
    if (same) return *known.program;
  }
  if (programs.size() == kKnown) programs.erase(programs.begin());
  programs.push_back({fingerprint, std::make_unique<Program>(script)});
  return *programs.back().program;
}

const RunResult& Runner::Impl::run(const Script& script, std::uint64_t seed, const RunOptions& run_options) {
  options = run_options;
  program = &program_of(script);
  prepare(seed);
  result.failed_to_start = program->why_not().empty() ? program->refusal(world) : program->why_not();
  if (!result.failed_to_start.empty() || !settle_world()) {
    result.holds = false;
    return result;
  }
  drive();
  finish();
  return result;
}

void Runner::Impl::prepare(std::uint64_t seed) {
  result.holds = true;
  result.broken.clear();
  result.injected.clear();
  result.measures.clear();
  result.sometimes.clear();
  result.steps.clear();
  result.last_causes.clear();
  result.relaxed_broken.fill(Time{0});
  result.failed_to_start.clear();
  result.lines.resize(program->verdict_lines().size());
  for (std::size_t i = 0; i < result.lines.size(); ++i) {
    LineVerdict& verdict = result.lines[i];
    verdict.line = program->verdict_lines()[i];
    verdict.holds = true;
    verdict.judged = false;
    verdict.decided = Time{0};
    verdict.remark.clear();
  }
  instant = kBeforeAll;
  dirty = stop = false;
  breaches = told = 0;
  causes = {};
  picture.reset(program->world());
  invariants.reset(program->script().world);
  for (Formula& formula : program->formulas()) formula.reset(picture);
  docket.reset(*program, result, picture);
  gauges.reset(*program);
  deeds.reset(*program, seed, result);
  course.reset(*program, options, result, world.tolerance());
  Interest interest = program->interest();
  result.reached.reset();
  if (options.landmarks) {
    landmarks.reset(program->world());
    Landmarks::want(interest);
  }
  world.interest(interest);
  world.reset({program->script().world, seed, program->cold(), options.recording});
}

bool Runner::Impl::settle_world() {
  course.give(scene);
  if (!world.settle(*this)) {
    result.failed_to_start = world.why_not_settled();
    result.end = world.now();
    result.hash = world.hash();
    result.events = world.events_count();
    return false;
  }
  Event settled;
  settled.kind = EventKind::settled;
  settled.t = world.now();
  world.emit(settled, *this);
  course.start(scene);
  return true;
}

void Runner::Impl::drive() {
  for (;;) {
    turn_to(world.now());
    course.carry_out_due(scene);
    dirty = true;  // windows may have opened
    flush();
    if (course.over() || must_stop()) return;
    stop = false;
    const Time until = course.settle_soon() ? std::min(course.next(), world.now() + Duration{1}) : course.next();
    const Time reached = world.advance(until, *this);
    // What is due now is due after everything before it; an instant in whose middle the world stopped is not over.
    turn_to(reached);
    flush();
    if (must_stop()) return;
  }
}

bool Runner::Impl::on_event(const Event& e) {
  if (e.t != instant) turn_to(e.t);
  if (options.landmarks) landmarks.see(e, picture);
  picture.apply(e);
  invariants.see(e, picture);
  if (invariants.breaches().size() != breaches) take_breaches();
  if (invariants.wants_settling()) dirty = true;
  if (course.lists_steps()) stop = course.watch_steps(picture) || stop;
  switch (e.kind) {
    case EventKind::role:
    case EventKind::hold:
    case EventKind::proof: remember_cause(e); break;
    case EventKind::step: stop = course.stepped(e) || stop; break;
    default: break;
  }
  for (const std::uint16_t formula : program->touched(e.kind)) {
    if (!program->formulas()[formula].see(e, picture)) continue;
    dirty = true;
    stop = course.changed(formula, e) || stop;
  }
  return stop;
}

/// Everything before t happened.
void Runner::Impl::turn_to(Time t) {
  if (t == instant) return;
  if (dirty) settle_instant();
  invariants.before(t, picture);
  if (invariants.breaches().size() != breaches) take_breaches();
  instant = t;
}

void Runner::Impl::settle_instant() {
  dirty = false;
  invariants.settle(instant, picture);
  if (invariants.breaches().size() != breaches) take_breaches();
  docket.settle(instant);
  gauges.settle(instant);
  stop = course.settle(instant) || stop;
  if (result.broken.empty()) return;
  tell_causes();
  stop = stop || must_stop();
}

void Runner::Impl::take_breaches() {
  for (; breaches < invariants.breaches().size(); ++breaches) {
    const Breach& breach = invariants.breaches()[breaches];
    if (program->is_expected(breach.invariant)) {
      for (std::size_t i = 0; i < program->formulas().size(); ++i) {
        if (!program->formulas()[i].violated(breach.invariant, breach.from, breach.facts[0])) continue;
        Event seen;
        seen.t = breach.from;
        course.changed(i, seen);
        dirty = true;
      }
    } else if (program->is_relaxed(breach.invariant)) {
      result.relaxed_broken[static_cast<std::size_t>(breach.invariant)] = std::max(breach.from, Time{1});
    } else {
      Broken broken{breach.invariant, 0, breach.from, breach.to, breach.message, {}};
      for (const std::uint32_t fact : breach.facts) {
        if (fact != 0) broken.facts.push_back(fact);
      }
      result.broken.push_back(std::move(broken));
      tell_causes();
      stop = stop || must_stop();
    }
  }
}

void Runner::Impl::remember_cause(const Event& e) {
  if (e.cause == ha::Cause::none && e.reason == ha::Reason::none) return;
  causes[0] = causes[1];
  causes[1] = e;
}

void Runner::Impl::tell_causes() {
  if (!result.last_causes.empty()) return;
  // A proof taken and the role it leads to say the same word.
  for (const Event& e : causes) {
    if (e.id == 0) continue;
    const std::string_view word = e.reason != ha::Reason::none ? to_string(e.reason) : to_string(e.cause);
    std::string cause = program->world().name_of(e.who) + " " + std::string(word);
    if (result.last_causes.empty() || result.last_causes.back() != cause)
      result.last_causes.push_back(std::move(cause));
  }
}

/// Adds what was decided to the trace. The world stands still.
void Runner::Impl::flush() {
  for (Event& event : docket.fresh()) {
    event.t = world.now();
    world.emit(event, *this);
  }
  docket.fresh().clear();
  for (; told < result.broken.size(); ++told) {
    const Broken& broken = result.broken[told];
    if (broken.invariant == 0) continue;
    Event event;
    event.kind = EventKind::broken;
    event.t = world.now();
    event.x = static_cast<std::uint8_t>(broken.invariant);
    event.since = (world.now() - broken.from).count();
    for (std::size_t i = 0; i < std::min<std::size_t>(broken.facts.size(), 2); ++i) event.because[i] = broken.facts[i];
    world.emit(event, *this);
  }
}

void Runner::Impl::finish() {
  result.end = world.now();
  // The last instant that counts is over: the world stands at the next tick behind it.
  if (course.over()) result.end -= Duration{1};
  docket.finish(result.end);
  gauges.finish(result.end, result);
  for (std::size_t i = 0; i < invariants.breaches().size(); ++i) {
    for (Broken& broken : result.broken) {
      const Breach& breach = invariants.breaches()[i];
      if (broken.invariant == breach.invariant) broken.to = std::min(breach.to, result.end);
    }
  }
  std::stable_sort(result.broken.begin(), result.broken.end(), [](const Broken& a, const Broken& b) {
    return std::tie(a.from, a.line) < std::tie(b.from, b.line);
  });
  result.holds = result.broken.empty();
  if (options.landmarks) result.reached = landmarks.reached();
  Event ended;
  ended.kind = EventKind::ended;
  ended.t = world.now();
  world.emit(ended, *this);
  result.hash = world.hash();
  result.events = world.events_count();
  if (!result.holds || options.keep_going || options.recording != Recording::none) deeds.tell();
}

}  // namespace hasim
