// What a cell does about every single failure and every pair of them: not claimed but run, with the real core.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "explore/failures.h"
#include "lang/world.h"

namespace hasim {

/// What becomes of one or two failures. An answer is automatic if in every run exactly one head owned each service when
/// the time was over.
struct FailureAnswer {
  std::vector<std::size_t> failures;  ///< one or two, by their places in the survey
  bool automatic = true;
  bool served = true;         ///< the clients were answered in the end, in every run
  Duration outage{0};         ///< longest time without service in any run
  std::string state;          ///< not automatic: where it ended, "head2 holds (no_proof)"
  std::string remedy;         ///< what helped then in every run; empty: nothing that was tried
  std::vector<int> violated;  ///< invariants of safety that a run broke
};

struct Survey {
  std::vector<Failure> failures;
  std::vector<FailureAnswer> singles;  ///< one for each failure
  std::vector<FailureAnswer> doubles;  ///< one for each pair, both orders, together or up to minutes apart
  std::uint64_t runs = 0;
  Duration typical{0};  ///< median outage over the runs of a power loss of the owner; 0: none came back
};

/// Runs them all in `world`, in the cell of `spec`; after the last failure of a run an answer is waited for during
/// `patience`. Deterministic.
Survey survey(World& world, std::shared_ptr<const WorldSpec> spec, const CellSpec& cell, Duration patience);

}  // namespace hasim
