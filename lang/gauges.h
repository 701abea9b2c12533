// Measures and `sometimes` of one run: numbers that are noted, never judged here.
#pragma once

#include <optional>
#include <vector>

#include "lang/program.h"
#include "lang/run.h"

namespace hasim {

class Gauges {
 public:
  void reset(Program&);
  /// The line's mark is reached: what it measures counts from this instant on, all of it.
  void begin(std::size_t line, Time mark);
  /// Everything of the instant t happened.
  void settle(Time t);
  /// Writes RunResult::measures and ::sometimes. A measure that came to no value is not among them.
  void finish(Time end, RunResult&);

 private:
  struct Gauge {
    const Measure* what = nullptr;
    MeasurePlan plan;
    std::optional<Time> from, missing_since;
    std::optional<std::int64_t> value;
    std::int64_t from_hits = 0, to_hits = 0;  ///< before it began
    std::int64_t counted = 0;                 ///< before it began, with counting sentences
    std::int64_t longest = 0, total = 0;
  };
  void settle(Gauge&, Time t);
  /// Did it happen, now that the instant t is over: an event since `hits`, or a state that holds.
  bool happened(std::size_t formula, std::int64_t hits) const;

  Program* program_ = nullptr;
  std::vector<Gauge> gauges_;
  std::vector<std::optional<Monitor>> sometimes_;  ///< in file order
  std::vector<bool> seen_;
};

}  // namespace hasim
