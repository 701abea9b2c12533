// The store has one order: of two who claim the same term, one wins, and both read who.
#include "sim/store.h"

#include <gtest/gtest.h>

#include "sim/settle.h"
#include "tests/sim/lab.h"

namespace hasim::sim {
namespace {

class StoreRace : public testing::Test {
 protected:
  void SetUp() override {
    auto parsed = parse_world_file(std::string(HASIM_SOURCE_DIR) + "/scenarios/worlds/bcm.world",
                                   SearchPath{{HASIM_SOURCE_DIR "/scenarios/worlds"}});
    ASSERT_TRUE(std::holds_alternative<std::shared_ptr<const WorldSpec>>(parsed));
    engine_.layout = lay_out(std::get<std::shared_ptr<const WorldSpec>>(parsed)).layout;
    ASSERT_NE(engine_.layout, nullptr);
    engine_.booting = true;
    begin_world(engine_);
  }

  void claim(int head, std::uint64_t term) {
    ha::ClaimRecord record;
    record.epoch = ha::epoch_of(5, static_cast<std::uint8_t>(head));
    ask_store(engine_, head, ha::StoreClaim{ha::RequestId{1}, ha::Term{term}, record});
  }

  /// What that head hears next.
  ha::StoreAnswer answer(int head) {
    for (;;) {
      const Due due = engine_.s.queue.pop();
      engine_.s.now = due.t;
      if (due.kind == DueKind::store_arrives) {
        store_arrives(engine_, due);
      } else if (due.kind == DueKind::store_answer && due.head == head) {
        return store_answer(engine_, due);
      } else if (due.kind == DueKind::store_answer) {
        waiting_.push_back(due);
      }
    }
  }

  Engine engine_;
  std::vector<Due> waiting_;
};

TEST_F(StoreRace, HasExactlyOneWinner) {
  claim(0, 1);
  claim(1, 1);
  const ha::StoreAnswer second = answer(1);
  ASSERT_EQ(waiting_.size(), 1U);
  const ha::StoreAnswer first = store_answer(engine_, waiting_[0]);
  EXPECT_EQ(second.outcome, ha::Outcome::done);
  EXPECT_EQ(ha::head_of(first.view.claim.epoch), 0) << "the first to arrive wins";
  EXPECT_EQ(second.view.claim.epoch, first.view.claim.epoch) << "the loser reads the winner's record";
}

TEST_F(StoreRace, ATermCanOnlyFollowTheOneBefore) {
  claim(0, 2);
  EXPECT_EQ(answer(0).view.term, ha::Term{0});
}

TEST_F(StoreRace, AnOperationWhoseReplyIsLostHasHappened) {
  claim(0, 1);
  const Due request = engine_.s.queue.pop();
  ASSERT_EQ(request.kind, DueKind::store_arrives);
  engine_.s.now = request.t;
  engine_.s.tables.witness[0].back_at = engine_.now() + std::chrono::seconds{10};  // it restarts right then
  store_arrives(engine_, request);
  EXPECT_EQ(answer(0).outcome, ha::Outcome::unknown);
  EXPECT_EQ(engine_.s.tables.store[0].view.term, ha::Term{1});
}

TEST_F(StoreRace, ARequestThatIsLongOnItsWayIsCarriedOutAfterItsClientGaveUp) {
  Fault slow;
  slow.id = SentenceId::fault_net_delays;
  slow.thing[0] = engine_.layout->spec->find("internal");
  slow.amount[0] = Duration{std::chrono::seconds{8}}.count();
  engine_.s.faults.push_back(slow);
  engine_.lines_faulty = true;
  claim(0, 1);
  EXPECT_EQ(answer(0).outcome, ha::Outcome::unknown);
  EXPECT_EQ(engine_.s.tables.store[0].view.term, ha::Term{0}) << "not yet";
  Due request = engine_.s.queue.pop();
  while (request.kind == DueKind::host_checks) request = engine_.s.queue.pop();  // hosts look at what the fault did
  ASSERT_EQ(request.kind, DueKind::store_arrives);
  store_arrives(engine_, request);
  EXPECT_EQ(engine_.s.tables.store[0].view.term, ha::Term{1});
  EXPECT_TRUE(engine_.s.queue.empty()) << "nobody hears of it";
}

TEST(StoreFaults, AHungVolumeUnderTheStoreGivesNoAnswer) {
  Lab lab("bcm");
  lab.settle();
  lab.fault("nas hangs");
  const Time since = lab.sim().now();
  lab.run(4s);
  for (const Event& e : lab.all(EventKind::store_wrote, "quorum")) EXPECT_LT(e.t, since + 100ms);
}

TEST(StoreFaults, TheLeaseIsHeldByNobodyOnceItIsNotRenewed) {
  Lab lab("bcm");
  lab.settle();
  EXPECT_EQ(lab.last(EventKind::lease_held, "bcm-heads").with, lab.id("head1"));
  lab.fault("quorum down");
  lab.run(10s);
  EXPECT_EQ(lab.last(EventKind::lease_held, "bcm-heads").with, kNoThing);
}

}  // namespace
}  // namespace hasim::sim
