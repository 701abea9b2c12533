// Many runs, each of a story of its own: the seed decides everything. What they had in common, which faults they saw,
// and which rare places of the protocol they came to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "explore/swarm_story.h"
#include "explore/sweep.h"
#include "explore/tally.h"

namespace hasim {

/// Runs of the seeds first..first+runs-1.
Plan swarm_plan(std::uint64_t first_seed, std::uint64_t runs);

/// The stories of these options, one for each seed. A broken claim of a story, whatever its line, is said to stand in
/// line 1: stories differ, and what they claim does not.
std::unique_ptr<ScriptSource> swarm_scripts(const SwarmOptions&);

/// How often each row of `mix()` was carried out.
class MixCounts {
 public:
  MixCounts();
  void add(const Outcome&);
  std::uint64_t of(std::size_t row) const { return counts_[row]; }
  std::uint64_t all() const;

 private:
  std::vector<std::uint64_t> counts_;
};

/// A broken story as a file.
struct SwarmFile {
  std::string path;
  bool breaks_again = false;  ///< the file, read and run, breaks in the same way
};

/// Runs the story of a seed once more and writes it as it went to FOLDER/swarm-SEED.scn. Throws if it cannot.
SwarmFile write_swarm_file(const SwarmOptions&, std::uint64_t seed, const std::string& folder, World&);

}  // namespace hasim
