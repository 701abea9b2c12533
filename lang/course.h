// The course of one run: which line is due when. Resolves the lines of a script in file order, as far as their marks
// are known, and goes on when what they wait for has come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lang/deeds.h"
#include "lang/docket.h"
#include "lang/gauges.h"
#include "lang/step_list.h"
#include "lang/timetable.h"

namespace hasim {

class Course {
 public:
  Course(Docket& docket, Gauges& gauges, Deeds& deeds) : docket_(docket), gauges_(gauges), deeds_(deeds) {}

  void reset(Program&, const RunOptions&, RunResult&, Duration tolerance);
  /// Injects what is in force before the machines have power.
  void give(const Scene&);
  /// The world is settled, it is instant 0.
  void start(const Scene&);

  /// Does everything that is due at or before now.
  void carry_out_due(const Scene&);
  /// When something is due next; kAfterAll if nothing is.
  Time next() const { return timetable_.empty() ? kAfterAll : timetable_.next().t; }
  bool over() const { return over_; }
  bool lists_steps() const { return steps_.counts(); }

  // What the judge tells while the world runs. True: the world must stop, because something is due now.
  bool changed(std::size_t formula, const Event&);
  bool stepped(const Event&);
  bool watch_steps(const Picture&);
  bool settle(Time t);
  /// Something waits for the end of this instant: let the world finish it first.
  bool settle_soon() const { return settle_soon_; }

 private:
  /// An `on`, `whenever` or `each step of`.
  struct Wait {
    std::size_t line = 0;
    bool waiting = false, repeats = false, blocks = false, counts_steps = false;
    std::int64_t hits = 0;           ///< of its formula before it began to wait, or when it fired last
    std::uint32_t times = 0;         ///< how often it fired
    std::optional<Monitor> monitor;  ///< of a trigger with an order or a count
  };
  using What = Entry::What;

  const Line& line(std::size_t i) const { return program_->script().lines[i]; }
  void enter(Time t, What what, std::size_t line, std::size_t ref = 0, std::uint32_t occurrence = 0);
  void resolve(const Scene&);
  void place(std::size_t line, const Scene&);
  void place_stimuli(std::size_t line, Time t, std::uint32_t occurrence);
  void place_claims(std::size_t line, Time from, Time to, bool to_end, std::optional<Time> mark, const Scene&,
                    bool by_whenever);
  void place_wait(std::size_t line);
  Time time_of(const Point&) const;
  bool goes_back(std::size_t line, Time t, const Scene&);
  void carry_out(const Entry&, const Scene&);
  void await(const Entry&);
  void expire(const Entry&, const Scene&);
  void fired(const Entry&, const Scene&);
  void fire(std::size_t wait, Time t);
  void give_up(Wait&);
  void extend(Time t);
  void reach_end(Time now);

  Docket& docket_;
  Gauges& gauges_;
  Deeds& deeds_;
  StepList steps_;
  Timetable timetable_;
  Program* program_ = nullptr;
  RunResult* result_ = nullptr;
  RunOptions options_;
  Duration tolerance_{}, patience_{};
  std::vector<Wait> waits_;
  std::vector<Deeds::Healing> healings_;
  std::size_t next_line_ = 0;
  std::size_t watched_steps_ = 0;  ///< steps after which the operation was found at rest
  Time mark_{}, end_{};
  int pending_ = 0;        ///< `on` lines that the run waits for
  bool blocked_ = false;   ///< the next lines count from something that has not come yet
  bool resolved_ = false;  ///< all lines have their times
  bool ended_ = false;     ///< the last instant that a line names is over
  bool over_ = false;
  bool settle_soon_ = false;
};

}  // namespace hasim
