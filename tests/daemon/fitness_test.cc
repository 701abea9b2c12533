// Rounds of checks, with checks that say what the test wants. No time passes: a round begins when the test says so.
#include "daemon/fitness.h"

#include <gtest/gtest.h>

namespace hacored {
namespace {

constexpr ha::Fitness kFull = unfit(ha::Reason::disk_full);
constexpr ha::Fitness kDead = unfit(ha::Reason::disk_dead);
constexpr ha::Fitness kCutOff = unfit(ha::Reason::unreachable);

class FitnessTest : public testing::Test {
 protected:
  /// Answers at once while `answers`; else the test does it by `answer`.
  struct Fake {
    ha::Fitness finds;
    bool answers = true;
    int asked = 0;
    FitnessCheck::Then answer{};
  };

  FitnessCheck check(Fake& fake, const ha::Fitness& silent) {
    const auto look = [&fake](FitnessCheck::Then then) {
      ++fake.asked;
      fake.answers ? then(fake.finds) : void(fake.answer = std::move(then));
    };
    return {look, silent};
  }
  void rounds(int times) {
    for (; times > 0; --times) all.next_round();
  }

  Fake disk{}, network{};
  bool owner = false;
  std::vector<ha::Fitness> told;
  boost::asio::io_context io;
  FitnessRounds all{io,
                    {check(disk, kDead), check(network, {})},
                    [this] { return owner; },
                    [this](const ha::Fitness& found) { told.push_back(found); }};
};

TEST_F(FitnessTest, NothingIsToldWhileAllIsWell) {
  rounds(5);
  EXPECT_TRUE(told.empty());
  EXPECT_EQ(disk.asked, 5);
}

TEST_F(FitnessTest, TroubleIsToldWhenTwoRoundsAgreeAndSoIsItsEnd) {
  network.finds = kCutOff;
  rounds(1);
  EXPECT_TRUE(told.empty());
  rounds(3);
  network.finds = {};
  rounds(3);
  EXPECT_EQ(told, (std::vector<ha::Fitness>{kCutOff, {}}));
}

TEST_F(FitnessTest, AnOwnerNeedsThreeRounds) {
  owner = true;
  network.finds = kCutOff;
  rounds(2);
  EXPECT_TRUE(told.empty());
  rounds(1);
  EXPECT_EQ(told, std::vector{kCutOff});
}

TEST_F(FitnessTest, OfTwoTroublesTheFirstInTheOrderIsTold) {
  disk.finds = kFull;
  network.finds = kCutOff;
  rounds(2);
  EXPECT_EQ(told, std::vector{kFull});
}

TEST_F(FitnessTest, SilenceCountsWhenTheNextRoundBeginsAndNobodyIsAskedTwice) {
  disk.answers = false;
  rounds(2);
  EXPECT_TRUE(told.empty()) << "one round is over";
  rounds(1);
  EXPECT_EQ(told, std::vector{kDead});
  EXPECT_EQ(disk.asked, 1);
  EXPECT_EQ(network.asked, 3);
}

TEST_F(FitnessTest, WhoAnswersAfterAllIsAskedAgain) {
  disk.answers = false;
  rounds(3);
  disk.answers = true;
  disk.answer({});
  EXPECT_EQ(told, std::vector{kDead}) << "one round says so";
  rounds(1);
  EXPECT_EQ(told, (std::vector<ha::Fitness>{kDead, {}}));
  EXPECT_EQ(disk.asked, 2);
}

}  // namespace
}  // namespace hacored
