// The control socket as callers meet it: orders, refusals, garbage, crowds and strangers.
#include "daemon/control.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <deque>
#include <fstream>

#include "daemon/file_descriptor.h"
#include "daemon/log.h"
#include "tests/daemon/folder.h"
#include "tests/daemon/known_head.h"

namespace hacored {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

std::vector<std::string> control_log;

/// Somebody at the other end of the socket; the io_context runs while it waits.
class Client {
 public:
  Client(boost::asio::io_context& io, const std::string& path)
      : io_{io}, socket_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), to.sun_path);
    connected = connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  bool send(const std::string& bytes) {
    const ssize_t n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return n == static_cast<ssize_t>(bytes.size());
  }
  /// One line, or null if the other end has hung up or says nothing.
  json line(int tries = 2000) {
    for (int i = 0; i < tries; ++i) {
      const std::size_t end = received_.find('\n');
      if (end != std::string::npos) {
        json one = json::parse(received_.substr(0, end));
        received_.erase(0, end + 1);
        return one;
      }
      io_.restart();
      io_.run_for(1ms);
      char bytes[65536];
      const ssize_t n = recv(socket_.get(), bytes, sizeof bytes, 0);
      if (n == 0) return nullptr;
      if (n > 0) received_.append(bytes, static_cast<std::size_t>(n));
    }
    return nullptr;
  }
  json ask(const json& request) { return send(request.dump() + "\n") ? line() : json{}; }
  bool hung_up() { return line().is_null(); }

  bool connected = false;

 private:
  boost::asio::io_context& io_;
  FileDescriptor socket_;
  std::string received_;
};

class ControlTest : public testing::Test {
 protected:
  ControlTest() {
    control_log.clear();
    set_log_sink([](Level, std::string_view message) { control_log.emplace_back(message); });
  }
  ~ControlTest() override { set_log_sink(nullptr); }

  Client client() { return Client{io, folder.path() + "/control"}; }
  json ask(const json& request) { return client().ask(request); }

  Folder folder;
  boost::asio::io_context io;
  KnownHead head{1, folder.path()};
  Control control{io, head, {.connections = 16, .unsent = std::size_t{1} << 20, .silence = 300ms}};
};

TEST_F(ControlTest, AnswersFromTheHeadAsItIs) {
  const json document = ask({{"v", 1}, {"do", "status"}});
  EXPECT_EQ(document["type"], "status");
  EXPECT_EQ(document["self"], "T06-HEAD-02");
  EXPECT_EQ(ask({{"v", 1}, {"do", "budget"}})["type"], "budget");
  EXPECT_EQ(ask({{"v", 1}, {"do", "why"}, {"epoch", 0}})["type"], "why");
  const json reading = ask({{"v", 1}, {"do", "check"}});
  EXPECT_EQ(reading["reading"], "on");
  EXPECT_EQ(reading["last"], true);
}

