// Sweeps: told in order, the same for any number of workers, stopped when enough was seen.
#include "explore/sweep.h"

#include <gtest/gtest.h>

#include "explore/tally.h"
#include "sim/simulator.h"

namespace hasim {
namespace {

constexpr const char* kFailover = R"(scenario "power loss of the active head"
source   "hasim"
tags     power
world    pair
for victim in [head1, head2]

  start
  any +1s..+20s         fault   {victim} loses power
  +0s..+failover_max    expect  peer of {victim} active
)";

constexpr const char* kSteps = R"(scenario "head1 dies inside makeactive"
source   "catalogue OP03"
tags     operator
world    pair

  start
  +5s                    do      makeactive on head2
  each step of handover  fault   head1 loses power
  +failover_max          expect  exactly one owner of main
)";

std::vector<Loaded> load(const char* text, const char* name) {
  Parsed parsed = parse_scenario(text, name, {{HASIM_SOURCE_DIR "/scenarios/worlds"}});
  if (const auto* wrong = std::get_if<Diagnostic>(&parsed)) {
    ADD_FAILURE() << wrong->show();
    return {};
  }
  return {{std::get<Scenario>(std::move(parsed)), name, "test"}};
}

/// Notes what it is told.
class Notes : public SweepListener {
 public:
  bool on_run(const Outcome& outcome) override {
    runs.push_back(outcome);
    return runs.size() < stop_at;
  }
  void on_progress(std::uint64_t now) override {
    EXPECT_GE(now, told);
    told = now;
  }

  std::vector<Outcome> runs;
  std::size_t stop_at = SIZE_MAX;
  std::uint64_t told = 0;
};

SweepOptions with_workers(int workers) {
  SweepOptions options;
  options.workers = workers;
  options.make_world = make_simulator;
  return options;
}

Plan plan_of(const std::vector<Loaded>& loaded, std::uint64_t first, std::uint64_t last) {
  Plan plan;
  Selection selection;
  selection.first_seed = first;
  selection.last_seed = last;
  EXPECT_TRUE(add_to_plan(plan, loaded, 0, selection));
  return plan;
}

TEST(Sweep, GivesTheSameWithOneWorkerAndWithThree) {
  const std::vector<Loaded> loaded = load(kFailover, "failover.scn");
  ASSERT_FALSE(loaded.empty());
  const Plan plan = plan_of(loaded, 1, 50);
  Notes one, three;
  EXPECT_EQ(sweep(plan, loaded, with_workers(1), one), SweepEnd::complete);
  EXPECT_EQ(sweep(plan, loaded, with_workers(3), three), SweepEnd::complete);
  ASSERT_EQ(one.runs.size(), 100U);
  ASSERT_EQ(three.runs.size(), 100U);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(one.runs[i].key, three.runs[i].key);
    EXPECT_EQ(one.runs[i].hash, three.runs[i].hash) << run_name(loaded, one.runs[i].key);
  }
  EXPECT_EQ(one.told, 100U);
}

TEST(Sweep, RunsCasesInOrderAndSeedsWithinThem) {
  const std::vector<Loaded> loaded = load(kFailover, "failover.scn");
  ASSERT_FALSE(loaded.empty());
  Notes notes;
  sweep(plan_of(loaded, 7, 8), loaded, with_workers(2), notes);
  ASSERT_EQ(notes.runs.size(), 4U);
  EXPECT_EQ(run_name(loaded, notes.runs[0].key), "failover.scn:victim=head1:7");
  EXPECT_EQ(run_name(loaded, notes.runs[1].key), "failover.scn:victim=head1:8");
  EXPECT_EQ(run_name(loaded, notes.runs[3].key), "failover.scn:victim=head2:8");
}

TEST(Sweep, StopsWhenTheListenerHasSeenEnough) {
  const std::vector<Loaded> loaded = load(kFailover, "failover.scn");
  ASSERT_FALSE(loaded.empty());
  Notes notes;
  notes.stop_at = 5;
  EXPECT_EQ(sweep(plan_of(loaded, 1, 1000), loaded, with_workers(2), notes), SweepEnd::enough);
  EXPECT_EQ(notes.runs.size(), 5U);
}

TEST(Sweep, StopsWhenInterruptedOrOutOfTime) {
  const std::vector<Loaded> loaded = load(kFailover, "failover.scn");
  ASSERT_FALSE(loaded.empty());
  Notes notes;
  SweepOptions options = with_workers(2);
  options.interrupted = [&] { return notes.told > 0; };
  EXPECT_EQ(sweep(plan_of(loaded, 1, 1'000'000), loaded, options, notes), SweepEnd::interrupted);
  options.interrupted = nullptr;
  options.time_limit = std::chrono::nanoseconds{1};
  EXPECT_EQ(sweep(plan_of(loaded, 1, 1'000'000), loaded, options, notes), SweepEnd::out_of_time);
}

TEST(Sweep, HandsOnWhatAWorkerThrew) {
  const std::vector<Loaded> loaded = load(kFailover, "failover.scn");
  ASSERT_FALSE(loaded.empty());
  Notes notes;
  SweepOptions options = with_workers(2);
  options.scribe = [](const RunKey&, const Script&, const RunResult&, const World&) -> std::string {
    throw std::runtime_error("the disk of notes is full");
  };
  EXPECT_THROW(sweep(plan_of(loaded, 1, 100), loaded, options, notes), std::runtime_error);
}

TEST(Sweep, MakesOneRunForEachStepOfAnOperation) {
  const std::vector<Loaded> loaded = load(kSteps, "steps.scn");
  ASSERT_FALSE(loaded.empty());
  Notes notes;
  sweep(plan_of(loaded, 1, 1), loaded, with_workers(1), notes);
  ASSERT_GT(notes.runs.size(), 3U);
  for (std::size_t i = 0; i < notes.runs.size(); ++i) EXPECT_EQ(notes.runs[i].key.step, static_cast<int>(i) + 1);
  EXPECT_EQ(run_name(loaded, notes.runs[2].key), "steps.scn:step=3:1");
}

}  // namespace
}  // namespace hasim
