// Dropped datagrams in the log: each kind, and no more than once a minute.
#include "daemon/beat_watch.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "daemon/log.h"

namespace hacored {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> beat_log;

class BeatWatchTest : public testing::Test {
 protected:
  BeatWatchTest() {
    beat_log.clear();
    set_log_sink([](Level, std::string_view line) { beat_log.emplace_back(line); });
  }
  ~BeatWatchTest() override { set_log_sink(nullptr); }

  boost::asio::io_context io;
  std::array<BeatCounters, 2> counters;
  BeatWatch watch{io, {"net0", "net1"}, [this](std::size_t path) { return counters[path]; }};
  ha::Instant at{1h};
};

TEST_F(BeatWatchTest, SaysNothingOfGoodBeats) {
  counters[0].received = counters[1].received = counters[0].sent = 1000;
  watch.look(at);
  EXPECT_TRUE(beat_log.empty());
}

TEST_F(BeatWatchTest, SaysEachKindOnceAMinuteWithAllThatCameSince) {
  counters[0].forged = 3;
  watch.look(at);
  for (int second = 1; second < 60; ++second) {
    counters[0].forged += 100'000;
    counters[1].forged += 1;
    watch.look(at + std::chrono::seconds{second});
  }
  EXPECT_EQ(beat_log, std::vector<std::string>{"datagrams dropped that are sealed with another key: 3 on path net0"});
  watch.look(at + 60s);
  ASSERT_EQ(beat_log.size(), 2U);
  EXPECT_EQ(beat_log[1], "datagrams dropped that are sealed with another key: 5900000 on path net0, 59 on path net1");
  watch.look(at + 10min);
  EXPECT_EQ(beat_log.size(), 2U) << "nothing came since";
}

TEST_F(BeatWatchTest, ANewKindIsSaidAtOnce) {
  counters[0].forged = 3;
  watch.look(at);
  counters[1].reflected = 1;
  watch.look(at + 1s);
  EXPECT_EQ(beat_log.back(), "datagrams dropped that are this head's own, come back: 1 on path net1");
}

}  // namespace
}  // namespace hacored
