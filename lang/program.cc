// Compiles a script.
#include "lang/program.h"

#include <algorithm>

#include "lang/draw.h"
#include "lang/invariants.h"

namespace hasim {

namespace {

class Fingerprint {
 public:
  void add(std::uint64_t x) { value_ = scramble(value_ ^ x) + 0x9e3779b97f4a7c15U; }
  void add(const Point& point) {
    add(static_cast<std::uint64_t>(point.offset.count()));
    add(static_cast<std::uint64_t>(point.base));
  }
  void add(const Sentence& sentence) {
    add(static_cast<std::uint64_t>(sentence.id) << 32 | sentence.text.size());
    for (const std::uint8_t pick : sentence.picks) add(pick);
    for (const Value& value : sentence.values) {
      add(static_cast<std::uint64_t>(value.number.lo));
      add(static_cast<std::uint64_t>(value.number.hi) ^ value.word);
      add(static_cast<std::uint64_t>(value.count.n) << 8 | static_cast<std::uint64_t>(value.count.rule));
      for (const ThingId id : value.things) add(id);
    }
  }
  void add(const Claimed& claimed) {
    add(static_cast<std::uint64_t>(claimed.order));
    for (const Some* some : {&claimed.first, &claimed.second}) {
      for (const auto& terms : *some) {
        for (const Term& term : terms) {
          add(term.negated ? 2U : 1U);
          add(term.observed);
        }
      }
    }
  }
  void add(const std::vector<std::vector<Sentence>>& alternatives) {
    for (const auto& sentences : alternatives) {
      for (const Sentence& sentence : sentences) add(sentence);
    }
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

void add_line(Fingerprint& print, const Line& line) {
  print.add(static_cast<std::uint64_t>(line.number) << 32 | line.source_key);
  print.add(static_cast<std::uint64_t>(line.when.kind) << 1 | static_cast<std::uint64_t>(line.when.drawn));
  print.add(line.when.from);
  print.add(line.when.to);
  if (line.when.trigger) print.add(*line.when.trigger);
  if (line.when.once_before) print.add(static_cast<std::uint64_t>(line.when.once_before->count()));
  if (line.when.operation) print.add(*line.when.operation);
  for (const Stimulus& stimulus : line.stimuli) {
    print.add(static_cast<std::uint64_t>(stimulus.verb) << 32 | stimulus.text.size());
    print.add(stimulus.alternatives);
    for (const ThingId id : stimulus.heal_things) print.add(id);
    if (stimulus.lasts) print.add(static_cast<std::uint64_t>(stimulus.lasts->lo + stimulus.lasts->hi));
    if (stimulus.probability) print.add(static_cast<std::uint64_t>(*stimulus.probability * 1e6));
  }
  for (const Claim& claim : line.claims) {
    print.add(static_cast<std::uint64_t>(claim.verb));
    for (const auto& all : claim.alternatives) {
      for (const Claimed& claimed : all) print.add(claimed);
    }
  }
  if (line.measure) {
    print.add(static_cast<std::uint64_t>(line.measure->kind) << 1 |
              static_cast<std::uint64_t>(line.measure->from_here));
    for (const char c : line.measure->name) print.add(static_cast<unsigned char>(c));
    if (line.measure->from) print.add(*line.measure->from);
    if (line.measure->to) print.add(*line.measure->to);
  }
  if (line.over && line.over->seen) print.add(*line.over->seen);
  if (line.race_within) print.add(static_cast<std::uint64_t>(line.race_within->count()));
}

}  // namespace

std::uint64_t Program::fingerprint(const Script& script) {
  Fingerprint print;
  for (const Relaxed& relaxed : script.relaxed) print.add(static_cast<std::uint64_t>(relaxed.invariant));
  for (const Line& line : script.lines) add_line(print, line);
  return print.value();
}

Program::Program(const Script& script) : script_(script) {
  Invariants::want(interest_);
  for (const Relaxed& relaxed : script_.relaxed) relaxed_[static_cast<std::size_t>(relaxed.invariant)] = true;
  if (world().heads.size() > kHeadsMax) why_not_ = "more than 64 heads cannot be judged";
  plans_.resize(script_.lines.size());
  number_verdicts();
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    compile(script_.lines[i], plans_[i]);
    if (script_.lines[i].when.kind == When::Kind::each_step) step_line_ = i;
  }
  index_events();
}

void Program::number_verdicts() {
  for (const Line& line : script_.lines) {
    for (const Claim& claim : line.claims)
      verdict_lines_.push_back(claim.place.line != 0 ? claim.place.line : line.number);
    const bool waits = line.when.kind == When::Kind::on || line.when.kind == When::Kind::each_step;
    if (waits && line.claims.empty()) verdict_lines_.push_back(line.number);
  }
  std::sort(verdict_lines_.begin(), verdict_lines_.end());
  verdict_lines_.erase(std::unique(verdict_lines_.begin(), verdict_lines_.end()), verdict_lines_.end());
}

std::size_t Program::verdict_of(int line) const {
  const auto at = std::lower_bound(verdict_lines_.begin(), verdict_lines_.end(), line);
  return static_cast<std::size_t>(at - verdict_lines_.begin());
}

void Program::compile(const Line& line, LinePlan& plan) {
  cold_ = cold_ || (line.when.kind == When::Kind::start && line.when.cold);
  for (const Claim& claim : line.claims) {
    plan.claims.push_back(compile(claim));
    plan.claims.back().verdict = verdict_of(claim.place.line != 0 ? claim.place.line : line.number);
  }
  for (const Stimulus& stimulus : line.stimuli) plan.stimuli.push_back(compile(stimulus));
  compile_trigger(line, plan);
  if (line.measure) {
    plan.measure.emplace();
    if (line.measure->from) plan.measure->from = compile(*line.measure->from, ClaimVerb::expect).first;
    if (line.measure->to) plan.measure->to = compile(*line.measure->to, ClaimVerb::expect).first;
  }
  if (line.over && line.over->sometimes && line.over->seen) {
    const bool ordered = line.over->seen->order != Order::none;
    plan.sometimes = compile(*line.over->seen, ordered ? ClaimVerb::expect : ClaimVerb::never);
    ++sometimes_;
  }
}

void Program::compile_trigger(const Line& line, LinePlan& plan) {
  const bool waits = line.when.kind == When::Kind::on || line.when.kind == When::Kind::each_step;
  if (waits) plan.verdict = verdict_of(plan.claims.empty() ? line.number : verdict_lines_[plan.claims[0].verdict]);
  if (!line.when.trigger) return;
  Trigger& trigger = plan.trigger.emplace();
  trigger.property = compile(*line.when.trigger, ClaimVerb::expect);
  trigger.plain = trigger.property.order == Order::none && formulas_[trigger.property.first].counts() == 0;
  trigger.text = text_of(trigger.property, formulas_);
}

ClaimPlan Program::compile(const Claim& claim) {
  ClaimPlan plan;
  plan.verb = claim.verb;
  for (const auto& all : claim.alternatives) {
    auto& properties = plan.alternatives.emplace_back();
    for (const Claimed& claimed : all) properties.push_back(compile(claimed, claim.verb));
  }
  return plan;
}

StimulusPlan Program::compile(const Stimulus& stimulus) const {
  StimulusPlan plan;
  for (const auto& sentences : stimulus.alternatives) {
    auto& deeds = plan.emplace_back();
    for (const Sentence& sentence : sentences) {
      const bool fault = stimulus.verb == StimulusVerb::fault;
      deeds.push_back({sentence, fault ? excuse_of_fault(sentence, world()) : excuse_of_action(sentence)});
    }
  }
  return plan;
}

Property Program::compile(const Claimed& claimed, ClaimVerb verb) {
  Property property{verb, claimed.order, add(claimed.first), 0};
  if (claimed.order != Order::none) property.second = add(claimed.second);
  for (const Some* some : {&claimed.first, &claimed.second}) {
    for (const auto& terms : *some) {
      for (const Term& term : terms) {
        if (term.observed.id != SentenceId::see_violation || verb != ClaimVerb::expect) continue;
        for (const Value& value : term.observed.values) expected_[value.word] = true;
      }
    }
  }
  return property;
}

std::size_t Program::add(const Some& some) {
  formulas_.emplace_back(some, world(), why_not_);
  return formulas_.size() - 1;
}

void Program::index_events() {
  for (std::size_t i = 0; i < formulas_.size(); ++i) {
    Interest wanted;
    formulas_[i].want(wanted);
    for (std::size_t kind = 0; kind < touched_.size(); ++kind) {
      if (!wanted.wants[kind]) continue;
      touched_[kind].push_back(static_cast<std::uint16_t>(i));
      interest_.wants[kind] = true;
    }
  }
  if (step_line_) {
    interest_.want(EventKind::step);
    Picture::want_cores(interest_);
  }
}

const std::string& Program::refusal(const World& w) {
  if (refusal_) return *refusal_;
  refusal_.emplace();
  for (const Line& line : script_.lines) {
    for (const Stimulus& stimulus : line.stimuli) {
      if (stimulus.verb == StimulusVerb::heal) continue;
      for (const auto& sentences : stimulus.alternatives) {
        for (const Sentence& sentence : sentences) {
          const auto reason = w.cannot(sentence, world());
          if (reason && refusal_->empty()) *refusal_ = "line " + std::to_string(stimulus.place.line) + ": " + *reason;
        }
      }
    }
  }
  return *refusal_;
}

std::string text_of(const Property& property, const std::vector<Formula>& formulas) {
  std::string first = formulas[property.first].text();
  if (property.order == Order::none) return first;
  return first + (property.order == Order::before ? " before " : " after ") + formulas[property.second].text();
}

}  // namespace hasim
