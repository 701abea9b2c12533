// Inputs one by one, outputs in order, records durable before what follows them.
#include "daemon/host.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace hacored {
namespace {

using std::chrono::milliseconds;

/// Remembers what was performed.
struct Recorded : Hands {
  std::vector<std::size_t> kinds;
  int caught_up = 0;
  void perform(const ha::Output& output) override { kinds.push_back(output.index()); }
  void catch_up() override { ++caught_up; }
};

template <class T>
std::size_t kind() {
  return ha::Output{T{}}.index();
}

class HostTest : public testing::Test {
 protected:
  static ha::Config config() {
    ha::Config c;
    c.keep_alive = milliseconds{20};
    c.init_dead = milliseconds{100};
    c.service[0].storage = ha::Storage::none;
    c.hardware_id = 5;
    return c;
  }
  Host make(Host::Persist persist) {
    return Host{io, ha::Node{config(), {}, {1, 1}}, memory, std::move(persist), hands};
  }
  static void at_once(const ha::DiskRecord&, const std::function<void(bool)>& then) { then(true); }

  boost::asio::io_context io;
  std::vector<std::byte> memory{1 << 20};
  Recorded hands;
};

TEST_F(HostTest, BeatsAtItsIntervalAndLooksAtWhatArrivedBeforeEachTick) {
  Host host = make(at_once);
  host.start();
  io.run_for(milliseconds{200});
  const auto beats = std::count(hands.kinds.begin(), hands.kinds.end(), kind<ha::SendBeat>());
  EXPECT_GE(beats, 5);
  EXPECT_LE(beats, 14);
  EXPECT_GE(hands.caught_up, beats - 1);
}

TEST_F(HostTest, NothingAfterARecordIsPerformedBeforeItIsDurable) {
  std::function<void(bool)> durable;
  Host host = make([&](const ha::DiskRecord&, std::function<void(bool)> then) { durable = std::move(then); });
  host.start();
  const ha::RequestId probe = host.node().state().probe_id;
  host.tell(ha::Probed{probe, 0});
  host.tell(ha::Command{ha::RequestId{1}, ha::CommandKind::standby_on, false, ha::kEveryService});
  ASSERT_TRUE(durable) << "standby is written to the disk";
  const std::size_t before = hands.kinds.size();
  io.run_for(milliseconds{60});
  EXPECT_EQ(hands.kinds.size(), before) << "no beat and no answer while the disk is waited for";
  durable(true);
  EXPECT_NE(std::find(hands.kinds.begin() + static_cast<std::ptrdiff_t>(before), hands.kinds.end(), kind<ha::Reply>()),
            hands.kinds.end());
}

TEST_F(HostTest, ARecordThatIsNotDurableStopsTheCore) {
  std::function<void(bool)> durable;
  Host host = make([&](const ha::DiskRecord&, std::function<void(bool)> then) { durable = std::move(then); });
  bool failed = false;
  host.on_disk_failure([&] { failed = true; });
  host.start();
  host.tell(ha::Probed{host.node().state().probe_id, 0});
  host.tell(ha::Command{ha::RequestId{1}, ha::CommandKind::standby_on, false, ha::kEveryService});
  ASSERT_TRUE(durable);
  const std::size_t before = hands.kinds.size();
  durable(false);
  io.run_for(milliseconds{60});
  EXPECT_TRUE(failed);
  EXPECT_EQ(hands.kinds.size(), before);
}

TEST_F(HostTest, ItsBlackBoxReplaysWithoutADifference) {
  {
    Host host = make(at_once);
    host.start();
    host.tell(ha::Probed{host.node().state().probe_id, 0});
    io.run_for(milliseconds{200});
  }
  const ha::Replay replay = ha::replay(memory);
  EXPECT_EQ(replay.error, "");
  EXPECT_GT(replay.steps, 5U);
  EXPECT_EQ(replay.differences, 0U);
}

}  // namespace
}  // namespace hacored
