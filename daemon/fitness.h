// How well this head could serve, as its host finds by looking: checks in rounds, and what of them the core is told.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/agreement.h"

namespace hacored {

constexpr ha::Fitness unfit(ha::Reason reason) { return {ha::Fit::unfit, reason}; }

/// One thing that is looked at in each round.
struct FitnessCheck {
  using Then = std::function<void(const ha::Fitness& found)>;
  /// Never blocks. Calls back once, from the io_context or at once; never, if what it looks at hangs for ever.
  std::function<void(Then)> look;
  /// What is found while it does not answer. A check that still hangs is not asked a second time.
  ha::Fitness silent;
};

class FitnessRounds {
 public:
  using Tell = std::function<void(const ha::Fitness&)>;

  /// `checks` in an order that is the same on both heads: of equally grave findings the first counts. `owns` says
  /// whether this head has any service. `tell` is called when enough rounds agree on something new (core/agreement.h).
  FitnessRounds(boost::asio::io_context& io, std::vector<FitnessCheck> checks, std::function<bool()> owns, Tell tell);

  /// A round every `ha::kChecksEvery` from now on.
  void start();
  /// Ends the round before, whose missing answers are silence, and asks everybody again.
  void next_round();

 private:
  struct Asked {
    FitnessCheck check;
    std::optional<ha::Fitness> found;  ///< in this round
    bool waits = false;                ///< for its answer, maybe of a round long ago
  };

  void ask(Asked& one);
  void judge();

  std::vector<Asked> asked_;
  std::function<bool()> owns_;
  Tell tell_;
  bool open_ = false;  ///< a round is under way
  ha::Agreement<ha::Fitness> agreement_;
  boost::asio::steady_timer timer_;
};

}  // namespace hacored
