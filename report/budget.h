// `hasim budget`: the worst cases of a configuration, its safety inequality, and what it has no automatic answer to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/budget.h"
#include "report/style.h"

namespace hasim {

/// One or two failures together, and what becomes of them.
struct FailureRow {
  std::vector<std::string> failures;
  std::vector<std::string> rows;  ///< of the catalogue
  bool automatic = true;
  bool served = true;         ///< the clients are answered in the end
  ha::Duration outage{0};     ///< longest time without service
  std::string state;          ///< where it ends without an answer: "head2 holds (no_proof)"
  std::string remedy;         ///< what then helps; empty: nothing that was tried
  std::vector<int> violated;  ///< invariants of safety that broke

  bool open() const { return !automatic || !violated.empty(); }
};

struct BudgetView {
  std::string config;  ///< as it was named
  std::string cell;
  std::string title;
  std::string owner;
  std::string unsafe;  ///< why the configuration must not start; then no runs were made
  ha::Budget budget;
  std::vector<FailureRow> singles, doubles;
  std::uint64_t runs = 0;
  ha::Duration typical{0};  ///< median outage after a power loss of the owner; 0: not known

  bool safe() const;  ///< the inequality holds, nothing collides, and no run broke an invariant of safety
};

/// The screen. `all` shows every failure, also those with an answer.
std::string budget_screen(const BudgetView&, bool all, const Style&);

/// The block about failures: how many have an answer, and those without one. Pairs that share a failure are put
/// together, unless all are shown.
std::string failures_text(const BudgetView&, bool all, const Style&);

/// {"v":1,"type":"budget",…}, then one {"type":"failures",…} for each single and double, then {"type":"summary",…}.
std::string json_budget(const BudgetView&, int exit_code);

}  // namespace hasim
