// Heads and voters with real sockets, on the loopback interface.
#include "daemon/voter_client.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <thread>

#include "daemon/clock.h"
#include "daemon/refused.h"
#include "daemon/voter_socket.h"
#include "tests/daemon/folder.h"
#include "tests/daemon/processes.h"
#include "tests/daemon/voter_sample.h"

namespace hacored {
namespace {

using boost::asio::ip::udp;
using ha::RequestId;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds kLongWait{5};

/// 127.0.X.Y, one for each voter.
std::vector<std::string> addresses(std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 1; i <= count; ++i) all.push_back(fmt::format("127.0.{}.{}", i / 250, 1 + i % 250));
  return all;
}

struct VoterClientTest : testing::Test {
  boost::asio::io_context io;
  std::vector<ha::VoterTally> tallies;

  VoterClient::Head head(std::uint8_t self) { return {kVotersCell, self, kVotersBoot, milliseconds{5}, kLongWait}; }
  VoterClient client(const std::vector<std::string>& voters, std::uint16_t port, const VoterClient::Head& of) {
    return {io, voters, port, kVotersSeal, of, [this](const ha::VoterTally& tally) { tallies.push_back(tally); }};
  }
  VoterSocket voter(const std::string& address, std::uint16_t port = 0, const Seal& seal = kVotersSeal) {
    return {io, {boost::asio::ip::make_address(address), port}, Voter{kVotersCell, seal}};
  }
  template <class Done>
  void run_until(Done done) {
    const auto until = Steady::now() + kLongWait;
    while (!done() && Steady::now() < until) {
      io.restart();
      io.run_one_for(kLongWait);
    }
    ASSERT_TRUE(done());
  }
  bool newest_is(std::uint16_t answered, std::uint16_t hear_me, std::uint16_t hear_peer) const {
    if (tallies.empty()) return false;
    const ha::VoterTally& t = tallies.back();
    return t.answered == answered && t.hear_me == hear_me && t.hear_peer == hear_peer;
  }
};

TEST_F(VoterClientTest, VotersHearTheHeadsThatSayHello) {
  VoterSocket one = voter("127.0.0.2");
  const std::uint16_t port = one.local().port();
  VoterSocket two = voter("127.0.0.3", port);
  VoterClient mine = client(addresses(2), port, head(0));
  run_until([&] { return one.counters().hellos > 0 && two.counters().hellos > 0; });
  mine.ask(RequestId{4});
  run_until([&] { return newest_is(2, 2, 0); });
  EXPECT_EQ(tallies.back().id, RequestId{4});

  VoterClient theirs = client({"127.0.0.3"}, port, head(1));
  const std::uint64_t before = two.counters().hellos;
  run_until([&] { return two.counters().hellos >= before + 4; });  // of both
  mine.ask(RequestId{5});
  run_until([&] { return newest_is(2, 2, 1) && tallies.back().id == RequestId{5}; });
}

TEST_F(VoterClientTest, IPv6IsAsGood) {
  VoterSocket everywhere = voter("::");
  VoterClient mine = client({"::1", "127.0.0.1"}, everywhere.local().port(), head(1));
  run_until([&] { return everywhere.counters().hellos >= 2; });
  mine.ask(RequestId{1});
  run_until([&] { return newest_is(2, 2, 0); });
}

TEST_F(VoterClientTest, AHeadThatIsSilentIsHeardNoMore) {
  VoterSocket one = voter("127.0.0.2");
  const std::uint16_t port = one.local().port();
  VoterClient::Head quick = head(0);
  quick.hears_within = milliseconds{100};
  VoterClient mine = client(addresses(1), port, quick);
  const auto said_at = Steady::now();
  const udp::endpoint at{boost::asio::ip::make_address("127.0.0.2"), port};
  udp::socket peer{io, udp::v4()};
  peer.send_to(boost::asio::buffer(encode(Hello{kVotersCell, kVotersBoot, 1, 1}, kVotersSeal)), at);
  mine.ask(RequestId{1});
  run_until([&] { return !tallies.empty(); });
  const bool at_once = Steady::now() - said_at < milliseconds{80};  // else this machine was too slow to tell
  EXPECT_TRUE(!at_once || newest_is(1, 1, 1));
  run_until([&] { return Steady::now() - said_at > milliseconds{150}; });
  // The same hello again, as somebody without the key can send it.
  peer.send_to(boost::asio::buffer(encode(Hello{kVotersCell, kVotersBoot, 1, 1}, kVotersSeal)), at);
  run_until([&] { return one.counters().stale > 0; });
  mine.ask(RequestId{2});
  run_until([&] { return tallies.back().id == RequestId{2}; });
  EXPECT_TRUE(newest_is(1, 1, 0));
}

TEST_F(VoterClientTest, AThousandAnswersAreFewTallies) {
  constexpr std::size_t kVoters = 1000;
  VoterSocket all = voter("0.0.0.0");
  VoterClient::Head slow = head(0);
  slow.hello_every = kLongWait;
  VoterClient mine = client(addresses(kVoters), all.local().port(), slow);
  run_until([&] { return all.counters().hellos + all.counters().stale >= kVoters / 2; });
  const auto from = Steady::now();
  mine.ask(RequestId{1});
  run_until([&] { return mine.counters().counted > kVoters * 9 / 10; });
  run_until([&] { return !tallies.empty() && tallies.back().answered > kVoters * 9 / 10; });
  EXPECT_LE(tallies.size(), 1 + static_cast<std::size_t>((Steady::now() - from) / milliseconds{10}));
  for (std::size_t i = 1; i < tallies.size(); ++i) EXPECT_GT(tallies[i].answered, tallies[i - 1].answered);
}

TEST_F(VoterClientTest, WhatWaitedForAVoterThatStoodStillIsAsOldAsItIs) {
  VoterSocket one = voter("127.0.0.2");
  udp::socket by_hand{io, {boost::asio::ip::make_address("127.0.0.1"), 0}};
  const auto send = [&](const VoterMessage& message) {
    by_hand.send_to(boost::asio::buffer(encode(message, kVotersSeal)), one.local());
  };
  std::uint64_t asked = 0;
  /// The age of a hello, in ms, of which it reads only after it has stood still.
  const auto age_after = [&](milliseconds stood) {
    send(Hello{kVotersCell, kVotersBoot, ++asked, 1});
    for (const auto from = Steady::now(); Steady::now() - from < stood;) std::this_thread::yield();
    send(VoterQuestion{kVotersCell, asked, 0, 0});
    run_until([&] { return one.counters().answers == asked; });
    VoterDatagram in{};
    by_hand.receive(boost::asio::buffer(in));
    const auto message = decode(in);
    EXPECT_TRUE(message && std::holds_alternative<VoterAnswer>(*message));
    EXPECT_EQ(std::get<VoterAnswer>(*message).heard_ms_ago[0], VoterAnswer::kNever);
    return std::get<VoterAnswer>(*message).heard_ms_ago[1];
  };
  // The kernel begins to note arrivals a moment after the first socket asked for it.
  for (const auto from = Steady::now(); age_after(milliseconds{2}) == 0;)
    ASSERT_LT(Steady::now() - from, std::chrono::seconds{5});
  EXPECT_GE(age_after(milliseconds{30}), 30U);
}

/// A voter that is written by hand, to lie.
struct FalseVoter {
  explicit FalseVoter(boost::asio::io_context& io)
      : socket(io, {boost::asio::ip::make_address("127.0.0.2"), 0}), port(socket.local_endpoint().port()) {}

