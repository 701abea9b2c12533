// What the survey of failures says is what runs show; and what a configuration check accepts, no run breaks.
#include "explore/survey.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/budget.h"
#include "explore/cell_config.h"
#include "lang/draw.h"
#include "lang/run.h"
#include "sim/simulator.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const WorldSpec> world(const std::string& name) {
  auto config = read_cell_config(name, {}, HASIM_SOURCE_DIR "/scenarios");
  if (auto* read = std::get_if<CellConfig>(&config)) return read->world;
  ADD_FAILURE() << "cannot read " << name;
  return nullptr;
}

Survey surveyed(const std::shared_ptr<const WorldSpec>& spec) {
  const auto simulator = make_simulator();
  return survey(*simulator, spec, spec->cells[0], 5min);
}

const FailureAnswer& answer_to(const Survey& found, const std::string& failure) {
  for (const FailureAnswer& answer : found.singles) {
    if (found.failures[answer.failures[0]].name == failure) return answer;
  }
  ADD_FAILURE() << "no such failure: " << failure;
  return found.singles.front();
}

void expect_no_breach(const Survey& found) {
  for (const auto* list : {&found.singles, &found.doubles}) {
    for (const FailureAnswer& answer : *list) {
      EXPECT_TRUE(answer.violated.empty())
          << found.failures[answer.failures[0]].name << " + " << found.failures[answer.failures.back()].name;
    }
  }
}

TEST(Survey, FindsThatNothingVouchesForAHeadWhoseBmcDiedWithIt) {
  const Survey found = surveyed(world("bcm-slim"));
  const FailureAnswer& cord = answer_to(found, "head1 unplugged");
  EXPECT_FALSE(cord.automatic);
  EXPECT_EQ(cord.state, "head2 holds (bmc_silent)");
  EXPECT_EQ(cord.remedy, "hactl ack-off head1");
  EXPECT_TRUE(answer_to(found, "head1 loses power").automatic);
  expect_no_breach(found);
}

TEST(Survey, FindsThatALeaseAndAWatchdogVouchForIt) {
  const auto bcm = world("bcm");
  const Survey found = surveyed(bcm);
  const ThingId head2 = bcm->find("head2");
  const ha::Budget budget = ha::budget_of(core_config(*bcm, head2), surroundings(*bcm, head2));
  for (const char* failure :
       {"head1 loses power", "head1 unplugged", "head1 panics", "head1 hangs", "head1 isolated"}) {
    const FailureAnswer& answer = answer_to(found, failure);
    EXPECT_TRUE(answer.automatic) << failure;
    EXPECT_TRUE(answer.served) << failure;
    EXPECT_GT(answer.outage, budget.detect - 2s) << failure;
    EXPECT_LE(answer.outage, std::max(budget.by_power(), budget.by_watchdog())) << failure;
  }
  EXPECT_GT(found.typical, 0s);
  EXPECT_LT(found.typical, budget.by_power());
  EXPECT_EQ(found.doubles.size(), found.failures.size() * (found.failures.size() - 1) / 2);
  expect_no_breach(found);
}

TEST(Survey, IsTheSameEveryTime) {
  const Survey first = surveyed(world("pair")), second = surveyed(world("pair"));
  ASSERT_EQ(first.doubles.size(), second.doubles.size());
  EXPECT_EQ(first.runs, second.runs);
  for (std::size_t i = 0; i < first.doubles.size(); ++i) {
    EXPECT_EQ(first.doubles[i].state, second.doubles[i].state);
    EXPECT_EQ(first.doubles[i].outage, second.doubles[i].outage);
    EXPECT_EQ(first.doubles[i].remedy, second.doubles[i].remedy);
  }
}

