// What a voter makes of datagrams.
#include "daemon/voter.h"

#include <gtest/gtest.h>

#include "tests/daemon/voter_sample.h"

namespace hacored {
namespace {

using std::chrono::milliseconds;

const Seal kForeignSeal{Seal::Key{9}};
constexpr ha::Incarnation kNextBoot{30, 1};

Hello hello(std::uint8_t head, ha::Incarnation sender, std::uint64_t seq) { return {kVotersCell, sender, seq, head}; }

struct VoterTest : testing::Test {
  Voter voter{kVotersCell, kVotersSeal};
  ha::Instant at{std::chrono::hours{3}};

  void hear(const Hello& of) { EXPECT_FALSE(voter.judge(encode(of, kVotersSeal), at)); }
  void pass(milliseconds time) { at += time; }
  /// What it answers now, by head.
  std::array<std::uint32_t, 2> ages() {
    const VoterQuestion question{kVotersCell, 0x1122334455667788, 12, 1};
    const auto datagram = voter.judge(encode(question, kVotersSeal), at);
    if (!datagram || !authentic(*datagram, kVotersSeal)) return {};
    const auto message = decode(*datagram);
    const auto* answer = message ? std::get_if<VoterAnswer>(&*message) : nullptr;
    if (answer == nullptr || answer->to != question) return {};
    return answer->heard_ms_ago;
  }
};

using Ages = std::array<std::uint32_t, 2>;

TEST_F(VoterTest, SaysHowLongAgoItHeardEachHead) {
  EXPECT_EQ(ages(), (Ages{VoterAnswer::kNever, VoterAnswer::kNever}));
  hear(hello(0, kVotersBoot, 1));
  pass(milliseconds{700});
  hear(hello(1, kVotersBoot, 8));
  pass(milliseconds{300});
  EXPECT_EQ(ages(), (Ages{1000, 300}));
  hear(hello(0, kVotersBoot, 2));
  EXPECT_EQ(ages(), (Ages{0, 300}));
  EXPECT_EQ(voter.counters(), (VoterCounters{.hellos = 3, .answers = 3}));
}

TEST_F(VoterTest, AReplayRefreshesNothing) {
  hear(hello(0, kVotersBoot, 5));
  pass(milliseconds{100});
  hear(hello(0, kVotersBoot, 5));
  hear(hello(0, kVotersBoot, 4));
  EXPECT_EQ(ages()[0], 100U);
  EXPECT_EQ(voter.counters().stale, 2U);
}

TEST_F(VoterTest, HellosOfAnEarlierBootRefreshNothing) {
  hear(hello(0, kVotersBoot, 5));
  hear(hello(0, kNextBoot, 1));
  pass(milliseconds{100});
  hear(hello(0, kVotersBoot, 5));
  hear(hello(0, kVotersBoot, 3));
  EXPECT_EQ(ages()[0], 100U);
  hear(hello(0, kNextBoot, 2));
  EXPECT_EQ(ages()[0], 0U);
}

TEST_F(VoterTest, ARestartedCoreCountsAnewAndTheOldOneIsOver) {
  hear(hello(0, {70, 1}, 500));
  pass(milliseconds{100});
  hear(hello(0, {70, 2}, 1));
  EXPECT_EQ(ages()[0], 0U);
  pass(milliseconds{100});
  hear(hello(0, {70, 1}, 501));
  EXPECT_EQ(ages()[0], 100U);
}

TEST_F(VoterTest, HeadsAreApart) {
  hear(hello(0, kVotersBoot, 5));
  hear(hello(1, kVotersBoot, 5));
  EXPECT_EQ(ages(), (Ages{0, 0}));
}

TEST_F(VoterTest, WhatIsOfAnotherKeyOrCellIsDropped) {
  EXPECT_FALSE(voter.judge(encode(hello(0, kVotersBoot, 1), kForeignSeal), at));
  EXPECT_FALSE(voter.judge(encode(VoterQuestion{kVotersCell, 1, 0, 0}, kForeignSeal), at));
  EXPECT_FALSE(voter.judge(encode(Hello{voter_cell("south"), kVotersBoot, 1, 0}, kVotersSeal), at));
  EXPECT_FALSE(voter.judge(encode(VoterQuestion{voter_cell("south"), 1, 0, 0}, kVotersSeal), at));
  EXPECT_EQ(voter.counters(), (VoterCounters{.forged = 2, .foreign = 2}));
  EXPECT_EQ(ages()[0], VoterAnswer::kNever);
}

TEST_F(VoterTest, WhatIsNoDatagramOfItsIsDropped) {
  EXPECT_FALSE(voter.judge({}, at));
  EXPECT_FALSE(voter.judge(std::vector<std::byte>(kVoterDatagramBytes + 1), at));
  EXPECT_FALSE(voter.judge(encode(hello(2, kVotersBoot, 1), kVotersSeal), at));  // there is no third head
  EXPECT_FALSE(voter.judge(encode(VoterAnswer{{kVotersCell, 1, 0, 0}, {1, 1}}, kVotersSeal), at));  // of another voter
  EXPECT_EQ(voter.counters(), (VoterCounters{.malformed = 4}));
}

TEST_F(VoterTest, AnyByteChangedIsNoticed) {
  const VoterDatagram sound = encode(hello(0, kVotersBoot, 1), kVotersSeal);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    VoterDatagram changed = sound;
    changed[i] ^= std::byte{1};
    EXPECT_FALSE(authentic(changed, kVotersSeal)) << "byte " << i;
  }
}

TEST_F(VoterTest, WhileKeysAreChangedEachHeadIsAnsweredWithItsOwn) {
  Voter both{kVotersCell, kVotersSeal, kForeignSeal};
  (void)both.judge(encode(hello(0, kVotersBoot, 1), kVotersSeal), at);
  (void)both.judge(encode(hello(0, kVotersBoot, 2), kForeignSeal), at);
  EXPECT_EQ(both.counters().hellos, 2U);
  for (const Seal* key : {&kVotersSeal, &kForeignSeal}) {
    const auto answer = both.judge(encode(VoterQuestion{kVotersCell, 1, 0, 0}, *key), at);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(authentic(*answer, *key));
  }
  EXPECT_FALSE(both.judge(encode(hello(0, kVotersBoot, 3), Seal{Seal::Key{8}}), at));
  EXPECT_EQ(both.counters().forged, 1U);
}

}  // namespace
}  // namespace hacored
