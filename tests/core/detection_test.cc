// Detection: suspicion that is early and costs nothing, hard evidence, and what two heads that both own do about it.
#include <gtest/gtest.h>

#include "tests/core/cell.h"

namespace ha::test {
namespace {

ArrivalEstimate after_beats(int beats, Duration apart) {
  ArrivalEstimate estimate;
  for (int i = 0; i < beats; ++i) estimate.arrived(Instant{i * apart}, 1s);
  return estimate;
}

TEST(ArrivalEstimate, APunctualBeatIsMissedAQuarterIntervalAfterItsTime) {
  const ArrivalEstimate e = after_beats(20, 1s);
  EXPECT_EQ(e.trusted_until(1s), e.last + 1250ms);
}

TEST(ArrivalEstimate, ABeatThatIsAlwaysLateIsExpectedLate) {
  const ArrivalEstimate e = after_beats(100, 1600ms);
  EXPECT_GE(e.trusted_until(1s), e.last + 1800ms);
  EXPECT_LE(e.trusted_until(1s), e.last + 2s);
}

TEST(ArrivalEstimate, ALossMakesItPatientAndPunctualityForgetsIt) {
  ArrivalEstimate e = after_beats(20, 1s);
  e.arrived(e.last + 3s, 1s);
  EXPECT_GT(e.trusted_until(1s), e.last + 2s);
  for (int i = 0; i < 60; ++i) e.arrived(e.last + 1s, 1s);
  EXPECT_LT(e.trusted_until(1s), e.last + 1251ms);
}

TEST(ArrivalEstimate, NewsInBetweenDoesNotMakeItImpatient) {
  ArrivalEstimate e = after_beats(20, 1s);
  for (int i = 0; i < 10; ++i) e.arrived(e.last + 3ms, 1s);
  EXPECT_EQ(e.trusted_until(1s), e.last + 1250ms);
}

TEST(ArrivalEstimate, AnOutageIsNotTakenForLateness) {
  ArrivalEstimate e = after_beats(20, 1s);
  e.arrived(e.last + 10min, 1s);
  EXPECT_LT(e.trusted_until(1s), e.last + 10s);
}

Duration loss_seen_after(const Config& config, bool bmc_answers) {
  Cell cell(config);
  cell.start();
  cell.heads[0].bmc_answers = bmc_answers;
  cell.power_off(0);
  cell.run_until(90s);
  for (const Seen& s : cell.seen) {
    const bool lost = s.report.kind == ReportKind::peer && s.report.b == static_cast<int>(PeerView::lost);
    if (s.head == 1 && lost) return s.at - Instant{60s};
  }
  return Duration::max();
}

TEST(Evidence, TwoReadingsConfirmAPowerLossWithinTwoIntervals) {
  EXPECT_LE(loss_seen_after(Cell::default_config(), true), 2s + 10ms);
}

TEST(Evidence, WithoutAReadingOrWithoutTheSettingTheFullTimeIsWaited) {
  EXPECT_GE(loss_seen_after(Cell::default_config(), false), 7s);
  Config off = Cell::default_config();
  off.evidence = false;
  EXPECT_GE(loss_seen_after(off, true), 7s);
}

TEST(Evidence, ABmcThatLiesDoesNotOutvoteBeats) {
  Cell cell;
  cell.start();
  cell.heads[0].bmc_says_off = true;
  cell.run_until(10min);
  EXPECT_TRUE(cell.owns(0));
  EXPECT_FALSE(cell.happened(1, ReportKind::peer, -1, static_cast<int>(PeerView::lost)));
  EXPECT_EQ(cell.status(1).unready, Reason::bmc_lies);
}

TEST(Identity, ALevelThatControlsAnotherChassisIsNeverUsed) {
  Config config = Cell::default_config();
  config.peer_hardware_id = 7;
  Cell cell(config);
  cell.heads[0].chassis = 8;
  cell.heads[1].chassis = 7;
  cell.start();
  EXPECT_EQ(cell.status(1).unready, Reason::bmc_swapped);
  EXPECT_EQ(cell.status(0).unready, Reason::none);
  cell.power_off(0);
  cell.run_until(5min);
  EXPECT_EQ(cell.heads[0].offs_received, 0);
  EXPECT_FALSE(cell.owns(1));
  EXPECT_EQ(cell.service(1).hold, Reason::bmc_swapped);
}

/// Head 1 serves on the false word of its BMC while head 0 still does: the two hear each other again.
TEST(BothOwn, TheOlderOneStopsAndRebootsOnceTheOtherServes) {
  Cell cell;
  cell.start();
  cell.cut_all();
  cell.heads[0].bmc_says_off = true;
  cell.heads[1].bmc_answers = false;  // so that the owner's own shot does not come first
  cell.run_until(3min);
  ASSERT_TRUE(cell.owns(0) && cell.owns(1));
  cell.cut_all(false);
  cell.heads[1].bmc_answers = true;
  cell.run_until(3min + 10s);
  EXPECT_FALSE(cell.owns(0));
  EXPECT_EQ(cell.heads[0].running, 0U);
  EXPECT_TRUE(cell.heads[0].rebooted);
  EXPECT_TRUE(cell.owns(1));
}

TEST(StopHung, WithoutAWatchdogThePeerIsAskedToFence) {
  Config config = Cell::default_config();
  config.watchdog = false;
  Cell cell(config);
  cell.start();
  cell.stop_hangs[0] = true;
  cell.order(1, CommandKind::makeactive);
  cell.run_until(3min);
  EXPECT_EQ(cell.heads[0].offs_received, 1);
  EXPECT_TRUE(cell.owns(1));
  EXPECT_TRUE(cell.broken.empty());
}

TEST(Quarantine, AReadingOfOffDoesNotEndIt) {
  Cell cell;
  cell.start();
  cell.power_off(0);
  cell.run_until(90s);
  ASSERT_TRUE(cell.owns(1));
  cell.power_on(0);
  cell.run_until(2min);
  EXPECT_FALSE(cell.status(0).armed);
  cell.run_until(5min);
  EXPECT_TRUE(cell.status(0).armed);
}

TEST(Store, ARenewalThatTheStoreDoesNotShowRenewsNothing) {
  Cell cell(Cell::with_store());
  cell.start();
  cell.cut_all();
  cell.forgets_renewals = true;
  cell.run_until(90s);
  EXPECT_FALSE(cell.owns(0));
}

}  // namespace
}  // namespace ha::test
