// From the words of `hasim run` to checked scenarios and a plan; everything that can be refused is refused here.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/exit_code.h"
#include "cli/run_options.h"
#include "explore/plan.h"
#include "lang/world.h"
#include "report/style.h"

namespace hasim {

struct RunRequest {
  std::vector<Loaded> loaded;
  Plan plan;
  std::size_t files_checked = 0;
  Duration check_took{};
  std::size_t files_named = 0;  ///< 1: the user means one scenario, and gets a report of one

  std::optional<std::chrono::nanoseconds> time_limit;
  JsonOutput json = JsonOutput::none;
  Style style;
  int workers = 1;
  int stop_after = 0;
  int detail = 0;
  bool keep_going = false, quiet = false, all = false;
  std::string junit;                ///< path; empty: none
  bool real = false;                ///< in namespaces (netns/), not in the simulator
  std::vector<Diagnostic> skipped;  ///< one for each scenario that the world cannot run

  std::unique_ptr<World> make_world() const;
};

/// The scenarios that the world cannot run, a line for each with its reason; the summary counts them by reason.
std::string skipped_text(const RunRequest&);

/// Reads, checks and plans. If something is wrong, it was said on stderr and nothing has run.
std::variant<RunRequest, Exit> prepare(const RunOptionTexts&);

}  // namespace hasim
