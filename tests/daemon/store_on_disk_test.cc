// Leases and claims on a shared disk: two heads at once, in every order that seeds draw, with crashes and torn writes.
#include "daemon/store_on_disk.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "tests/daemon/store_fixture.h"

namespace hacored {
namespace {

using ha::Outcome;
using ha::Term;

/// Who of two threads goes on is drawn before each step of either.
class Turns {
 public:
  explicit Turns(std::uint64_t seed) : random_(seed) {}

  void begin(int side) {
    std::unique_lock lock(mutex_);
    if (++arrived_ == 2) choose();
    await(lock, side);
  }
  void next(int side) {
    std::unique_lock lock(mutex_);
    choose();
    await(lock, side);
  }
  void leave(int side) {
    const std::lock_guard lock(mutex_);
    here_[static_cast<std::size_t>(side)] = false;
    choose();
  }
  std::uint64_t now() const { return now_; }
  std::uint64_t draw(std::uint64_t below) { return random_() % below; }

 private:
  void choose() {
    ++now_;
    const int drawn = static_cast<int>(random_() % 2);
    current_ = here_[static_cast<std::size_t>(drawn)] ? drawn : 1 - drawn;
    changed_.notify_all();
  }
  void await(std::unique_lock<std::mutex>& lock, int side) {
    changed_.wait(lock, [&] { return current_ == side; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::mt19937_64 random_;
  std::array<bool, 2> here_{true, true};
  int arrived_ = 0;
  int current_ = -1;
  std::uint64_t now_ = 0;
};

struct Crash {};

/// A disk in memory. With turns, each operation waits for one; `fragile` heads crash at one write in so many.
class MemoryDisk : public StoreDisk {
 public:
  MemoryDisk(Blocks& blocks, int side, Turns* turns = nullptr, std::uint64_t fragile = 0)
      : blocks_(blocks), side_(side), turns_(turns), fragile_(fragile) {}

  Fate read(Blocks& to) override {
    if (turns_ != nullptr) turns_->next(side_);
    to = blocks_;
    return Fate::done;
  }
  Fate write(std::size_t sector, const StoreBlock& block) override {
    if (turns_ != nullptr) turns_->next(side_);
    if (fragile_ > 0 && turns_->draw(fragile_) == 0) crash(sector, block);
    blocks_[sector] = block;
    return Fate::done;
  }
  void pause() override {
    if (turns_ != nullptr) turns_->next(side_);
  }

 private:
  /// Before the write, in the middle of it, or after it.
  void crash(std::size_t sector, const StoreBlock& block) {
    const std::uint64_t when = turns_->draw(3);
    if (when == 1) std::copy_n(block.begin(), 100, blocks_[sector].begin());
    if (when == 2) blocks_[sector] = block;
    throw Crash{};
  }

  Blocks& blocks_;
  int side_;
  Turns* turns_;
  std::uint64_t fragile_;
};

struct StoreOnDisk : testing::Test {
  StoreDisk::Blocks blocks{};

  DiskStore store(int side, Turns* turns = nullptr, std::uint64_t fragile = 0) {
    return {std::make_unique<MemoryDisk>(blocks, side, turns, fragile), kTestStore, side};
  }
  void SetUp() override { ASSERT_TRUE(store(0).init()); }
};

TEST_F(StoreOnDisk, AClaimIsWonOnceAndReadByBoth) {
  DiskStore mine = store(0);
  DiskStore theirs = store(1);
  EXPECT_EQ(mine.perform(to_read()).view, ha::StoreView{});
  const auto won = theirs.perform(to_claim(1, claim_by(1)));
  EXPECT_EQ(won.outcome, Outcome::done);
  EXPECT_EQ(won.view.term, Term{1});
  EXPECT_EQ(mine.perform(to_claim(1, claim_by(0))).view.claim, claim_by(1));
  EXPECT_EQ(mine.perform(to_claim(2, claim_by(0))).view.claim, claim_by(0));
  EXPECT_EQ(theirs.perform(to_read()).view.term, Term{2});
  EXPECT_EQ(theirs.perform(to_claim(7, claim_by(1))).view.term, Term{2});
}

TEST_F(StoreOnDisk, LeasesStandBesideTheVote) {
  DiskStore mine = store(0);
  EXPECT_EQ(mine.perform(to_renew(3)).view.lease[0], lease(3));
  (void)mine.perform(to_claim(1, claim_by(0)));
  EXPECT_EQ(mine.perform(to_renew(4)).view.term, Term{1});
  EXPECT_EQ(store(1).perform(to_read()).view.lease[0], lease(4));
}

TEST_F(StoreOnDisk, WhatIsNoRecordIsAnError) {
  blocks[2][30] ^= std::byte{1};
  EXPECT_EQ(store(0).perform(to_renew(1)).outcome, Outcome::done);  // the other slot is sound
  blocks[3][30] ^= std::byte{1};
  EXPECT_EQ(store(0).perform(to_renew(1)).outcome, Outcome::unknown);
  EXPECT_FALSE(store(0).init());
  EXPECT_FALSE(DiskStore(std::make_unique<MemoryDisk>(blocks, 0), store_of_cell("south"), 0).init());
}

TEST_F(StoreOnDisk, ASecondProcessOfAHeadIsNoticed) {
  DiskStore old = store(0);
  EXPECT_EQ(old.perform(to_renew(1)).outcome, Outcome::done);
  EXPECT_EQ(store(0).perform(to_renew(1)).outcome, Outcome::done);
  EXPECT_EQ(old.perform(to_renew(2)).outcome, Outcome::unknown);
}

/// One request and its answer, with the turns at which they were.
struct Told {
  std::uint64_t from = 0;
  std::uint64_t until = 0;
  StoreRequest request;
  ha::StoreAnswer answer;
};

/// A head that renews, reads and claims the next term; after a crash it starts anew and asks the same again.
struct Racer {
  int side;
  Turns& turns;
  std::function<DiskStore()> open;
  std::vector<Told> told{};

  void run() {
    turns.begin(side);
    for (std::uint64_t i = 1; i <= 6; ++i) {
      const Term next{told.empty() ? 1 : value(told.back().answer.view.term) + 1};
      if (i % 3 == 0) ask(to_claim(value(next), claim_by(static_cast<std::uint8_t>(side), i)));
      if (i % 3 == 1) ask(to_renew(i));
      if (i % 3 == 2) ask(to_read());
    }
    turns.leave(side);
  }
  void ask(const StoreRequest& request) {
    for (bool over = false; !over;) {
      try {
        if (!store) store = std::make_unique<DiskStore>(open());
        const std::uint64_t from = turns.now();
        const auto answer = store->perform(request);
        over = answer.outcome == Outcome::done;
        if (over) told.push_back({from, turns.now(), request, answer});
      } catch (const Crash&) { store.reset(); }
    }
  }
  std::unique_ptr<DiskStore> store{};
};

/// No term has two winners, nobody who asks later sees less, and of an owner that renews and a peer that claims at the
/// same time at least one sees the other.
void judge(const std::vector<Told>& all) {
  std::map<Term, ha::ClaimRecord> winner;
  for (const Told& told : all) {
    const ha::StoreView& view = told.answer.view;
    const auto [known, first] = winner.emplace(view.term, view.claim);
    EXPECT_EQ(known->second, view.claim) << "term " << value(view.term);
  }
  for (const Told& before : all) {
    for (const Told& after : all) {
      const bool apart = before.until <= after.from;
      EXPECT_TRUE(!apart || after.answer.view.term >= before.answer.view.term);
    }
  }
}

void judge_order(const std::vector<Told>& renewals, const std::vector<Told>& claims, std::size_t side) {
  for (const Told& renewal : renewals) {
    if (renewal.request.verb != StoreVerb::renew) continue;
    for (const Told& claim : claims) {
      if (claim.answer.view.term <= renewal.answer.view.term) continue;
      EXPECT_GE(claim.answer.view.lease[side].seq, renewal.request.lease.seq);
    }
  }
}

class StoreOnDiskRace : public StoreOnDisk, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(StoreOnDiskRace, IsLinearizableInEveryOrder) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    blocks = {};
    ASSERT_TRUE(store(0).init());
    Turns turns(seed);
    std::array<Racer, 2> racers{Racer{0, turns, [&] { return store(0, &turns, GetParam()); }},
                                Racer{1, turns, [&] { return store(1, &turns, GetParam()); }}};
    std::thread other([&] { racers[1].run(); });
    racers[0].run();
    other.join();
    std::vector<Told> all = racers[0].told;
    all.insert(all.end(), racers[1].told.begin(), racers[1].told.end());
    const std::uint64_t end = turns.now();
    for (int side = 0; side < 2; ++side) all.push_back({end, end, to_read(), store(side).perform(to_read())});
    judge(all);
    judge_order(racers[0].told, racers[1].told, 0);
    judge_order(racers[1].told, racers[0].told, 1);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(CrashesAtOneWriteIn, StoreOnDiskRace, testing::Values(0, 20, 5));

/// With a real file and real processes.
struct StoreOnDevice : testing::Test {
  std::string path = testing::TempDir() + "hacore-disk-" + std::to_string(getpid());
  void SetUp() override {
    std::ofstream(path) << std::string(StoreDisk::kSectors * StoreDisk::kSectorBytes, '\0');
    DiskStore mine = store(0);
    if (!mine.init()) GTEST_SKIP() << mine.why();  // a file system without O_DIRECT
  }
  void TearDown() override { std::filesystem::remove(path); }
  DiskStore store(int side) const { return {std::make_unique<DeviceDisk>(path, side), kTestStore, side}; }
};

TEST_F(StoreOnDevice, TheSectorsOfAHeadBelongToOneProcess) {
  DiskStore first = store(0);
  EXPECT_EQ(first.perform(to_read()).outcome, Outcome::done);
  DiskStore second = store(0);
  EXPECT_EQ(second.perform(to_read()).outcome, Outcome::unknown);
  EXPECT_NE(second.why().find("lock"), std::string::npos) << second.why();
  EXPECT_EQ(store(1).perform(to_read()).outcome, Outcome::done);
}

TEST_F(StoreOnDevice, OfTwoProcessesExactlyOneWinsEachTerm) {
  constexpr std::size_t kTerms = 40;
  using Stands = std::array<std::array<ha::ClaimRecord, kTerms + 1>, 2>;
  void* shared = mmap(nullptr, sizeof(Stands), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto& stands = *new (shared) Stands;
  const auto run = [&](std::uint8_t side) {
    DiskStore here = store(side);
    for (std::uint64_t term = 1; term <= kTerms;) {
      const auto answer = here.perform(to_claim(term, claim_by(side, term)));
      if (answer.outcome != Outcome::done) continue;
      stands[side][value(answer.view.term)] = answer.view.claim;
      term = value(answer.view.term) + 1;
    }
  };
  const pid_t other = fork();
  ASSERT_GE(other, 0);
  if (other == 0) {
    run(1);
    _exit(0);
  }
  run(0);
  ASSERT_EQ(waitpid(other, nullptr, 0), other);
  for (std::size_t term = 1; term <= kTerms; ++term) {
    const bool both = stands[0][term] != ha::ClaimRecord{} && stands[1][term] != ha::ClaimRecord{};
    EXPECT_TRUE(!both || stands[0][term] == stands[1][term]) << "term " << term;
  }
  munmap(shared, sizeof(Stands));
}

}  // namespace
}  // namespace hacored