TEST_F(ControlTest, TheSocketIsForItsOwnerAndItsGroup) {
  struct stat about {};
  ASSERT_EQ(stat((folder.path() + "/control").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0660U);
}

TEST_F(ControlTest, OrdersReachTheCoreAndTheAuditLog) {
  EXPECT_EQ(ask({{"v", 1}, {"do", "order"}, {"order", "standby-on"}})["outcome"], "done");
  EXPECT_EQ(head.node().state().survived.disk.standby, 1);
  ASSERT_EQ(control_log.size(), 1U);
  EXPECT_NE(control_log[0].find("order standby-on by "), std::string::npos) << control_log[0];
  EXPECT_NE(control_log[0].find(": done"), std::string::npos) << control_log[0];
}

TEST_F(ControlTest, AWordThatLeadsToNothingHasAnAnswer) {
  head.cell.heads[0].bmc_answers = false;
  head.cell.power_off(0);
  head.go_on(60s);
  Client peer = client();
  ASSERT_TRUE(peer.send("{\"v\":1,\"do\":\"order\",\"order\":\"ack-off\"}\n"));
  EXPECT_EQ(peer.line()["outcome"], "accepted");
  head.cell.start_fails[1] = true;
  json last;
  for (int i = 0; i < 400 && last["type"] != "reply"; ++i) {
    head.go_on(500ms);
    io.restart();
    io.run_for(21ms);
    for (json line = peer.line(2); !line.is_null(); line = peer.line(2)) last = line;
  }
  EXPECT_EQ(last["outcome"], "refused") << last.dump();
  EXPECT_EQ(last["why"]["reason"], "start_failed") << last.dump();
}

TEST_F(ControlTest, AMoveIsShownStepByStep) {
  Client peer = client();
  ASSERT_TRUE(peer.send("{\"v\":1,\"do\":\"order\",\"order\":\"makeactive\"}\n"));
  EXPECT_EQ(peer.line()["outcome"], "accepted");
  std::vector<std::string> steps;
  json last;
  for (int i = 0; i < 100 && last["outcome"] != "done"; ++i) {
    head.go_on(50ms);
    io.restart();
    io.run_for(21ms);  // the steps are looked at every 20 ms
    for (json line = peer.line(2); !line.is_null(); line = peer.line(2)) {
      if (line["type"] == "step" && line["state"] == "ends") steps.push_back(line["step"]);
      last = line;
    }
  }
  EXPECT_EQ(last["outcome"], "done") << last.dump();
  EXPECT_TRUE(head.cell.owns(1));
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(steps.front(), "announce");
  EXPECT_EQ(steps.back(), "start slurmctld");
}

TEST_F(ControlTest, APreflightSaysWhatWouldHappenAndChangesNothing) {
  const ha::Node before = head.node();
  const json can = ask({{"v", 1}, {"do", "preflight"}, {"order", "makeactive"}});
  EXPECT_EQ(can["outcome"], "accepted");
  const json cannot = ask({{"v", 1}, {"do", "preflight"}, {"order", "ack-off"}});
  EXPECT_EQ(cannot["outcome"], "refused");
  EXPECT_EQ(cannot["why"]["reason"], "contradiction");
  EXPECT_EQ(cannot["force_helps"], true);
  EXPECT_EQ(cannot["signs_of_life"][0]["source"], "beats");
  EXPECT_TRUE(head.node() == before);
}

TEST_F(ControlTest, ForceOverrulesTheOneReasonThatWasNamed) {
  head.cell.feed(1, ha::Fitness{ha::Fit::degraded, ha::Reason::database_lag});
  json order = {{"v", 1}, {"do", "order"}, {"order", "makeactive"}, {"force", true}, {"force_reason", "disk_full"}};
  const json other = ask(order);
  EXPECT_EQ(other["outcome"], "refused");
  EXPECT_EQ(other["why"]["reason"], "database_lag");
  order["force_reason"] = "database_lag";
  EXPECT_EQ(ask(order)["outcome"], "accepted");
}

TEST_F(ControlTest, MaintenanceEndsByItself) {
  json order = {{"v", 1}, {"do", "order"}, {"order", "maintenance-on"}, {"for_s", 1}, {"reason", "NAS firmware"}};
  Client peer = client();
  EXPECT_EQ(peer.ask(order)["outcome"], "done");
  EXPECT_EQ(peer.ask({{"v", 1}, {"do", "status"}})["maintenance"]["reason"], "NAS firmware");
  EXPECT_EQ(head.node().state().survived.disk.maintenance, 1);
  io.restart();
  io.run_for(1100ms);
  EXPECT_EQ(head.node().state().survived.disk.maintenance, 0);
  EXPECT_FALSE(std::ifstream{folder.path() + "/maintenance"}.good());
}

TEST_F(ControlTest, GarbageIsAnsweredAndHarmsNobody) {
  for (const std::string& garbage :
       {std::string("\n"), std::string("nonsense\n"), std::string("[]\n"), std::string("{}\n"),
        std::string("{\"v\":2}\n"), std::string("{\"v\":1,\"do\":\"order\",\"order\":\"rm\"}\n"),
        std::string("{\"v\":1,\"do\":\"status\",\"x\":1}\n"), std::string("\xff\xfe\0\x01\n", 5),
        std::string("{\"v\":1,\"do\":\"log\",\"newest\":-1}\n"), std::string(60'000, '[') + "\n",
        std::string("{\"v\":1,\"do\":\"order\",\"order\":\"leave\",\"for_s\":5}\n"),
        std::string("{\"v\":1,\"do\":\"order\",\"order\":\"makeactive\",\"service\":\"no such\"}\n")}) {
    const json answer = [&] {
      Client peer = client();
      peer.send(garbage);
      return peer.line();
    }();
    EXPECT_EQ(answer["type"], "error") << garbage.substr(0, 60);
  }
  EXPECT_TRUE(control_log.empty()) << "nothing of that was an order";
  EXPECT_EQ(ask({{"v", 1}, {"do", "status"}})["type"], "status");
}

TEST_F(ControlTest, ALineHasABound) {
  Client peer = client();
  peer.send(std::string(kLineMax + 1, 'x'));
  EXPECT_EQ(peer.line()["error"], "the line is too long");
  EXPECT_TRUE(peer.hung_up());
}

TEST_F(ControlTest, WhoSaysNothingIsDropped) {
  Client peer = client();
  EXPECT_TRUE(peer.connected);
  EXPECT_TRUE(peer.hung_up());
}

TEST_F(ControlTest, WhoFollowsTheLogMayBeSilent) {
  Client peer = client();
  ASSERT_TRUE(peer.send("{\"v\":1,\"do\":\"log\",\"newest\":1,\"follow\":true}\n"));
  EXPECT_EQ(peer.line()["type"], "event");
  io.restart();
  io.run_for(400ms);
  head.cell.cut[0][1] = true;
  head.go_on(20s);
  const json event = peer.line();
  EXPECT_EQ(event["type"], "event");
  EXPECT_FALSE(event["text"].get<std::string>().empty());
}

TEST_F(ControlTest, WhoDoesNotReadIsDropped) {
  Client peer = client();
  int sent = 0;
  for (; sent < 5000 && peer.send("{\"v\":1,\"do\":\"status\"}\n"); ++sent) {
    io.restart();
    io.run_for(std::chrono::microseconds{200});
  }
  EXPECT_LT(sent, 5000);
  EXPECT_EQ(ask({{"v", 1}, {"do", "status"}})["type"], "status");
}

TEST_F(ControlTest, AThousandConnectionsDoNotKeepAnybodyOut) {
  std::deque<Client> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.push_back(client());
    io.restart();
    io.poll();
    if (idle.size() > 200) idle.pop_front();
  }
  EXPECT_EQ(ask({{"v", 1}, {"do", "status"}})["type"], "status");
  Client first = std::move(idle.front());
  EXPECT_TRUE(first.hung_up());
}

TEST(Control, ViewersLookAndChangeNothing) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  Folder folder;
  chmod(folder.path().c_str(), 0700);
  boost::asio::io_context io;
  KnownHead head{1, folder.path()};
  head.settings.control_viewers = "nogroup";
  Control control{io, head, {}};
  const auto ask = [&](const json& request) {
    EXPECT_EQ(setegid(65534), 0);
    EXPECT_EQ(seteuid(65534), 0);
    Client viewer{io, folder.path() + "/control"};
    EXPECT_EQ(seteuid(0), 0);
    EXPECT_EQ(setegid(0), 0);
    return viewer.ask(request);
  };
  for (const char* may : {"status", "why", "budget"}) EXPECT_EQ(ask({{"v", 1}, {"do", may}})["type"], may);
  for (const json& may_not : {json{{"v", 1}, {"do", "order"}, {"order", "makeactive"}},
                              json{{"v", 1}, {"do", "drill-self"}}, json{{"v", 1}, {"do", "check"}}})
    EXPECT_EQ(ask(may_not)["error"], "viewers may look; only root and the group of [control] may do that");
  EXPECT_EQ(head.node().state().services[0].role, ha::Role::passive);
}

TEST(ControlSocket, StrangersAreTurnedAway) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  Folder folder;
  boost::asio::io_context io;
  chmod(folder.path().c_str(), 0755);
  int asked = 0;
  ControlSocket socket{io, folder.path() + "/control", {}, {}, [&](const auto&, std::string_view) { ++asked; }};
  chmod((folder.path() + "/control").c_str(), 0666);  // the mode alone must not decide
  ASSERT_EQ(seteuid(65534), 0);
  Client stranger{io, folder.path() + "/control"};
  ASSERT_EQ(seteuid(0), 0);
  stranger.send("{\"v\":1,\"do\":\"status\"}\n");
  EXPECT_EQ(stranger.line()["error"], "only root and the groups of [control] may ask hacored");
  EXPECT_TRUE(stranger.hung_up());
  EXPECT_EQ(asked, 0);
}

TEST(ControlSocket, MembersOfItsGroupsMayAskAndOfOneMayOrder) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  constexpr gid_t kOrders = 4242, kViewers = 4243;
  for (const gid_t group : {kOrders, kViewers}) {
    Folder folder;
    boost::asio::io_context io;
    chmod(folder.path().c_str(), 0755);
    std::string heard;
    ControlSocket socket{
        io, folder.path() + "/control", {kOrders, kViewers}, {}, [&](const auto& peer, std::string_view line) {
          heard = line;
          peer->say({{"v", 1}, {"name", peer->caller().name()}, {"orders", peer->caller().may_order}});
        }};
    ASSERT_EQ(setegid(group), 0);
    ASSERT_EQ(seteuid(65534), 0);
    Client member{io, folder.path() + "/control"};
    ASSERT_EQ(seteuid(0), 0);
    ASSERT_EQ(setegid(0), 0);
    ASSERT_TRUE(member.connected);
    member.send("hello\n");
    const json answer = member.line();
    EXPECT_EQ(answer["name"], "uid 65534");
    EXPECT_EQ(answer["orders"], group == kOrders);
    EXPECT_EQ(heard, "hello");
  }
}

}  // namespace
}  // namespace hacored
