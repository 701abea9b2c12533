// Forecasts against what then happens in a perfect cell.
#include "daemon/forecast.h"

#include <gtest/gtest.h>

#include "tests/core/cell.h"

namespace hacored {
namespace {

using ha::test::Cell;
using namespace std::chrono_literals;

/// A settled cell of which the first head owns, with one BMC level.
class ForecastTest : public testing::Test {
 protected:
  explicit ForecastTest(const ha::Config& config = Cell::default_config()) : cell{config} {
    FenceLevel bmc;
    bmc.name = "ipmi";
    bmc.agent = "fence_hacore_ipmi";
    settings.fence = {bmc};
    cell.start();
  }
  const ha::Node& node(std::size_t head) { return *cell.heads[head].node; }
  Forecast see(std::size_t head, Blow blow) {
    Answers answers = measured(settings, node(head).state());
    answers.start[0] = 600ms;  // three resources of 200 ms, as the cell has them
    return forecast(node(head), cell.now, blow, settings, answers);
  }

  Cell cell;
  Settings settings;
};

TEST_F(ForecastTest, SaysWhatThenHappensToTheMillisecond) {
  const Forecast f = see(1, Blow::peer_power);
  ASSERT_EQ(f.then, Then::takeover);
  EXPECT_EQ(f.proof, ha::Proof::power_off);
  EXPECT_TRUE(f.start_known);
  const ha::Instant before = cell.now;
  cell.power_off(0);
  while (!(cell.owns(1) && node(1).state().services[0].run.phase == ha::ServicePhase::idle) && cell.now < before + 2min)
    cell.run_until(cell.now.time_since_epoch() + 1ms);
  ASSERT_TRUE(cell.owns(1));
  const auto differs = (cell.now - before) - f.after;
  EXPECT_LT(differs < 0ms ? -differs : differs, 60ms);  // the cell's answers take a few milliseconds each
  EXPECT_LE(f.after, f.bound);
}

TEST_F(ForecastTest, ChangesNothing) {
  const ha::Node before = node(1);
  see(1, Blow::peer_power);
  see(1, Blow::peer_power_and_bmc);
  EXPECT_EQ(would_reply(node(1), cell.now, ha::CommandKind::makeactive, false, 0).outcome, ha::Outcome::unknown);
  EXPECT_TRUE(node(1) == before);
}

TEST_F(ForecastTest, NamesTheOrderThatHelpsWhenTheBmcDiesToo) {
  const Forecast f = see(1, Blow::peer_power_and_bmc);
  EXPECT_EQ(f.then, Then::hold);
  EXPECT_EQ(f.remedy, "ack-off");
  EXPECT_NE(f.reason, ha::Reason::none);
}

TEST_F(ForecastTest, APowerStripGoesOnWhenTheBmcDies) {
  FenceLevel strip;
  strip.name = "pdu";
  strip.agent = "fence_apc";
  settings.fence = {strip};
  EXPECT_EQ(see(1, Blow::peer_power_and_bmc).then, Then::takeover);
}

TEST_F(ForecastTest, MaintenanceIsEndedByItsOwnOrder) {
  cell.order(1, ha::CommandKind::maintenance_on);
  cell.run_until(70s);
  const Forecast f = see(1, Blow::peer_power);
  EXPECT_EQ(f.then, Then::hold);
  EXPECT_EQ(f.reason, ha::Reason::maintenance);
  EXPECT_EQ(f.remedy, "maintenance off");
}

TEST_F(ForecastTest, NothingMovesWhenThePassiveHeadDies) { EXPECT_EQ(see(0, Blow::peer_power).then, Then::stays); }

TEST_F(ForecastTest, OfTheOtherHeadOnlyWhatItsBeatTells) {
  const Forecast f = see(0, Blow::own_power);
  EXPECT_EQ(f.then, Then::takeover);
  EXPECT_TRUE(f.from_beat);
  EXPECT_EQ(f.after, 0s) << "how long it takes there is not known here";
  cell.order(1, ha::CommandKind::standby_on);
  cell.run_until(70s);
  EXPECT_EQ(see(0, Blow::own_power).reason, ha::Reason::standby);
  cell.power_off(1);
  cell.run_until(100s);
  EXPECT_EQ(see(0, Blow::own_power).then, Then::hold);
}

class ForecastWithStoreTest : public ForecastTest {
 protected:
  ForecastWithStoreTest() : ForecastTest{Cell::with_store()} {}
};

TEST_F(ForecastWithStoreTest, TheWatchdogProvesWhatADeadBmcCannot) {
  const Forecast f = see(1, Blow::peer_power_and_bmc);
  EXPECT_EQ(f.then, Then::takeover);
  EXPECT_EQ(f.proof, ha::Proof::self_fenced);
  EXPECT_LE(f.after, f.bound);
}

TEST_F(ForecastWithStoreTest, AnOwnerWhoseStoreIsDeadStopsWhenItsPeerDies) {
  EXPECT_EQ(see(0, Blow::peer_power).then, Then::stays);
  cell.store_answers = false;
  cell.run_until(120s);
  ASSERT_TRUE(cell.owns(0)) << "the peer's word is enough";
  EXPECT_EQ(see(0, Blow::peer_power).then, Then::stops);
}

}  // namespace
}  // namespace hacored