TEST(Survey, TakesItsFailuresFromTheWorld) {
  const auto names = [](const char* name) {
    const auto spec = world(name);
    std::vector<std::string> list;
    for (const Failure& failure : failures_of(*spec, spec->cells[0])) list.push_back(failure.name);
    return list;
  };
  const auto has = [](const std::vector<std::string>& list, const char* name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  EXPECT_TRUE(has(names("bcm"), "pdu2 silent"));
  EXPECT_TRUE(has(names("bcm"), "voters silent"));
  EXPECT_FALSE(has(names("pair"), "voters silent"));
  EXPECT_TRUE(has(names("bull-nfs"), "da0 lost"));
  EXPECT_FALSE(has(names("bull-nfs"), "watchdog of xena1 busy"));
}

// ---------------------------------------------------------------------------------------------------------------
// What `unsafe` accepts survives; the duels at the exact limit are in tests/core/limits_test.cc.

/// The world bcm with timings of its own; no power level answers, so that all rests on the right to run.
std::shared_ptr<const WorldSpec> with_timings(const std::shared_ptr<const WorldSpec>& bcm, Draws& draws) {
  auto spec = std::make_shared<WorldSpec>(*bcm);
  const auto set = [&](const char* name, Duration from, Duration to) {
    return spec->settings.numbers[name] = draws.ends_often(from.count(), to.count());
  };
  const Duration beat{set("keep_alive", 500ms, 2s)};
  const Duration warn{set("warn_after", 3 * beat, 5 * beat)};
  const Duration dead{set("dead_after", warn, 16s)};
  set("init_dead", dead, 30s);
  set("right_to_run", 6 * beat, 12s);
  set("margin", 0s, 2s);
  const Duration watchdog{set("watchdog_after", 2 * beat, 8s)};
  for (HeadSpec& head : spec->heads) head.watchdog = watchdog;
  return spec;
}

bool is_unsafe(const WorldSpec& spec) {
  return std::any_of(spec.cells[0].heads.begin(), spec.cells[0].heads.end(), [&](ThingId head) {
    return ha::unsafe(core_config(spec, head), surroundings(spec, head)).has_value();
  });
}

/// One clock at the limit of drift, stalls anywhere, no power device, an owner that reaches nobody.
std::string hostile_story(const char* slow_head) {
  return fmt::format(
      "  given  fault  clock of {} drifts 200ppm\n"
      "  given  fault  bmc of heads silent\n"
      "  given  fault  pdu1, pdu2 silent\n"
      "  start\n"
      "  any +60s..+65s  fault  any of [head1 isolated, paths cut between head1 and head2, quorum unreachable from "
      "head1]\n"
      "  any +0s..+10s  fault  head1 any of [frozen, hangs, paused] for any 10ms..12s\n"
      "  any +0s..+12s  fault  any of [head1 isolated, quorum unreachable from head1, head1 frozen]\n"
      "  any +0s..+8s  fault  head1 hangs for any 10ms..8s with probability 50%\n"
      "  +3min  expect  head2 active\n",
      slow_head);
}

const RunResult& play(Runner& runner, const std::shared_ptr<const WorldSpec>& spec, const std::string& story,
                      std::uint64_t seed) {
  auto parsed = parse_story(story, spec);
  const auto* wrong = std::get_if<Diagnostic>(&parsed);
  if (wrong != nullptr) throw std::runtime_error(wrong->show());
  RunOptions options;
  options.keep_going = true;
  return runner.run(std::get<Script>(parsed), seed, options);
}

bool breaks_safety(const RunResult& result) {
  return std::any_of(result.broken.begin(), result.broken.end(),
                     [](const Broken& b) { return b.invariant == 1 || b.invariant == 2; });
}

TEST(Survey, NoAcceptedConfigurationBreaksUnderStallsDriftAndDeadDevices) {
  const auto bcm = world("bcm");
  const auto simulator = make_simulator();
  Runner runner(*simulator);
  int accepted = 0, taken_over = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Draws draws(seed, 0);
    const auto spec = with_timings(bcm, draws);
    if (is_unsafe(*spec)) continue;
    ++accepted;
    for (const char* slow : {"head1", "head2"}) {
      const RunResult& result = play(runner, spec, hostile_story(slow), seed);
      ASSERT_EQ(result.failed_to_start, "") << seed;
      ASSERT_FALSE(breaks_safety(result)) << "seed " << seed << ": " << result.broken.front().message;
      taken_over += result.lines.back().holds ? 1 : 0;
    }
  }
  EXPECT_GE(accepted, 60);
  EXPECT_GE(taken_over, accepted) << "too few of these runs come to a takeover to say anything";
}

/// What the check refuses is really dangerous: here a watchdog that fires later than the peer believes.
TEST(Survey, AWatchdogThatFiresLaterThanThePeerBelievesIsRefusedAndWouldLetTwoHeadsWrite) {
  auto spec = std::make_shared<WorldSpec>(*world("bcm"));
  for (HeadSpec& head : spec->heads) head.watchdog = 60s;
  EXPECT_TRUE(is_unsafe(*spec));
  const auto simulator = make_simulator();
  Runner runner(*simulator);
  const RunResult& result = play(runner, spec,
                                 "  given  fault  bmc of heads silent\n  given  fault  pdu1, pdu2 silent\n  start\n"
                                 "  +60s  fault  head1 frozen\n  +3min  expect  head2 active\n",
                                 1);
  EXPECT_TRUE(breaks_safety(result));
}

}  // namespace
}  // namespace hasim
