// A script made ready to run often: formulas compiled, events known that anybody needs, verdict lines numbered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lang/ast.h"
#include "lang/excuse.h"
#include "lang/formula.h"
#include "lang/monitor.h"
#include "lang/world.h"

namespace hasim {

/// `on` and `whenever`: what is waited for.
struct Trigger {
  Property property;  ///< as an `expect`
  bool plain = true;  ///< no order and no count: fires at the event, not when its instant is over
  std::string text;
};

struct ClaimPlan {
  std::vector<std::vector<Property>> alternatives;  ///< as in `Claim`
  std::size_t verdict = 0;                          ///< place in RunResult::lines
  ClaimVerb verb{};
};

/// A sentence of a stimulus: a copy of its own, into which drawn numbers are written.
struct DeedPlan {
  Sentence sentence;
  Excuse excuse;
};
using StimulusPlan = std::vector<std::vector<DeedPlan>>;  ///< as `Stimulus::alternatives`

struct MeasurePlan {
  std::optional<std::size_t> from, to;  ///< formulas
};

struct LinePlan {
  std::vector<ClaimPlan> claims;
  std::vector<StimulusPlan> stimuli;
  std::optional<Trigger> trigger;
  std::optional<std::size_t> verdict;  ///< of a line that waits for its trigger and claims nothing, or lists steps
  std::optional<MeasurePlan> measure;
  std::optional<Property> sometimes;
};

class Program {
 public:
  explicit Program(const Script&);

  /// Everything that decides how the script runs, in one number: tells whether a program still fits a script.
  static std::uint64_t fingerprint(const Script&);

  const Script& script() const { return script_; }
  const WorldSpec& world() const { return *script_.world; }
  const LinePlan& plan(std::size_t line) const { return plans_[line]; }
  LinePlan& plan(std::size_t line) { return plans_[line]; }
  std::vector<Formula>& formulas() { return formulas_; }
  /// Formulas that an event of this kind may change.
  const std::vector<std::uint16_t>& touched(EventKind kind) const { return touched_[static_cast<std::size_t>(kind)]; }
  const Interest& interest() const { return interest_; }
  /// Lines that get a verdict, in file order.
  const std::vector<int>& verdict_lines() const { return verdict_lines_; }
  bool is_relaxed(int invariant) const { return relaxed_[static_cast<std::size_t>(invariant)]; }
  /// A line expects that it is violated.
  bool is_expected(int invariant) const { return expected_[static_cast<std::size_t>(invariant)]; }
  std::size_t sometimes_lines() const { return sometimes_; }
  bool cold() const { return cold_; }
  /// The line of `each step of`, if there is one.
  std::optional<std::size_t> step_line() const { return step_line_; }
  /// Why it cannot be judged at all; empty if it can.
  const std::string& why_not() const { return why_not_; }
  /// Which line this world cannot do, and why; empty if it can do all. Asked once.
  const std::string& refusal(const World&);

 private:
  void number_verdicts();
  std::size_t verdict_of(int line) const;
  void compile(const Line&, LinePlan&);
  void compile_trigger(const Line&, LinePlan&);
  ClaimPlan compile(const Claim&);
  StimulusPlan compile(const Stimulus&) const;
  Property compile(const Claimed&, ClaimVerb);
  std::size_t add(const Some&);
  void index_events();

  Script script_;
  std::vector<LinePlan> plans_;
  std::vector<Formula> formulas_;
  std::array<std::vector<std::uint16_t>, kEventKinds> touched_;
  Interest interest_;
  std::vector<int> verdict_lines_;
  std::array<bool, 10> relaxed_{}, expected_{};
  bool cold_ = false;
  std::size_t sometimes_ = 0;
  std::optional<std::size_t> step_line_;
  std::string why_not_;
  std::optional<std::string> refusal_;
};

/// `a before b`, as written.
std::string text_of(const Property&, const std::vector<Formula>&);

}  // namespace hasim
