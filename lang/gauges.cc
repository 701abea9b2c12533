// Takes the measures of a run.
#include "lang/gauges.h"

#include <algorithm>

namespace hasim {

void Gauges::reset(Program& program) {
  program_ = &program;
  gauges_.clear();
  sometimes_.clear();
  seen_.clear();
}

void Gauges::begin(std::size_t line, Time mark) {
  const LinePlan& plan = program_->plan(line);
  const std::vector<Formula>& formulas = program_->formulas();
  if (plan.sometimes) {
    sometimes_.emplace_back(std::in_place, *plan.sometimes, formulas, mark, kAfterAll);
    seen_.push_back(false);
  }
  if (!plan.measure) return;
  Gauge gauge;
  gauge.what = &*program_->script().lines[line].measure;
  gauge.plan = *plan.measure;
  if (gauge.what->from_here) gauge.from = mark;
  if (gauge.plan.from) gauge.from_hits = formulas[*gauge.plan.from].hits_before(mark);
  if (gauge.plan.to) gauge.to_hits = formulas[*gauge.plan.to].hits_before(mark);
  if (gauge.plan.to) gauge.counted = formulas[*gauge.plan.to].all_hits();
  const bool without =
      gauge.what->kind == Measure::Kind::longest_without || gauge.what->kind == Measure::Kind::total_without;
  if (without && !formulas[*gauge.plan.to].now()) gauge.missing_since = mark;
  gauges_.push_back(gauge);
}

bool Gauges::happened(std::size_t at, std::int64_t hits) const {
  const Formula& formula = program_->formulas()[at];
  return formula.now() || formula.hits() > hits;
}

void Gauges::settle(Time t) {
  for (Gauge& gauge : gauges_) settle(gauge, t);
  for (std::size_t i = 0; i < sometimes_.size(); ++i) {
    if (seen_[i]) continue;
    // `sometimes E` is the contrary of `never E`; an order is looked for as an `expect`.
    const Monitor::State state = sometimes_[i]->settle(t, program_->formulas());
    const bool ordered = sometimes_[i]->property().order != Order::none;
    seen_[i] = state == (ordered ? Monitor::State::holds : Monitor::State::broken);
  }
}

void Gauges::settle(Gauge& gauge, Time t) {
  if (!gauge.plan.to) return;
  switch (gauge.what->kind) {
    case Measure::Kind::from_to:
      if (gauge.value) return;
      if (!gauge.from && happened(*gauge.plan.from, gauge.from_hits)) {
        gauge.from = t;
        // Only what follows counts as its end.
        gauge.to_hits = program_->formulas()[*gauge.plan.to].hits_before(t);
      }
      if (gauge.from && happened(*gauge.plan.to, gauge.to_hits)) gauge.value = (t - *gauge.from).count();
      return;
    case Measure::Kind::longest_without:
    case Measure::Kind::total_without: {
      const bool there = program_->formulas()[*gauge.plan.to].now();
      if (there == !gauge.missing_since) return;
      if (!there) {
        gauge.missing_since = t;
        return;
      }
      const std::int64_t missing = (t - *gauge.missing_since).count();
      gauge.longest = std::max(gauge.longest, missing);
      gauge.total += missing;
      gauge.missing_since.reset();
      return;
    }
    case Measure::Kind::count_of: return;
  }
}

void Gauges::finish(Time end, RunResult& result) {
  for (Gauge& gauge : gauges_) {
    const std::int64_t missing = gauge.missing_since ? (end - *gauge.missing_since).count() : 0;
    switch (gauge.what->kind) {
      case Measure::Kind::from_to: break;
      case Measure::Kind::longest_without: gauge.value = std::max(gauge.longest, missing); break;
      case Measure::Kind::total_without: gauge.value = gauge.total + missing; break;
      case Measure::Kind::count_of:
        gauge.value = program_->formulas()[*gauge.plan.to].all_hits() - gauge.counted;
        break;
    }
    const bool is_count = gauge.what->kind == Measure::Kind::count_of;
    if (gauge.value) result.measures.push_back({gauge.what->name, *gauge.value, is_count});
  }
  result.sometimes = seen_;
  result.sometimes.resize(program_->sometimes_lines(), false);
}

}  // namespace hasim
