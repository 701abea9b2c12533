// One run with all its events: for the timeline of a single run, and for the explanation of a broken one.
#pragma once

#include <memory>
#include <string>

#include "cli/run_request.h"
#include "lang/run.h"
#include "report/timeline.h"
#include "report/verdict.h"

namespace hasim {

/// Runs single runs of a request, recorded, in a world of its own.
class RunOne {
 public:
  explicit RunOne(const RunRequest&);
  ~RunOne();

  /// The report's view of a run; valid until the next call.
  RunView run(const RunKey&);
  /// How long the last run took.
  Duration took() const { return took_; }
  /// Headline, facts, causes and evidence of a broken run that was just made; runs the seeds around it.
  std::string explain_broken(const RunKey&, const RunView&);

 private:
  Surroundings look_around(const RunKey&, const RunView&);

  const RunRequest& request_;
  std::unique_ptr<World> world_;
  Runner runner_;
  std::vector<Event> events_;
  RunResult result_;
  Duration took_{};
};

/// Runs the only run of the plan, and prints its timeline and verdict, or its JSON.
Exit run_single(const RunRequest&);

}  // namespace hasim
