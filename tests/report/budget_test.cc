// The screen of `hasim budget`, and its JSON.
#include "report/budget.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "golden.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;

ha::Config bcm_config() {
  ha::Config c;
  c.fence_levels = 2;
  c.voters = 16;
  c.store = c.watchdog = c.watchdog_proves = true;
  return c;
}

ha::Surroundings bcm_surroundings() {
  return {4900ms, 200ms, {"redfish", "pdu"}, {{"db", 3s, 3s}, {"daemons", 5s, 3s}}};
}

FailureRow row(std::vector<std::string> failures, const std::string& state = "", const std::string& remedy = "") {
  FailureRow row;
  row.failures = std::move(failures);
  row.automatic = state.empty();
  row.state = state;
  row.remedy = remedy;
  row.outage = state.empty() ? 18'200ms : 60s;
  row.rows = {"BM02"};
  return row;
}

BudgetView bcm_view() {
  BudgetView view;
  view.config = "worlds/bcm.world";
  view.cell = "bcm-heads";
  view.title = "two BCM head nodes";
  view.owner = "head1";
  view.budget = ha::budget_of(bcm_config(), bcm_surroundings());
  view.singles = {row({"head1 loses power"}), row({"head1 unplugged"}, "head2 holds (no_proof)", "hactl ack-off head1"),
                  row({"nas down"}), row({"quorum down"})};
  view.doubles = {row({"head1 loses power", "head1 unplugged"}, "head2 holds (no_proof)", "hactl ack-off head1"),
                  row({"head1 loses power", "nas down"}, "head2 holds (storage_lost)", "repair nas"),
                  row({"head1 loses power", "quorum down"}, "head2 holds (lease_lost)", "repair quorum"),
                  row({"nas down", "quorum down"})};
  view.runs = 48;
  view.typical = 18'200ms;
  return view;
}

TEST(BudgetScreen, ShowsWorstCasesSafetyAndFailures) {
  const std::string text = budget_screen(bcm_view(), false, {});
  expect_golden("budget", text);
  EXPECT_LE(widest(text), kColumns);
}

TEST(BudgetScreen, ShowsEveryFailureWhenAsked) {
  const std::string text = budget_screen(bcm_view(), true, {});
  EXPECT_NE(text.find("nas down + quorum down"), std::string::npos);
  EXPECT_NE(text.find("back in 18.2 s"), std::string::npos);
  EXPECT_LE(widest(text), kColumns);
}

TEST(BudgetScreen, OfAnUnsafeConfigurationNamesTheSettingsThatCollide) {
  ha::Config config = bcm_config();
  config.right_to_run = 12s;
  BudgetView view = bcm_view();
  view.budget = ha::budget_of(config, bcm_surroundings());
  view.unsafe = *ha::unsafe(config, bcm_surroundings());
  view.singles.clear();
  view.doubles.clear();
  EXPECT_FALSE(view.safe());
  const std::string text = budget_screen(view, false, {});
  expect_golden("budget-unsafe", text);
  EXPECT_LE(widest(text), kColumns);
}

TEST(BudgetScreen, IsNotSafeIfARunBrokeAnInvariant) {
  BudgetView view = bcm_view();
  EXPECT_TRUE(view.safe());
  view.doubles.back().violated = {1};
  EXPECT_FALSE(view.safe());
  EXPECT_NE(budget_screen(view, false, {}).find("UNSAFE, breaks I1"), std::string::npos);
}

TEST(BudgetJson, HasOneLineForEachSetOfFailures) {
  std::istringstream lines(json_budget(bcm_view(), 0));
  std::vector<std::string> types;
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["v"], 1);
    types.push_back(json["type"]);
    if (types.size() == 1) { EXPECT_EQ(json["by_power_ns"], (10s + 5s + 25s + 21s) / 1ns); }
  }
  ASSERT_EQ(types.size(), 10u);
  EXPECT_EQ(types.front(), "budget");
  EXPECT_EQ(types[1], "failures");
  EXPECT_EQ(types.back(), "summary");
}

}  // namespace
}  // namespace hasim
