// From lines to instants.
#include "lang/course.h"

#include <fmt/format.h>

#include <algorithm>

#include "lang/wording.h"

namespace hasim {

namespace {

/// Why a wait is looked at: its patience is over, or (0) its operation may be.
constexpr std::uint32_t kPatience = 1;
constexpr Duration kTick{1};  ///< the world's smallest step: what is over before t + kTick includes t

bool needs_no_mark(const Line& line) {
  const bool by_time = line.when.kind == When::Kind::window || line.when.kind == When::Kind::at;
  return by_time && line.stimuli.empty() && !line.claims.empty() && line.when.from.base != Point::Base::mark &&
         line.when.to.base != Point::Base::mark;
}

}  // namespace

void Course::reset(Program& program, const RunOptions& options, RunResult& result, Duration tolerance) {
  program_ = &program;
  options_ = options;
  result_ = &result;
  tolerance_ = tolerance;
  patience_ = program.world().settings.duration("patience");
  steps_.reset();
  watched_steps_ = 0;
  timetable_.clear();
  waits_.clear();
  healings_.clear();
  next_line_ = 0;
  mark_ = end_ = Time{0};
  pending_ = 0;
  blocked_ = resolved_ = ended_ = over_ = settle_soon_ = false;
}

void Course::enter(Time t, What what, std::size_t line, std::size_t ref, std::uint32_t occurrence) {
  timetable_.enter({t, what, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(ref), occurrence, 0});
}

void Course::extend(Time t) {
  if (t <= end_) return;
  end_ = t;
  if (resolved_ && !ended_) enter(end_ + kTick, What::end, 0);
}

void Course::give(const Scene& scene) {
  for (std::size_t i = 0; i < program_->script().lines.size(); ++i) {
    if (line(i).when.kind != When::Kind::given) continue;
    for (std::size_t s = 0; s < line(i).stimuli.size(); ++s) {
      const auto healing = deeds_.carry_out(i, s, 0, scene);
      if (!healing) continue;
      healings_.push_back(*healing);
      enter(std::max(healing->at, Time{0}), What::heal, i, healings_.size() - 1);
    }
  }
}

/// Claims whose windows need no mark are judged from the beginning, also below a line that waits for something.
void Course::start(const Scene& scene) {
  const bool only_lists_steps = options_.step == 0 && program_->step_line().has_value();
  const std::size_t lines = only_lists_steps ? *program_->step_line() : program_->script().lines.size();
  for (std::size_t i = 0; i < lines; ++i) {
    if (!needs_no_mark(line(i))) continue;
    const When& when = line(i).when;
    place_claims(i, time_of(when.from), time_of(when.to), when.to.base == Point::Base::end, {}, scene, false);
  }
  resolve(scene);
}

void Course::resolve(const Scene& scene) {
  while (!blocked_ && next_line_ < program_->script().lines.size()) place(next_line_++, scene);
  if (blocked_ || resolved_) return;
  resolved_ = true;
  enter(std::max(end_ + kTick, scene.world.now()), What::end, 0);
}

Time Course::time_of(const Point& point) const {
  switch (point.base) {
    case Point::Base::mark: return mark_ + point.offset;
    case Point::Base::zero: return point.offset;
    case Point::Base::end: break;
  }
  return kAfterAll;
}

void Course::place(std::size_t i, const Scene& scene) {
  const Line& l = line(i);
  const LinePlan& plan = program_->plan(i);
  if (plan.measure || plan.sometimes) enter(mark_, What::measure, i);
  if (l.measure || l.over) return;
  switch (l.when.kind) {
    case When::Kind::given:
    case When::Kind::start: return;
    case When::Kind::on:
    case When::Kind::whenever:
    case When::Kind::each_step: return place_wait(i);
    case When::Kind::at:
    case When::Kind::window: break;
  }
  if (needs_no_mark(l)) return;  // placed at the start
  const bool moves_mark = !l.stimuli.empty() || (l.claims.empty() && l.when.kind == When::Kind::at);
  if (!moves_mark) {
    const Time from = time_of(l.when.from), to = time_of(l.when.to);
    return place_claims(i, from, to, l.when.to.base == Point::Base::end, mark_, scene, false);
  }
  const Time base = time_of({l.when.from.base, Duration{0}});
  const Time t =
      base + (l.when.drawn ? deeds_.draw_offset(i, 0, 0, l.when.from.offset, l.when.to.offset) : l.when.from.offset);
  if (goes_back(i, t, scene)) return;
  mark_ = t;
  extend(t);
  place_stimuli(i, t, 0);
  place_claims(i, t, t, false, t, scene, false);
}

bool Course::goes_back(std::size_t i, Time t, const Scene& scene) {
  if (t >= scene.world.now()) return false;
  Broken broken;
  broken.line = line(i).number;
  broken.from = broken.to = scene.world.now();
  broken.message = fmt::format("line {} goes back in time: it is due at {}, and the line above came at {}",
                               line(i).number, instant_of(t), instant_of(scene.world.now()));
  result_->broken.push_back(std::move(broken));
  next_line_ = program_->script().lines.size();  // what follows counts from an instant that cannot be
  return true;
}

void Course::place_stimuli(std::size_t i, Time t, std::uint32_t occurrence) {
  const Line& l = line(i);
  for (std::size_t s = 0; s < l.stimuli.size(); ++s) {
    Time at = t;
    if (l.race_within) {
      at += deeds_.draw_offset(i, static_cast<std::uint32_t>(s + 1), occurrence, Duration{0}, *l.race_within);
      if (l.when.kind != When::Kind::whenever) extend(t + *l.race_within);
    }
    enter(at, What::deed, i, s, occurrence);
  }
}

void Course::place_claims(std::size_t i, Time from, Time to, bool to_end, std::optional<Time> mark, const Scene& scene,
                          bool by_whenever) {
  const LinePlan& plan = program_->plan(i);
  if (!by_whenever && !plan.claims.empty()) {
    if (from < kAfterAll) extend(from);
    if (!to_end) extend(to);
  }
  for (std::size_t c = 0; c < plan.claims.size(); ++c) {
    const ClaimPlan& claim = plan.claims[c];
    const std::size_t alternative = deeds_.draw_choice(i, static_cast<std::uint32_t>(c), claim.alternatives.size());
    for (const Property& property : claim.alternatives[alternative]) {
      // An order is never blurred; what must come may come a little late, what must last may begin a little late.
      const Duration blur = property.order != Order::none ? Duration{0} : tolerance_;
      const Duration wider = claim.verb == ClaimVerb::expect ? blur : -blur;
      if (!to_end && to + wider < from - wider) {
        docket_.fail(claim.verdict, scene.world.now(),
                     fmt::format("line {}: this window is shorter than twice the tolerance of this world, {}",
                                 result_->lines[claim.verdict].line, span_of(tolerance_)));
        continue;
      }
      Docket::Window window{property, claim.verdict, mark, from - wider, to_end ? kAfterAll : to + wider,
                            to_end,   by_whenever,   {}};
      const std::size_t at = docket_.add(window);
      if (from >= kAfterAll) continue;  // the last instant: opened when it is known
      if (from - wider <= scene.world.now()) {
        docket_.open(at);
      } else {
        enter(from - wider, What::open, i, at);
      }
      if (!to_end) enter(to + wider + kTick, What::close, i, at);
    }
  }
}

void Course::place_wait(std::size_t i) {
  Wait wait;
  wait.line = i;
  wait.repeats = line(i).when.kind == When::Kind::whenever;
  wait.counts_steps = line(i).when.kind == When::Kind::each_step;
  // Only stimuli move the mark; lines behind them count from an instant that is not known yet.
  wait.blocks = !wait.repeats && (wait.counts_steps || line(i).claims.empty() || !line(i).stimuli.empty());
  blocked_ = wait.blocks;
  if (!wait.repeats) ++pending_;
  waits_.push_back(wait);
  enter(mark_, What::await, i, waits_.size() - 1);
}

void Course::carry_out_due(const Scene& scene) {
  while (!over_ && !timetable_.empty() && timetable_.next().t <= scene.world.now()) {
    // Windows that close at the instant of the first break are still judged: it may not be the one that explains it.
    const bool stops = !options_.keep_going && !result_->broken.empty();
    if (stops && timetable_.next().what != What::close) return;
    carry_out(timetable_.take(), scene);
  }
}

void Course::carry_out(const Entry& entry, const Scene& scene) {
  switch (entry.what) {
    case What::close: docket_.close(entry.ref); break;
    case What::open: docket_.open(entry.ref); return;
    case What::measure: gauges_.begin(entry.line, entry.t); return;
    case What::await: await(entry); return;
    case What::expire: expire(entry, scene); return;
    case What::fire: fired(entry, scene); return;
    case What::heal: deeds_.heal(healings_[entry.ref], scene); return;
    case What::deed: {
      const auto healing = deeds_.carry_out(entry.line, entry.ref, entry.occurrence, scene);
      if (!healing) return;
      healings_.push_back(*healing);
      enter(healing->at, What::heal, entry.line, healings_.size() - 1);
      if (line(entry.line).when.kind != When::Kind::whenever) extend(healing->at);
      return;
    }
    case What::end: break;
  }
  reach_end(entry.t);
}

/// The end of the run: when all lines have their times, nothing is waited for, and the last instant is over.
void Course::reach_end(Time now) {
  if (!ended_ && resolved_ && pending_ == 0 && now > end_) {
    ended_ = true;
    docket_.close_all(end_);
  }
  over_ = ended_ && docket_.undecided() == 0;
}

void Course::await(const Entry& entry) {
  Wait& wait = waits_[entry.ref];
  wait.waiting = true;
  if (!wait.repeats) enter(entry.t + patience_, What::expire, entry.line, entry.ref, kPatience);
  if (wait.counts_steps) return steps_.begin(*line(wait.line).when.operation, program_->world(), result_->steps);
  const Trigger& trigger = *program_->plan(wait.line).trigger;
  if (!trigger.plain) {
    wait.monitor.emplace(trigger.property, program_->formulas(), entry.t, kAfterAll);
    return;
  }
  const Formula& formula = program_->formulas()[trigger.property.first];
  wait.hits = formula.hits_before(entry.t);
  const bool holds = formula.now() && (!wait.repeats || formula.since() == entry.t);
  if (holds || formula.hits() > wait.hits) fire(entry.ref, entry.t);
}

void Course::fire(std::size_t at, Time t) {
  Wait& wait = waits_[at];
  const When& when = line(wait.line).when;
  wait.waiting = wait.repeats && !when.once_before;
  if (when.once_before && t >= *when.once_before) return;
  wait.hits = wait.counts_steps ? 0 : program_->formulas()[program_->plan(wait.line).trigger->property.first].hits();
  if (ended_) {
    for (const ClaimPlan& claim : program_->plan(wait.line).claims) docket_.not_judged(claim.verdict);
    return;
  }
  enter(t, What::fire, wait.line, at, wait.times++);
}

bool Course::changed(std::size_t at, const Event& event) {
  bool due = false;
  const Formula& formula = program_->formulas()[at];
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    const Wait& wait = waits_[i];
    if (!wait.waiting || wait.counts_steps) continue;
    const Trigger& trigger = *program_->plan(wait.line).trigger;
    if (wait.monitor) settle_soon_ = due = true;
    if (!trigger.plain || trigger.property.first != at) continue;
    const bool became_true = formula.now() && formula.since_id() == event.id;
    if (!became_true && formula.hits() <= wait.hits) continue;
    fire(i, event.t);
    due = true;
  }
  return due;
}

