// Leases and claims in a directory.
#include "daemon/store_in_files.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/daemon/store_fixture.h"

namespace hacored {
namespace {

using ha::Outcome;
using ha::Term;

struct StoreTest : testing::Test {
  Folder folder;
  FileStore mine = store_in(folder, 0);
  FileStore theirs = store_in(folder, 1);
  void SetUp() override { ASSERT_TRUE(mine.init()) << mine.why(); }
};

TEST_F(StoreTest, ANewStoreIsEmptyAndTakesTheFirstTerm) {
  EXPECT_EQ(theirs.perform(to_read()).view, ha::StoreView{});
  const auto won = mine.perform(to_claim(1, claim_by(0)));
  EXPECT_EQ(won.outcome, Outcome::done);
  EXPECT_EQ(won.view.term, Term{1});
  EXPECT_EQ(won.view.claim, claim_by(0));
}

TEST_F(StoreTest, TheSecondClaimOfATermReadsTheFirst) {
  (void)mine.perform(to_claim(1, claim_by(0)));
  const auto lost = theirs.perform(to_claim(1, claim_by(1)));
  EXPECT_EQ(lost.outcome, Outcome::done);
  EXPECT_EQ(lost.view.claim, claim_by(0));
}

TEST_F(StoreTest, AClaimWhoseReplyWasLostIsReadBackByItsOwnEpoch) {
  (void)mine.perform(to_claim(1, claim_by(0)));
  EXPECT_EQ(store_in(folder, 0).perform(to_claim(1, claim_by(0))).view.claim, claim_by(0));
}

TEST_F(StoreTest, OnlyTheNextTermIsEverCreated) {
  for (const std::uint64_t term : {0U, 2U, 17U}) {
    const auto answer = mine.perform(to_claim(term, claim_by(0)));
    EXPECT_EQ(answer.outcome, Outcome::done);
    EXPECT_EQ(answer.view, ha::StoreView{}) << term;
  }
}

TEST_F(StoreTest, TheHighestTermIsFoundByNumberNotByName) {
  for (std::uint64_t term = 1; term <= 12; ++term) (void)mine.perform(to_claim(term, claim_by(0, term)));
  const auto seen = store_in(folder, 1).perform(to_read());
  EXPECT_EQ(seen.view.term, Term{12});
  EXPECT_EQ(seen.view.claim, claim_by(0, 12));
  EXPECT_EQ(theirs.perform(to_read()).view.term, Term{12});
}

TEST_F(StoreTest, ARenewalShowsBothLeases) {
  (void)theirs.perform({.id = {}, .verb = StoreVerb::renew, .lease = lease(40, 9)});
  const auto answer = mine.perform(to_renew(6));
  EXPECT_EQ(answer.outcome, Outcome::done);
  EXPECT_EQ(answer.view.lease[0], lease(6));
  EXPECT_EQ(answer.view.lease[1], lease(40, 9));
}

TEST_F(StoreTest, ATornLeaseIsTheOneBefore) {
  (void)mine.perform(to_renew(1));
  (void)mine.perform(to_renew(2));  // two empty leases were there: slots 0 and 1
  scribble(folder / "lease.0", 4096 + 30, "torn");
  EXPECT_EQ(theirs.perform(to_read()).view.lease[0], lease(1));
  EXPECT_EQ(mine.perform(to_renew(3)).view.lease[0], lease(3));
  EXPECT_EQ(theirs.perform(to_read()).view.lease[0], lease(3));
}

TEST_F(StoreTest, ALeaseOfWhichNothingIsSoundIsAnError) {
  scribble(folder / "lease.1", 30, "torn");
  scribble(folder / "lease.1", 4096 + 30, "torn");
  const auto answer = mine.perform(to_renew(1));
  EXPECT_EQ(answer.outcome, Outcome::unknown);
  EXPECT_EQ(answer.view, ha::StoreView{});
  EXPECT_NE(mine.why().find("lease.1 is damaged"), std::string::npos) << mine.why();
}

TEST_F(StoreTest, ADamagedClaimIsAnErrorAndNeverGuessed) {
  (void)mine.perform(to_claim(1, claim_by(0)));
  scribble(folder / "claim.1", 40, "x");
  EXPECT_EQ(theirs.perform(to_read()).outcome, Outcome::unknown);
  EXPECT_EQ(theirs.perform(to_claim(2, claim_by(1))).outcome, Outcome::unknown);
  EXPECT_EQ(theirs.perform(to_claim(1, claim_by(1))).outcome, Outcome::unknown);
}

TEST_F(StoreTest, AClaimUnderAnotherNameIsAnError) {
  (void)mine.perform(to_claim(1, claim_by(0)));
  std::filesystem::copy(folder / "claim.1", folder / "claim.2");
  EXPECT_EQ(store_in(folder, 1).perform(to_read()).outcome, Outcome::unknown);
}

TEST_F(StoreTest, TheStoreOfAnotherCellIsNotTouched) {
  FileStore stranger = store_in(folder, 1, store_of_cell("another"));
  EXPECT_FALSE(stranger.init());
  EXPECT_EQ(stranger.perform(to_renew(1)).outcome, Outcome::unknown);
  EXPECT_EQ(mine.perform(to_read()).view, ha::StoreView{});
}

TEST(StoreWithoutInit, AnEmptyDirectoryIsNoStore) {
  const Folder folder;  // as the place of a file system that is not mounted
  FileStore store = store_in(folder, 0);
  EXPECT_NE(store.perform(to_claim(1, claim_by(0))).outcome, Outcome::done);
  EXPECT_NE(store.perform(to_renew(1)).outcome, Outcome::done);
  EXPECT_NE(store.why().find("--init"), std::string::npos) << store.why();
  EXPECT_EQ(files_in(folder), 0U);
}

TEST_F(StoreTest, InitLeavesAStoreAsItIs) {
  (void)mine.perform(to_claim(1, claim_by(0)));
  (void)mine.perform(to_renew(4));
  EXPECT_TRUE(theirs.init());
  const auto seen = theirs.perform(to_read());
  EXPECT_EQ(seen.view.term, Term{1});
  EXPECT_EQ(seen.view.lease[0], lease(4));
}

TEST_F(StoreTest, NothingIsLeftBehind) {
  std::filesystem::copy(folder / "lease.0", folder / "new.1.cut-short");
  (void)theirs.perform(to_claim(1, claim_by(1)));
  EXPECT_EQ(files_in(folder), 3U);  // lease.0, lease.1, claim.1
}

/// What two processes saw of each term.
struct Race {
  static constexpr std::size_t kTerms = 1000;
  std::atomic<std::uint64_t> arrived{0};
  std::array<std::array<ha::ClaimRecord, kTerms + 1>, 2> stands{};
};

void run_claims(FileStore store, Race& race, std::uint8_t side) {
  for (std::size_t term = 1; term <= Race::kTerms; ++term) {
    ++race.arrived;
    while (race.arrived < 2 * term) std::this_thread::yield();
    race.stands[side][term] = store.perform(to_claim(term, claim_by(side, term))).view.claim;
  }
}

TEST_F(StoreTest, OfTwoProcessesExactlyOneWinsEachOfAThousandTerms) {
  void* shared = mmap(nullptr, sizeof(Race), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto& race = *new (shared) Race;
  const pid_t other = fork();
  ASSERT_GE(other, 0);
  if (other == 0) {
    run_claims(store_in(folder, 1), race, 1);
    _exit(0);
  }
  run_claims(store_in(folder, 0), race, 0);
  ASSERT_EQ(waitpid(other, nullptr, 0), other);
  std::array<int, 2> won{};
  for (std::size_t term = 1; term <= Race::kTerms; ++term) {
    const ha::ClaimRecord& winner = race.stands[0][term];
    EXPECT_EQ(winner, race.stands[1][term]) << "term " << term;
    const std::uint8_t side = ha::head_of(winner.epoch);
    EXPECT_EQ(winner, claim_by(side, term));
    ++won[side];
  }
  EXPECT_GT(std::min(won[0], won[1]), 0) << "there was no race";
  munmap(shared, sizeof(Race));
}

}  // namespace
}  // namespace hacored
