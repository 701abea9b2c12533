// I6: orders, their answers, and what becomes of both.
#include "lang/commands_hold.h"

#include "tests/lang/broken_by.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;
using test::broken_by;
using test::ordered;
using World = test::FakeWorld;

TEST(CommandsHold, BreaksWhenDoneIsNotTrue) {
  const auto done = [](World& w) {
    w.plan(60s, EventKind::reply, "head2", "", static_cast<int>(ha::CommandKind::makeactive),
           static_cast<int>(ha::Outcome::done), 7);
  };
  EXPECT_EQ(broken_by(done), "I6 makeactive on head2 was answered \"done\", and it does not serve");
  EXPECT_EQ(broken_by([&](World& w) {
              done(w);
              w.stops(60s, "head1");
              w.serves(60s, "head2", 5);
            }),
            "holds")
      << "after everything of that instant it is true";
  const auto struck = [&](World& w, Duration when) {
    w.stops(50s, "head1");
    w.serves(when, "head2", 5);
    done(w);
    w.plan(when, EventKind::part_runs, "main.spool", "head2", 0, 1);
  };
  EXPECT_EQ(broken_by([&](World& w) { struck(w, 60s); }), "holds") << "it came up and was struck in that very instant";
}

TEST(CommandsHold, TheLastOrderOfAnInstantCounts) {
  using ha::CommandKind;
  using ha::Outcome;
  EXPECT_EQ(broken_by([](World& w) {
              ordered(w, 60s, CommandKind::maintenance_on, Outcome::done, 7);
              w.plan(60s, EventKind::maintenance, "head2", "", 1);
              ordered(w, 60s, CommandKind::maintenance_off, Outcome::done, 8);
              w.plan(60s, EventKind::maintenance, "head2", "", 0);
            }),
            "holds");
}

TEST(CommandsHold, BreaksWhenARefusedOrderMovedSomething) {
  const auto refused = [](World& w) {
    w.plan(62s, EventKind::reply, "head2", "", static_cast<int>(ha::CommandKind::makeactive),
           static_cast<int>(ha::Outcome::refused), 7)
        .reason = ha::Reason::in_progress;
  };
  EXPECT_EQ(broken_by([&](World& w) {
              w.plan(60s, EventKind::action, "head2", "", 0, 0, 7);
              w.role(61s, "head1", ha::Role::stopping, 0, ha::Cause::operator_order);
              refused(w);
            }),
            "I6 makeactive on head2 was refused, and yet roles changed");
  EXPECT_EQ(broken_by([&](World& w) {
              w.plan(60s, EventKind::action, "head2", "", 0, 0, 7);
              refused(w);
            }),
            "holds");
  EXPECT_EQ(broken_by([&](World& w) {
              w.plan(50s, EventKind::action, "head2", "", 0, 0, 6);
              w.plan(50s, EventKind::reply, "head2", "", static_cast<int>(ha::CommandKind::makeactive),
                     static_cast<int>(ha::Outcome::unknown), 6);
              w.plan(60s, EventKind::action, "head2", "", 0, 0, 7);
              w.role(61s, "head1", ha::Role::stopping, 0, ha::Cause::operator_order);
              refused(w);
            }),
            "holds")
      << "the first order moves it";
  EXPECT_EQ(broken_by([&](World& w) {
              w.plan(60s, EventKind::action, "head2", "", 0, 0, 7);
              w.role(61s, "head2", ha::Role::stopping, 0, ha::Cause::handover);
              refused(w);
            }),
            "holds")
      << "it gives something away, which is no consequence of an order to get it";
}

TEST(CommandsHold, AModeIsWhatWasAnswered) {
  using ha::CommandKind;
  using ha::Outcome;
  const auto mode = [](World& w, Duration t, bool on) { w.plan(t, EventKind::maintenance, "head2", "", on ? 1 : 0); };
  EXPECT_EQ(broken_by([&](World& w) { ordered(w, 60s, CommandKind::maintenance_on, Outcome::done); }),
            "I6 maintenance of head2 was answered \"done\", and it is not on");
  EXPECT_EQ(broken_by([&](World& w) {
              ordered(w, 60s, CommandKind::maintenance_on, Outcome::done);
              mode(w, 60s, true);
              mode(w, 90s, false);
            }),
            "I6 maintenance of head2 ended, and nobody had ordered it");
  EXPECT_EQ(broken_by([&](World& w) {
              ordered(w, 60s, CommandKind::maintenance_on, Outcome::done);
              mode(w, 60s, true);
              ordered(w, 90s, CommandKind::maintenance_off, Outcome::done, 8);
              mode(w, 90s, false);
            }),
            "holds");
  EXPECT_EQ(broken_by([&](World& w) {
              w.plan(60s, EventKind::action, "head2", "", static_cast<int>(CommandKind::maintenance_on), 0, 7);
              mode(w, 60s, true);
              w.plan(61s, EventKind::reply, "head2", "", static_cast<int>(CommandKind::maintenance_on),
                     static_cast<int>(Outcome::refused), 7)
                  .reason = ha::Reason::in_progress;
            }),
            "I6 an order for maintenance of head2 was refused, and yet it is on now");
}

TEST(CommandsHold, AModeBindsItsHead) {
  using ha::CommandKind;
  using ha::Outcome;
  EXPECT_EQ(broken_by([&](World& w) {
              ordered(w, 60s, CommandKind::maintenance_on, Outcome::done);
              w.plan(60s, EventKind::maintenance, "head2", "", 1);
              w.role(80s, "head2", ha::Role::claiming, 0, ha::Cause::peer_lost);
            }),
            "I6 head2 is in maintenance, and claims the service");
  EXPECT_EQ(broken_by([&](World& w) {
              w.role(59s, "head2", ha::Role::claiming, 0, ha::Cause::peer_lost);
              ordered(w, 60s, CommandKind::maintenance_on, Outcome::done);
              w.plan(60s, EventKind::maintenance, "head2", "", 1);
              w.plan(61s, EventKind::fence, "head1", "head2");
            }),
            "holds")
      << "what was begun may be finished";
  EXPECT_EQ(broken_by([&](World& w) {
              ordered(w, 60s, CommandKind::standby_on, Outcome::done);
              w.plan(60s, EventKind::maintenance, "head2", "", 1, 1);
              w.stops(70s, "head1");
              w.proof(71s, "head2", ha::Proof::peer_passive, 5);
              w.serves(72s, "head2", 5);
            }),
            "I6 head2 is in standby, and starts the service");
}

TEST(CommandsHold, WhatWasGivenUpIsNotCarriedOutLater) {
  using ha::CommandKind;
  using ha::Outcome;
  const auto given_up = [](World& w) {
    ordered(w, 60s, CommandKind::makeactive, Outcome::unknown);
    w.plan(60s, EventKind::promise, "head2", "", 0, 0, 5);
    w.plan(65s, EventKind::reply, "head2", "", static_cast<int>(CommandKind::makeactive),
           static_cast<int>(Outcome::refused), 7)
        .reason = ha::Reason::in_progress;
    w.stops(66s, "head1");
  };
  EXPECT_EQ(broken_by([&](World& w) {
              given_up(w);
              w.proof(67s, "head2", ha::Proof::peer_passive, 5);
              w.serves(68s, "head2", 5);
            }),
            "I6 head2 gave up a command, and yet used the grant that it had asked for");
  EXPECT_EQ(broken_by([&](World& w) {
              given_up(w);
              w.proof(67s, "head2", ha::Proof::peer_passive, 7);
              w.serves(68s, "head2", 7);
            }),
            "holds")
      << "it asked again";
}

}  // namespace
}  // namespace hasim
