// Carries out the stimuli of a script: draws what is left to chance, breaks, orders and heals, and knows what is
// broken.
#pragma once

#include <cstdint>
#include <vector>

#include "lang/draw.h"
#include "lang/invariants.h"
#include "lang/program.h"
#include "lang/run.h"

namespace hasim {

/// Where deeds are done, and who watches.
struct Scene {
  World& world;
  Observer& observer;
  Invariants& invariants;
  const Picture& picture;
};

class Deeds {
 public:
  /// A fault that heals by itself.
  struct Healing {
    Time at{};
    std::uint32_t first = 0, last = 0;  ///< numbers of faults
  };

  void reset(Program&, std::uint64_t seed, RunResult&);

  /// Does stimulus `stimulus` of line `line` in the world, now. `occurrence` counts the times that a `whenever` came.
  /// Returns when its faults end by themselves, if they do.
  std::optional<Healing> carry_out(std::size_t line, std::size_t stimulus, std::uint32_t occurrence, const Scene&);
  void heal(const Healing&, const Scene&);

  /// An offset in [from, to] for something of that line; `place` tells apart what one line draws.
  Duration draw_offset(std::size_t line, std::uint32_t place, std::uint32_t occurrence, Duration from,
                       Duration to) const;

  /// One of n alternatives of a claim.
  std::size_t draw_choice(std::size_t line, std::uint32_t place, std::size_t n) const;

  /// Writes the texts of RunResult::injected, with what was drawn.
  void tell() const;

 private:
  struct Fault {
    std::uint32_t number = 0;
    const Sentence* sentence = nullptr;
    std::size_t injected = 0;  ///< place in RunResult::injected
  };
  struct Done {
    std::size_t line = 0, stimulus = 0, alternative = 0;
    std::size_t first_number = 0, numbers = 0;  ///< in `numbers_`
    std::optional<std::int64_t> lasts;
  };
  void perform(const Stimulus&, std::size_t alternative, std::vector<DeedPlan>&, Draws&, const Scene&);
  void fault(const DeedPlan&, const Scene&);
  void action(const DeedPlan&, const Scene&);
  void excuse(const Excuse&, std::uint32_t number, const Scene&);
  std::uint16_t line_of_deed() const { return static_cast<std::uint16_t>(result_->injected.back().line); }
  void heal_matching(const Stimulus&, const Scene&);
  void end(const Fault&, const Scene&);
  std::string text_of(const Done&) const;

  Program* program_ = nullptr;
  std::uint64_t seed_ = 0;
  RunResult* result_ = nullptr;
  std::uint32_t faults_ = 0;
  std::vector<Fault> in_force_;
  std::vector<Done> done_;  ///< one for each entry of RunResult::injected
  struct Number {
    Slot slot{};
    std::int64_t value = 0;
  };
  std::vector<Number> numbers_;  ///< all that were drawn
};

}  // namespace hasim
