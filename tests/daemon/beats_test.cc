// Which datagrams become beats, and which are counted and dropped.
#include "daemon/beats.h"

#include <gtest/gtest.h>

#include "tests/daemon/folder.h"

namespace hacored {
namespace {

using std::chrono::seconds;

ha::Beat beat_of(std::uint8_t head, std::uint64_t boot, std::uint64_t seq) {
  ha::Beat beat;
  beat.sender = {boot, 1};
  beat.seq = seq;
  beat.cell = 3;
  beat.from = head;
  return beat;
}

class BeatGateTest : public testing::Test {
 protected:
  Folder folder;
  Seal seal = Seal::load(folder.file("key", std::string(32, 'k')));
  Seal foreign = Seal::load(folder.file("other", std::string(32, 'o')));
  BeatGate sender{seal, 1, 0};
  BeatGate receiver{seal, 0, 0};
  ha::Instant at{seconds{100}};

  bool passes(const BeatGate::Datagram& datagram) { return receiver.judge(datagram, at).has_value(); }
};

TEST_F(BeatGateTest, ABeatArrivesAsItWasSent) {
  const ha::Beat sent = beat_of(1, 55, 9);
  EXPECT_EQ(receiver.judge(sender.compose(sent), at), sent);
  EXPECT_EQ(receiver.counters().received, 1U);
}

TEST_F(BeatGateTest, ADoubledLateOrReplayedBeatIsDropped) {
  const auto fifth = sender.compose(beat_of(1, 55, 5));
  const auto sixth = sender.compose(beat_of(1, 55, 6));
  EXPECT_TRUE(passes(sixth));
  EXPECT_FALSE(passes(sixth));
  EXPECT_FALSE(passes(fifth));
  EXPECT_EQ(receiver.counters().stale, 2U);
}

TEST_F(BeatGateTest, ForgedReflectedAndMalformedOnesAreCounted) {
  EXPECT_FALSE(passes((BeatGate{foreign, 1, 0}.compose(beat_of(1, 55, 1)))));
  EXPECT_FALSE(passes(receiver.compose(beat_of(0, 77, 1))));
  EXPECT_FALSE(passes((BeatGate{seal, 1, 1}.compose(beat_of(1, 55, 1))))) << "of another path";
  const auto good = sender.compose(beat_of(1, 55, 1));
  EXPECT_FALSE(receiver.judge(std::span{good}.first(kDatagramBytes - 1), at));
  EXPECT_FALSE(receiver.judge({}, at));
  EXPECT_EQ(receiver.counters().forged, 1U);
  EXPECT_EQ(receiver.counters().reflected, 1U);
  EXPECT_EQ(receiver.counters().malformed, 3U);
  EXPECT_EQ(receiver.counters().received, 0U);
}

TEST_F(BeatGateTest, EveryByteOfADatagramIsProtected) {
  const auto good = sender.compose(beat_of(1, 55, 1));
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] ^= std::byte{1};
    EXPECT_FALSE(passes(changed)) << i;
  }
  EXPECT_TRUE(passes(good));
}

TEST_F(BeatGateTest, ANewIncarnationIsHeardButAPlaybackOfManyIsLimited) {
  EXPECT_TRUE(passes(sender.compose(beat_of(1, 1, 900))));
  at += seconds{1};
  EXPECT_TRUE(passes(sender.compose(beat_of(1, 2, 1))));
  for (std::uint64_t boot = 3; boot < 1000; ++boot) EXPECT_FALSE(passes(sender.compose(beat_of(1, boot, 1))));
  EXPECT_EQ(receiver.counters().limited, 997U);
  EXPECT_TRUE(passes(sender.compose(beat_of(1, 2, 2)))) << "the real one goes on";
}

}  // namespace
}  // namespace hacored
