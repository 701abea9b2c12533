// Replicated databases: who follows whom, and what is lost.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

class Databases : public testing::Test {
 protected:
  Databases() : lab_{"bcm"} { lab_.settle(); }

  std::uint64_t lost() const {
    std::uint64_t commits = 0;
    for (const Event& e : lab_.all(EventKind::writes_lost, "main.mysql")) commits += e.value;
    return commits;
  }
  Lab lab_;
};

TEST_F(Databases, ThatFollowLoseNothingWhenTheirOwnerDies) {
  lab_.fault("head1 loses power");
  lab_.run(60s);
  EXPECT_EQ(lab_.role("head2"), ha::Role::owner);
  EXPECT_EQ(lost(), 0U);
}

TEST_F(Databases, WhatTheReplicaNeverGotIsLostAndItsOwnerMustBeCopiedAnew) {
  lab_.fault("replication of main.mysql misses 3 commits");
  lab_.fault("head1 loses power");
  lab_.run(60s);
  EXPECT_EQ(lost(), 3U);
  EXPECT_EQ(lab_.last(EventKind::needs_recovery, "main.mysql").with, lab_.id("head1"));
  lab_.act("power on head1");
  lab_.run(200s);
  lab_.act("recover database onto head1");
  EXPECT_EQ(lab_.last(EventKind::reply, "head1").y, static_cast<int>(ha::Outcome::unknown)) << "accepted";
  lab_.run(70s);
  EXPECT_EQ(lab_.last(EventKind::reply, "head1").y, static_cast<int>(ha::Outcome::done));
  EXPECT_EQ(lab_.last(EventKind::needs_recovery, "main.mysql").x, 0);
}

TEST_F(Databases, AStoppedReplicaFallsBehindAndCatchesUp) {
  const std::uint32_t stop = lab_.fault("replication of main.mysql stopped");
  lab_.run(100s);
  const Event behind = lab_.last(EventKind::replication, "main.mysql");
  EXPECT_EQ(behind.x, 0);
  EXPECT_NEAR(static_cast<double>(behind.since), 1e11, 2e9);
  lab_.heal(stop);
  lab_.run(15s);
  const Event again = lab_.last(EventKind::replication, "main.mysql");
  EXPECT_EQ(again.x, 1);
  EXPECT_EQ(again.since, 0) << "it applies ten times as fast as its owner writes";
}

TEST_F(Databases, ThatLackSomethingDoNotOpen) {
  lab_.fault("replication of main.mysql stopped");
  lab_.run(60s);
  lab_.fault("head1 loses power");
  lab_.run(200s);
  for (const Event& e : lab_.all(EventKind::db_writable, "main.mysql")) EXPECT_NE(e.with, lab_.id("head2"));
  EXPECT_EQ(lost(), 0U);
}

TEST_F(Databases, AReplicaThatLagsAppliesFirstAndThenOpens) {
  lab_.fault("replication of main.mysql lags 100s");
  lab_.run(60s);
  lab_.fault("head1 loses power");
  Time opened{};
  lab_.run_to(200s, [&](const Event& e) {
    if (e.kind == EventKind::db_writable && e.with == lab_.id("head2") && e.x == 1) opened = e.t;
    return opened != Time{};
  });
  EXPECT_NE(opened, Time{});
  EXPECT_EQ(lost(), 0U);
}

TEST_F(Databases, PartedFromItsReplicaAnOwnerGoesOnAloneOnlyWhenNobodyTakesOverAnyMore) {
  lab_.fault("head2 isolated");
  lab_.run(50s);
  EXPECT_EQ(lab_.count(EventKind::replication, "main.mysql", 0), 1);
  EXPECT_EQ(lab_.last(EventKind::replication, "main.mysql").since, 0) << "its clients wait";
  lab_.run(60s);
  EXPECT_GT(lab_.last(EventKind::replication, "main.mysql").since, 0);
}

TEST_F(Databases, OfTheOwnerAreNotOverwritten) {
  lab_.act("recover database onto head1");
  const Event reply = lab_.last(EventKind::reply, "head1");
  EXPECT_EQ(reply.y, static_cast<int>(ha::Outcome::refused));
  EXPECT_EQ(reply.reason, ha::Reason::active_here);
  EXPECT_EQ(reply_command(reply.x), "recover");
}

TEST_F(Databases, StartedByHandOnThePassiveHeadAreStoppedThere) {
  lab_.act("start main.mysql on head2");
  lab_.run(20s);
  const Event last = lab_.last(EventKind::part_runs, "main.mysql");
  EXPECT_EQ(last.with, lab_.id("head2"));
  EXPECT_EQ(last.x, 0);
  EXPECT_EQ(lab_.last(EventKind::alert, "head2").reason, ha::Reason::already_running);
}

}  // namespace
}  // namespace hasim