  /// Waits for the next question.
  VoterQuestion asked() {
    for (;;) {
      VoterDatagram in{};
      socket.receive_from(boost::asio::buffer(in), head);
      const auto message = decode(in);
      if (message && std::holds_alternative<VoterQuestion>(*message)) return std::get<VoterQuestion>(*message);
    }
  }
  void say(const VoterAnswer& answer, const Seal& seal = kVotersSeal) {
    socket.send_to(boost::asio::buffer(encode(answer, seal)), head);
  }

  udp::socket socket;
  std::uint16_t port;
  udp::endpoint head;
};

TEST_F(VoterClientTest, EachVoterCountsOnceAndOnlyForTheOpenQuestion) {
  FalseVoter liar{io};
  VoterClient mine = client({"127.0.0.2", "127.0.0.9"}, liar.port, head(0));
  mine.ask(RequestId{1});
  const VoterQuestion before = liar.asked();
  mine.ask(RequestId{2});
  const VoterQuestion open = liar.asked();
  ASSERT_NE(before.nonce, open.nonce);

  liar.say({before, {0, 0}});                    // too late
  liar.say({open, {0, 0}}, Seal{Seal::Key{9}});  // another key
  VoterQuestion stranger = open;
  stranger.voter = 2;  // nobody's number
  liar.say({stranger, {0, 0}});
  VoterQuestion south = open;
  south.cell = voter_cell("south");
  liar.say({south, {0, 0}});
  liar.socket.send_to(boost::asio::buffer("x", 1), liar.head);
  liar.say({open, {0, 0}});
  liar.say({open, {0, 0}});  // a second time
  run_until([&] { return mine.counters().late == 4; });
  run_until([&] { return !tallies.empty(); });
  EXPECT_TRUE(newest_is(1, 1, 1));
  EXPECT_EQ(tallies.size(), 1U);
  EXPECT_EQ(tallies[0].id, RequestId{2});
  EXPECT_EQ(mine.counters().counted, 1U);
  EXPECT_EQ(mine.counters().forged, 1U);
  EXPECT_EQ(mine.counters().malformed, 1U);
}

const std::string kKeyText = "0123456789abcdef0123456789abcdef";

/// A port that is free on an address of the loopback interface.
std::uint16_t free_port(boost::asio::io_context& io, const std::string& address) {
  return udp::socket{io, {boost::asio::ip::make_address(address), 0}}.local_endpoint().port();
}

TEST_F(VoterClientTest, TheProgramVotes) {
  const Folder folder;
  const std::string key = folder.file("key", kKeyText);
  const std::uint16_t port = free_port(io, "127.0.0.2");
  Processes processes;
  const int end = processes.start(
      {built("havoter"), "--cell", "test", "--key", key, "--listen", "127.0.0.2", "--port", std::to_string(port)});
  VoterClient mine{io,      {"127.0.0.2"},
                   port,    Seal::load(key),
                   head(0), [this](const ha::VoterTally& tally) {
                     tallies.push_back(tally); }};
  std::uint64_t id = 0;
  auto next = Steady::now();
  run_until([&] {  // it takes a while until the program listens and has heard a hello
    if (Steady::now() >= next) {
      mine.ask(RequestId{++id});
      next += milliseconds{50};
    }
    return newest_is(1, 1, 0);
  });
  kill(processes.newest(), SIGTERM);
  EXPECT_EQ(processes.ended(), 0);
  close(end);
}

TEST_F(VoterClientTest, TheProgramRefusesAKeyThatOthersCanRead) {
  const Folder folder;
  const std::string key = folder.file("key", kKeyText, 0644);
  Processes processes;
  const int end = processes.start({built("havoter"), "--cell", "test", "--key", key});
  EXPECT_EQ(WEXITSTATUS(processes.ended()), 2);
  close(end);
}

TEST_F(VoterClientTest, AListThatLetsOneVoteTwiceIsRefused) {
  EXPECT_THROW(client({"127.0.0.2", "127.0.0.3", "127.0.0.2"}, 5411, head(0)), Refused);
  EXPECT_THROW(client({"node001"}, 5411, head(0)), Refused);
}

}  // namespace
}  // namespace hacored