bool Course::settle(Time t) {
  settle_soon_ = false;
  bool due = false;
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    Wait& wait = waits_[i];
    if (!wait.waiting || !wait.monitor) continue;
    if (wait.monitor->settle(t, program_->formulas()) == Monitor::State::open) continue;
    const bool holds = wait.monitor->state() == Monitor::State::holds;
    if (wait.repeats) {
      wait.monitor.emplace(wait.monitor->property(), program_->formulas(), t + kTick, kAfterAll);
    } else if (!holds) {
      wait.monitor.reset();  // the order was the wrong way round: it cannot come any more, and patience runs out
    }
    if (!holds) continue;
    fire(i, t);
    due = true;
  }
  return due;
}

bool Course::stepped(const Event& event) {
  if (!steps_.add(event)) return false;
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    const Wait& wait = waits_[i];
    if (!wait.waiting || !wait.counts_steps || options_.step == 0) continue;
    if (steps_.size() != static_cast<std::size_t>(options_.step)) continue;
    fire(i, event.t);
    return true;
  }
  return false;
}

/// The operation rests; unless it goes on soon, it is over. True if that has to be looked at.
bool Course::watch_steps(const Picture& picture) {
  if (!steps_.is_quiet(picture) || watched_steps_ == steps_.size()) return false;
  watched_steps_ = steps_.size();
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    if (!waits_[i].waiting || !waits_[i].counts_steps) continue;
    enter(steps_.last() + StepList::kQuiet, What::expire, waits_[i].line, i);
  }
  return true;
}

