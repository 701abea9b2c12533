// From seeds to runs, and from broken runs to files.
#include "explore/swarm.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <stdexcept>

#include "explore/scenario_files.h"
#include "explore/swarm_mix.h"

namespace hasim {
namespace {

class SwarmScripts final : public ScriptSource {
 public:
  explicit SwarmScripts(const SwarmOptions& options) : teller_(options) {}

  const Script& script(const RunKey& key) override {
    story_ = &teller_.tell(key.seed);
    return story_->script;
  }

  void ran(const RunResult& result, Outcome& outcome) override {
    for (const Injected& injected : result.injected) {
      const std::uint16_t row = story_->rows[static_cast<std::size_t>(injected.line)];
      if (row != SwarmStory::kNoRow) outcome.deeds.push_back(row);
    }
    for (Broken& broken : outcome.broken) broken.line = broken.invariant == 0 ? 1 : 0;
  }

 private:
  SwarmTeller teller_;
  const SwarmStory* story_ = nullptr;
};

/// A line has another number in the file, which is part of its message.
bool break_alike(const Broken* a, const Broken* b) {
  if (a == nullptr || b == nullptr) return a == b;
  const bool same_words = a->invariant == 0 || a->message == b->message;
  return a->invariant == b->invariant && a->from == b->from && same_words;
}

}  // namespace

Plan swarm_plan(std::uint64_t first_seed, std::uint64_t runs) {
  Plan plan;
  PlannedCase planned;
  planned.first_seed = first_seed;
  planned.last_seed = first_seed + runs - 1;
  plan.cases.push_back(planned);
  return plan;
}

std::unique_ptr<ScriptSource> swarm_scripts(const SwarmOptions& options) {
  return std::make_unique<SwarmScripts>(options);
}

MixCounts::MixCounts() : counts_(mix().size()) {}

void MixCounts::add(const Outcome& outcome) {
  for (const std::uint16_t row : outcome.deeds) ++counts_[row];
}

std::uint64_t MixCounts::all() const { return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0}); }

SwarmFile write_swarm_file(const SwarmOptions& options, std::uint64_t seed, const std::string& folder, World& world) {
  SwarmTeller teller(options);
  const SwarmStory& story = teller.tell(seed);
  Runner runner(world);
  const RunResult drawn = runner.run(story.script, seed, RunOptions{});
  SwarmFile file;
  file.path = fmt::format("{}/swarm-{}.scn", folder, seed);
  std::filesystem::create_directories(folder);
  std::ofstream out(file.path);
  out << story_as_it_went(story, seed, drawn);
  if (!out.flush()) throw std::runtime_error("cannot write " + file.path);
  const Parsed parsed = parse_scenario_file(file.path, search_path_of(file.path, options.root));
  if (const auto* wrong = std::get_if<Diagnostic>(&parsed)) throw std::runtime_error(wrong->show());
  const RunResult& again = runner.run(std::get<Scenario>(parsed).cases.front(), seed, RunOptions{});
  file.breaks_again = break_alike(gravest(drawn.broken), gravest(again.broken));
  return file;
}

}  // namespace hasim
