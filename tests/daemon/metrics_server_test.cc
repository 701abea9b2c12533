// /metrics over real sockets: one answer for each who asks properly, and little time for everybody else.
#include "daemon/metrics_server.h"

#include <gtest/gtest.h>

#include <deque>

#include <boost/asio/write.hpp>

#include "daemon/clock.h"
#include "daemon/refused.h"

namespace hacored {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

class MetricsServerTest : public testing::Test {
 protected:
  tcp::socket connect() {
    tcp::socket socket{io};
    socket.connect({boost::asio::ip::address_v4::loopback(), server.port()});
    socket.non_blocking(true);
    return socket;
  }
  /// Everything that comes until the server hangs up.
  std::string rest(tcp::socket& socket) {
    std::string text(100'000, ' ');
    std::size_t got = 0;
    error_code error;
    for (int i = 0; i < 10'000; ++i) {
      io.restart();
      io.run_for(1ms);
      got += socket.read_some(boost::asio::buffer(text.data() + got, text.size() - got), error);
      if (error && error != boost::asio::error::would_block) return text.substr(0, got);
    }
    ADD_FAILURE() << "it does not hang up";
    return "";
  }
  std::string ask(const std::string& request) {
    tcp::socket socket = connect();
    boost::asio::write(socket, boost::asio::buffer(request));
    return rest(socket);
  }

  boost::asio::io_context io;
  int made = 0;
  MetricsServer server{io, "127.0.0.1:0",
                       [this] {
                         ++made;
                         return std::string{"hacore_x 1\n"};
                       },
                       500ms};
};

TEST_F(MetricsServerTest, ServesThePageAndHangsUp) {
  const std::string answer = ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("Content-Type: text/plain; version=0.0.4"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nhacore_x 1\n")) << answer;
}

TEST_F(MetricsServerTest, SaysTheLengthToHead) {
  const std::string answer = ask("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 11\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(MetricsServerTest, KnowsNothingElse) {
  EXPECT_TRUE(ask("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(ask("DELETE /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
  EXPECT_EQ(made, 0);
}

TEST_F(MetricsServerTest, HangsUpOnNoise) {
  EXPECT_EQ(ask("\x16\x03\x01 this is no HTTP\r\n\r\n"), "");
  EXPECT_EQ(ask("GET /metrics HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"), "");
  EXPECT_EQ(made, 0);
}

TEST_F(MetricsServerTest, MakesThePageAFewTimesASecondOnly) {
  const ha::Instant from = now();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(ask("GET /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200"));
  EXPECT_LE(made, 1 + (now() - from) / MetricsServer::kFresh);
}

TEST_F(MetricsServerTest, ServesSomebodyElseWhenTheSilentOnesAreHungUpOn) {
  std::deque<tcp::socket> silent;
  for (int i = 0; i < MetricsServer::kConnections; ++i) silent.push_back(connect());
  EXPECT_EQ(ask("GET /metrics HTTP/1.1\r\n\r\n"), "") << "no room";
  EXPECT_EQ(rest(silent.front()), "") << "its time is over";
  EXPECT_TRUE(ask("GET /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST_F(MetricsServerTest, RefusesAnAddressThatIsInUse) {
  EXPECT_THROW(MetricsServer(io, "127.0.0.1:" + std::to_string(server.port()), [] { return ""; }), Refused);
}

}  // namespace
}  // namespace hacored