void Course::expire(const Entry& entry, const Scene& scene) {
  Wait& wait = waits_[entry.ref];
  if (!wait.waiting) return;
  const std::size_t verdict = *program_->plan(wait.line).verdict;
  const int number = line(wait.line).number;
  if (wait.counts_steps) {
    const bool seen = steps_.size() > 0;
    const bool rests = steps_.is_quiet(scene.picture) && entry.t >= steps_.last() + StepList::kQuiet;
    if (entry.occurrence != kPatience && !rests) return;
    if (!seen) {
      docket_.fail(verdict, entry.t,
                   fmt::format("line {} waited for a step of \"{}\", which never came", number,
                               line(wait.line).when.operation->text));
    } else if (options_.step > 0) {
      docket_.fail(verdict, entry.t,
                   fmt::format("line {}: \"{}\" has {} steps in this run, there is no step {}", number,
                               line(wait.line).when.operation->text, steps_.size(), options_.step));
    } else {
      docket_.pass(verdict, entry.t);
    }
  } else {
    docket_.fail(
        verdict, entry.t,
        fmt::format("line {} waited for \"{}\", which never came", number, program_->plan(wait.line).trigger->text));
  }
  give_up(wait);
  reach_end(entry.t);
}

/// What counts from there will never have a time.
void Course::give_up(Wait& wait) {
  wait.waiting = false;
  --pending_;
  if (!wait.blocks) return;
  blocked_ = false;
  next_line_ = program_->script().lines.size();
  resolved_ = true;
  enter(end_ + kTick, What::end, 0);
}

void Course::fired(const Entry& entry, const Scene& scene) {
  const Wait wait = waits_[entry.ref];
  const When& when = line(wait.line).when;
  const bool has_stimuli = !line(wait.line).stimuli.empty();
  Time t = entry.t + when.from.offset;
  if (when.drawn) t = entry.t + deeds_.draw_offset(wait.line, 0, entry.occurrence, when.from.offset, when.to.offset);
  if (has_stimuli) place_stimuli(wait.line, t, entry.occurrence);
  const bool to_end = when.has_window && when.to.base == Point::Base::end;
  const Time to = !when.has_window ? t : to_end ? kAfterAll : entry.t + when.to.offset;
  place_claims(wait.line, t, to, to_end, entry.t, scene, wait.repeats);
  if (wait.repeats) return;
  --pending_;
  const LinePlan& plan = program_->plan(wait.line);
  if (plan.claims.empty()) docket_.pass(*plan.verdict, entry.t);
  if (!wait.blocks) return reach_end(entry.t);
  mark_ = t;
  extend(t);
  blocked_ = false;
  resolve(scene);
}

}  // namespace hasim
