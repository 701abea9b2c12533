// What is taken for the word of a peer's crash kernel, over real sockets: 127.0.0.2 is the peer.
#include "daemon/dump_listener.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "daemon/clock.h"
#include "daemon/log.h"

namespace hacored {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using namespace std::chrono_literals;
using namespace std::string_literals;

const std::string kMessage = "\x40\x2a\x30\x1b\x01\x00\x00\x00"s;  // as fence_kdump_send 4.12 sends it on x86
const std::string kMessageOfBigEndian = "\x1b\x30\x2a\x40\x00\x00\x00\x01"s;

Settings settings_of(std::uint16_t port) {
  Settings settings;
  settings.heads = {"head1", "head2"};
  settings.paths.emplace_back().address = {"127.0.0.1", "127.0.0.2"};
  settings.dumps = {.listen = true, .port = port, .interval = 40ms, .address = {"127.0.0.1", "127.0.0.5"}};
  settings.core.warn_after = 20ms;
  return settings;
}

/// A port that nobody has, for a moment.
std::uint16_t free_port(asio::io_context& io) {
  return udp::socket{io, {asio::ip::make_address("0.0.0.0"), 0}}.local_endpoint().port();
}

class DumpListenerTest : public testing::Test {
 protected:
  DumpListenerTest() {
    lines.clear();
    set_log_sink([](Level, std::string_view line) { lines.emplace_back(line); });
  }
  ~DumpListenerTest() override { set_log_sink(nullptr); }

  void send(const std::string& text, const std::string& from = "127.0.0.2") {
    udp::socket socket{io, {asio::ip::make_address(from), 0}};
    socket.send_to(asio::buffer(text), {asio::ip::make_address("127.0.0.1"), port});
  }
  /// Lives until `reached`, or for so long that it never will be.
  void live_until(const std::function<bool()>& reached) {
    const ha::Instant end = now() + 20s;
    while (!reached() && now() < end) {
      io.restart();
      io.run_one_for(10ms);
    }
    ASSERT_TRUE(reached());
  }
  static bool said(const std::string& part) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.find(part) != line.npos; });
  }

  static inline std::vector<std::string> lines;
  asio::io_context io;
  std::uint16_t port = free_port(io);
  int told = 0;
  std::vector<ha::Instant> told_at;
  DumpListener listener{io, settings_of(port), [this] {
                          ++told;
                          told_at.push_back(now());
                        }};
};

TEST_F(DumpListenerTest, TellsAtOnceAndAgainUntilNoMessageComesForTheInterval) {
  send(kMessage);
  const ha::Instant sent = now();
  live_until([] { return said("says no more"); });
  EXPECT_TRUE(said("head2 says that its kernel has crashed and writes a dump"));
  EXPECT_GE(told, 2) << "the core forgets after warn_after, so one message is told more often";
  EXPECT_LT(told_at.front() - sent, 1s);
  EXPECT_GE(now() - sent, 40ms);
  EXPECT_EQ(listener.counters()->heard, 1U);
}

TEST_F(DumpListenerTest, HearsEitherByteOrderAndTheAddressOfTheCrashKernel) {
  send(kMessageOfBigEndian);
  send(kMessage, "127.0.0.5");
  live_until([this] { return listener.counters()->heard == 2; });
}

TEST_F(DumpListenerTest, CountsStrangersAndSaysSoOnceAMinute) {
  for (int i = 0; i < 5; ++i) send(kMessage, "127.0.0.9");
  live_until([this] { return listener.counters()->foreign == 5; });
  EXPECT_EQ(told, 0);
  EXPECT_EQ(lines.size(), 1U);
  EXPECT_TRUE(said("127.0.0.9"));
}

TEST_F(DumpListenerTest, TakesNothingElseForAMessage) {
  const std::string other_version = "\x40\x2a\x30\x1b\x02\x00\x00\x00"s, mixed = "\x40\x2a\x30\x1b\x00\x00\x00\x01"s;
  for (const std::string& wrong : {""s, "x"s, kMessage.substr(0, 7), kMessage + "x", other_version, mixed}) send(wrong);
  live_until([this] { return listener.counters()->malformed == 6; });
  EXPECT_EQ(told, 0);
}

TEST_F(DumpListenerTest, AFloodIsToldNoMoreOftenThanOneMessage) {
  udp::socket socket{io, {asio::ip::make_address("127.0.0.2"), 0}};
  const ha::Instant begin = now();
  for (int i = 0; i < 20'000; ++i) socket.send_to(asio::buffer(kMessage), {asio::ip::make_address("127.0.0.1"), port});
  live_until([] { return said("says no more"); });
  EXPECT_GT(listener.counters()->heard, 200U);
  EXPECT_LE(told, 2 + (now() - begin) / 10ms);
}

TEST_F(DumpListenerTest, WaitsForAPortThatSomebodyElseHas) {
  const std::uint16_t other = free_port(io);
  {
    udp::socket holder{io, {asio::ip::make_address("0.0.0.0"), other}};
    EXPECT_FALSE((DumpListener{io, settings_of(other), [] {}}.counters()));
  }
  EXPECT_TRUE(said("tried again every second"));
  EXPECT_TRUE((DumpListener{io, settings_of(other), [] {}}.counters()));
}

TEST(DumpListener, IsDeafUnlessToldToListen) {
  asio::io_context io;
  Settings settings = settings_of(free_port(io));
  settings.dumps.listen = false;
  EXPECT_FALSE((DumpListener{io, settings, [] {}}.counters()));
  EXPECT_EQ(io.run_for(1ms), 0U);
}

}  // namespace
}  // namespace hacored
