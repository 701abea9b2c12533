// Draws stories for a swarm: a seed decides a world, its settings, what breaks, when and for how long, what operators
// do meanwhile, what is healed in the end, and who has to serve then.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lang/parse.h"
#include "lang/run.h"

namespace hasim {

struct SwarmOptions {
  std::vector<std::string> worlds;  ///< names of worlds that a story is drawn from
  std::string root;                 ///< the folder of the scenarios that come with hasim, whose worlds these are
  Duration longest = std::chrono::minutes{20};  ///< simulated: faults strike only as long as the rest fits into it
};

/// The worlds that a swarm draws from, if nobody says which.
std::vector<std::string> swarm_worlds();

/// A world with its settings, in which a few seeds in a row play: reading it and booting it costs more than a run.
struct SwarmCell {
  std::string header;  ///< the header lines of the scenario, behind its title
  std::shared_ptr<const WorldSpec> world;
  std::unique_ptr<StoryReader> reader;
};

/// Cell number `number`: the same for everybody. Throws if a world of the options cannot be read.
SwarmCell draw_cell(const SwarmOptions&, std::uint64_t number);

/// One story, ready to run.
struct SwarmStory {
  std::string text;  ///< of the scenario as it was drawn
  Script script;
  std::vector<std::uint16_t> rows;  ///< for each line of the text: the row of `mix()` it was drawn from; kNoRow: none
  std::size_t healing = 0;          ///< the line of the text at which the healing begins
  static constexpr std::uint16_t kNoRow = 0xffff;
};

class SwarmTeller {
 public:
  explicit SwarmTeller(SwarmOptions);

  /// The story of that seed; valid until the next call. Throws if a world cannot be read or a sentence of `mix()` is
  /// none: both are mistakes in tables.
  const SwarmStory& tell(std::uint64_t seed);

 private:
  const SwarmCell& cell(std::uint64_t number);

  SwarmOptions options_;
  std::uint64_t number_ = 0;
  SwarmCell cell_;
  SwarmStory story_;
};

/// The story of a run as a scenario file of its own: every stimulus at the instant at which it happened, so that it can
/// be changed by hand. Traps that nothing ran into are left out.
std::string story_as_it_went(const SwarmStory&, std::uint64_t seed, const RunResult&);

}  // namespace hasim
