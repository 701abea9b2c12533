// How long everything may take at worst under a configuration, and whether its right-to-run is safe: the numbers behind
// `hasim budget` and `hactl budget`.
#pragma once

#include <string>
#include <vector>

#include "core/config.h"

namespace ha {

/// One stretch of time in a sum, at its worst.
struct TimeTerm {
  std::string what;  ///< in a word: "poll", "redfish", "mounts"
  Duration takes{0};
};

Duration sum(const std::vector<TimeTerm>&);

/// The safety inequality of PROTOCOL §9 in numbers. It is about the peer's guess of when an owner is over: `needed` is
/// the latest instant at which it really is, from its watchdog as built; `wait` is what a claimant waits.
struct Inequality {
  Duration right{0};          ///< L
  Duration two_watchdogs{0};  ///< 2W, by the watchdog as built; by the setting where that is not known
  Duration margin{0};
  Drift drift{0};
  Duration needed{0};  ///< (1+ρ)·[(L+2W)/(1−ρ) + margin]
  Duration wait{0};
  Duration right_max{0};  ///< so far L may grow and stay below the time in which a peer is lost; `wait` grows with it
  bool holds() const { return needed <= wait; }
};

/// Sums of worst cases. Each assumes that the faults it is about are the only ones: whoever still lives answers in its
/// time. Two faults at once are a question for a simulation, not for a sum.
struct Budget {
  Duration detect{0};              ///< silence on every path until the peer is lost
  std::vector<TimeTerm> decide;    ///< asking who may know better, and winning the claim or waiting out the rank
  std::vector<TimeTerm> fence;     ///< each level with its verification, and the wait for its slot where no store is;
                                   ///< empty: nothing can be switched off
  std::vector<TimeTerm> takeover;  ///< the marker and the parts of the service; `spare` is what start_max leaves over
  Duration mounts_wait{0};         ///< so much longer a start takes at worst if the storage of its mounts is late
  std::vector<TimeTerm> handover;  ///< a planned move, from the command to the service being back
  bool has_right_to_run = false;   ///< then `inequality` counts, and a fired watchdog is a proof
  Inequality inequality;

  Duration by_power() const { return detect + sum(decide) + sum(fence) + sum(takeover); }
  Duration by_watchdog() const { return detect + sum(decide) + inequality.wait + sum(takeover); }
};

/// Source: PROTOCOL §9–§11, §14. The configuration need not be safe.
Budget budget_of(const Config&, const Surroundings&);

}  // namespace ha
