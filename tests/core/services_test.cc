// Several services in one cell: each head serves its own, and takes the other's over (§13).
#include <gtest/gtest.h>

#include "tests/core/cell.h"

namespace ha::test {
namespace {

/// From a settled cell, and whatever happens: never two owners, never an older epoch on the storage.
struct Settled : ::testing::Test {
  explicit Settled(const Config& config) : cell{config} {
    cell.start();
    cell.run_until(2min);
  }
  void TearDown() override { EXPECT_TRUE(cell.broken.empty()) << cell.broken.front(); }
  Cell cell;
};

struct Two : Settled {
  Two() : Settled{Cell::two_services()} {}
};

struct TwoWithStore : Settled {
  TwoWithStore() : Settled{Cell::two_services(Cell::with_store())} {}
};

TEST_F(Two, EachHeadServesItsOwn) {
  EXPECT_TRUE(cell.owns(0, 0));
  EXPECT_TRUE(cell.owns(1, 1));
  EXPECT_EQ(cell.role(0, 1), Role::passive);
  EXPECT_EQ(cell.role(1, 0), Role::passive);
  EXPECT_TRUE(cell.status(0).armed);
  EXPECT_TRUE(cell.status(1).armed);
}

TEST_F(Two, TheOtherHeadTakesOverWhatTheDeadOneHad) {
  cell.power_off(1);
  cell.run_until(4min);
  EXPECT_TRUE(cell.owns(0, 0));
  EXPECT_TRUE(cell.owns(0, 1));
  EXPECT_EQ(cell.service(0, 1).proof, Proof::power_off);
}

TEST_F(Two, NothingMovesBackByItself) {
  cell.power_off(1);
  cell.run_until(4min);
  cell.power_on(1);
  cell.run_until(10min);
  EXPECT_TRUE(cell.owns(0, 0));
  EXPECT_TRUE(cell.owns(0, 1));
  EXPECT_EQ(cell.role(1, 0), Role::passive);
  EXPECT_EQ(cell.role(1, 1), Role::passive);
  EXPECT_TRUE(cell.status(1).armed);
}

TEST_F(Two, OneServiceMovesOnOrderAndTheOtherStays) {
  cell.order(0, CommandKind::makeactive, false, 1);
  cell.run_until(3min);
  EXPECT_TRUE(cell.owns(0, 0));
  EXPECT_TRUE(cell.owns(0, 1));
  ASSERT_EQ(cell.heads[0].replies.size(), 2U);  // accepted, done
  EXPECT_EQ(cell.heads[0].replies.back().outcome, Outcome::done);
  cell.order(1, CommandKind::makeactive, false, 0);
  cell.run_until(4min);
  EXPECT_TRUE(cell.owns(1, 0));
  EXPECT_TRUE(cell.owns(0, 1));
  EXPECT_TRUE(cell.status(0).armed);
  EXPECT_TRUE(cell.status(1).armed);
}

TEST_F(Two, AnOrderForTheHeadMovesEverythingAndIsAnsweredOnce) {
  cell.order(0, CommandKind::makeactive);
  cell.run_until(3min);
  cell.order(1, CommandKind::makeactive);
  cell.run_until(4min);
  EXPECT_TRUE(cell.owns(1, 0));
  EXPECT_TRUE(cell.owns(1, 1));
  ASSERT_EQ(cell.heads[1].replies.size(), 2U);
  EXPECT_EQ(cell.heads[1].replies.back().outcome, Outcome::done);
}

TEST_F(Two, ServicesStartOneAfterTheOther) {
  cell.order(0, CommandKind::makeactive);
  cell.run_until(3min);
  cell.power_off(0);
  cell.run_until(5min);
  Instant first_owner = kNever, second_starts = kLongAgo;
  for (const Seen& s : cell.seen) {
    if (s.head != 1 || s.at < Instant{3min}) continue;
    const bool owner = s.report.kind == ReportKind::role && s.report.b == static_cast<int>(Role::owner);
    if (owner && s.report.service == 0) first_owner = s.at;
    const bool starts = s.report.kind == ReportKind::operation && s.report.a == static_cast<int>(Operation::start);
    if (starts && s.report.b == 1 && s.report.service == 1) second_starts = s.at;
  }
  EXPECT_TRUE(cell.owns(1, 0) && cell.owns(1, 1));
  EXPECT_GE(second_starts, first_owner);
}

/// Without arbiters both shoot; the head of the first service is first (F6).
TEST_F(Two, OfTwoOwnersThatAreCutApartTheOneOfTheFirstServiceWins) {
  cell.cut_all();
  cell.run_until(4min);
  EXPECT_TRUE(cell.owns(0, 0));
  EXPECT_TRUE(cell.owns(0, 1));
  EXPECT_EQ(cell.heads[0].offs_received, 0);
  EXPECT_EQ(cell.heads[1].offs_received, 1);
}

TEST_F(Two, AServiceThatCannotStartMovesAlone) {
  cell.order(0, CommandKind::makeactive);
  cell.run_until(3min);
  cell.feed(0, ResourceFailed{4, Reason::service_failed});
  cell.start_fails[0] = true;  // the second service has resources 3 and 4
  for (int i = 0; i < 5; ++i) {
    cell.run_until(3min + (i + 1) * 10s);
    cell.feed(0, ResourceFailed{4, Reason::service_failed});
  }
  cell.run_until(6min);
  EXPECT_TRUE(cell.owns(0, 0));
  EXPECT_TRUE(cell.owns(1, 1));
}

TEST_F(Two, AHeadThatLeavesGivesEverythingAway) {
  cell.order(0, CommandKind::leave);
  cell.run_until(3min);
  EXPECT_TRUE(cell.heads[0].left);
  EXPECT_TRUE(cell.owns(1, 0));
  EXPECT_TRUE(cell.owns(1, 1));
}

TEST_F(Two, ARestartedCoreAdoptsWhatRunsAndOnlyThat) {
  cell.restart_core(1);
  cell.run_until(3min);
  EXPECT_TRUE(cell.owns(0, 0));
  EXPECT_TRUE(cell.owns(1, 1));
  EXPECT_EQ(cell.role(1, 0), Role::passive);
}

TEST_F(TwoWithStore, NobodyIsShotWhileBothLeasesMove) {
  cell.cut_all();
  cell.run_until(5min);
  EXPECT_TRUE(cell.owns(0, 0));
  EXPECT_TRUE(cell.owns(1, 1));
  EXPECT_EQ(cell.heads[0].offs_received + cell.heads[1].offs_received, 0);
}

/// The word of a head that owns one service renews the right of the head that owns the other (7.4).
TEST_F(TwoWithStore, TheWordRenewsTheRightWhileTheStoreIsGone) {
  cell.store_answers = false;
  cell.run_until(5min);
  EXPECT_TRUE(cell.owns(0, 0));
  EXPECT_TRUE(cell.owns(1, 1));
  EXPECT_FALSE(cell.happened(0, ReportKind::right, 0));
  EXPECT_FALSE(cell.happened(1, ReportKind::right, 0));
}

TEST_F(TwoWithStore, OneProofByTheWatchdogIsForEverythingThatThePeerHad) {
  cell.heads[1].bmc_answers = false;
  cell.power_off(1);
  cell.run_until(4min);
  EXPECT_TRUE(cell.owns(0, 0));
  EXPECT_TRUE(cell.owns(0, 1));
  EXPECT_EQ(cell.service(0, 1).proof, Proof::self_fenced);
}

}  // namespace
}  // namespace ha::test
