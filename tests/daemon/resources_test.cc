// What a head that does not serve finds out about its resources: the storage of a mount from afar, and whether a
// program could be started; and what the answers of their agents mean.
#include "daemon/resources.h"

#include <gtest/gtest.h>

#include <deque>

#include "daemon/clock.h"
#include "daemon/fitness.h"
#include "daemon/log.h"
#include "tests/daemon/folder.h"

namespace hacored {
namespace {

class ResourcesTest : public testing::Test {
 protected:
  ResourcesTest() {
    set_log_sink([](Level, std::string_view) {});
  }
  ~ResourcesTest() override { set_log_sink(nullptr); }

  /// Resources of one service, of these types; agents that do what `script` says.
  Resources resources(const std::vector<std::string>& types, const std::string& script = "exit 0") {
    configure(types, script, std::chrono::seconds{10});
    return {io, settings, runner, [](const ha::Input&) {}, [](std::uint8_t) { return Stand::at_rest; }};
  }
  void configure(const std::vector<std::string>& types, const std::string& script, ha::Duration check_every) {
    ServiceSettings service{.name = "main", .resources = {}, .marker = {}};
    for (const std::string& type : types) {
      folder.file("resource-" + type, "#!/bin/sh\n" + script + "\n", 0755);
      service.resources.push_back({.name = type, .type = type, .parameters = {}, .check_every = check_every});
    }
    settings.heads = {"head1", "head2"};
    settings.services = {service};
    settings.agent_dirs = {folder.path()};
  }
  /// What is found of a program after some looks.
  ha::Fitness ready(const std::string& type, const std::string& script) {
    const std::string looks = folder.file("looks", "");
    configure({type}, "[ $1 = ready ] || exit 7\necho $1 >> " + looks + "\n" + script, std::chrono::milliseconds{1});
    boost::asio::io_context own;
    Runner starts{own};
    const Resources all{own, settings, starts, [](const ha::Input&) {}, [](std::uint8_t) { return Stand::at_rest; }};
    while (text_of(looks) != "ready\nready\nready\n") own.run_one();
    return all.ready(0);
  }
  ha::Fitness reach(const std::string& script) {
    Resources all = resources({"mount"}, script);
    std::optional<ha::Fitness> answer;
    all.reach(0, [&answer](const ha::Fitness& found) { answer = found; });
    while (!answer) io.run_one();
    return *answer;
  }

  Folder folder;
  Settings settings;
  boost::asio::io_context io;
  Runner runner{io};
};

TEST_F(ResourcesTest, IsAskedOfMountsThatNoProgramPrepares) {
  EXPECT_TRUE(resources({"mount"}).can_reach(0));
  EXPECT_TRUE(resources({"address", "mount", "mount"}).can_reach(2));
  EXPECT_FALSE(resources({"address"}).can_reach(0));
  EXPECT_FALSE(resources({"ocf", "mount"}).can_reach(1)) << "it may promote the device";
  EXPECT_TRUE(resources({"mount", "unit"}).can_reach(0)) << "it comes later";
}

TEST_F(ResourcesTest, TheAgentNamesTheTrouble) {
  EXPECT_EQ(reach("[ $1 = reach ]"), ha::Fitness{});
  EXPECT_EQ(reach("echo reason=storage_hung; exit 1"), unfit(ha::Reason::storage_hung));
  EXPECT_EQ(reach("exit 1"), unfit(ha::Reason::storage_lost));
}

TEST_F(ResourcesTest, AnAgentThatDoesNotKnowTheQuestionSaysNothing) {
  EXPECT_EQ(reach("exit 6"), ha::Fitness{});
  EXPECT_EQ(reach("exit 5"), ha::Fitness{});
}

TEST_F(ResourcesTest, AProgramThatCouldNotBeStartedHereMakesTheHeadDegraded) {
  const ha::Fitness degraded{ha::Fit::degraded, ha::Reason::start_failed};
  EXPECT_EQ(ready("unit", "exit 0"), ha::Fitness{});
  EXPECT_EQ(ready("unit", "echo reason=start_failed; exit 1"), degraded);
  EXPECT_EQ(ready("script", "exit 5"), degraded) << "it is not there";
  EXPECT_EQ(ready("site", "echo usage; exit 1"), ha::Fitness{}) << "it does not know the question";
}

TEST_F(ResourcesTest, AStrangerWithTheAddressWouldLetNoStartSucceed) {
  EXPECT_EQ(ready("address", "echo reason=address_taken; exit 1"), unfit(ha::Reason::address_taken));
}

TEST_F(ResourcesTest, ACopyOfADatabaseThatIsNotTheNewestIsWorseThanNobody) {
  EXPECT_EQ(ready("mariadb", "echo reason=database_lag; exit 1"), unfit(ha::Reason::database_lag));
  EXPECT_EQ(ready("mariadb", "echo reason=diverged; exit 1"), unfit(ha::Reason::diverged));
  EXPECT_EQ(ready("mariadb", "echo reason=database_failed; exit 1"), unfit(ha::Reason::database_failed));
}

TEST_F(ResourcesTest, AgentsAreToldWhatBelongsToTheMoment) {
  const std::string told = folder.file("told", "");
  configure({"mariadb"},
            "[ $1 = status ] && exit 7\n"
            "echo $1 $HACORE_FORCED $HACORE_PEER_SERVES$HACORE_PEER_STOPPED$HACORE_PEER_TROUBLE $HACORE_RUN_DIR "
            "${HACORE_TIME_LEFT%.*} >> " +
                told,
            std::chrono::milliseconds{1});
  settings.run_dir = "/run/of-test";
  settings.services[0].resources[0].check_max = std::chrono::seconds{8};
  settings.services[0].resources[0].start_max = std::chrono::seconds{8};
  Resources all{io,
                settings,
                runner,
                [](const ha::Input&) {},
                [](std::uint8_t) { return Stand::at_rest; },
                [](std::uint8_t) { return true; }};
  const auto await = [&](const std::string& line) {
    while (text_of(told).find(line) == std::string::npos) io.run_one();
  };
  await("ready 1 /run/of-test 8\n");
  ha::StartResource order{};
  order.deadline = now() + std::chrono::hours{1};
  all.start(order, {.forced = true});
  await("start 1 /run/of-test 8\n");
  order.deadline = now() + std::chrono::milliseconds{5900};
  all.start(order);
  await("start /run/of-test 5\n");
  all.start(order, {.peer_stopped = true});
  await("start 1 /run/of-test 5\n");
  all.start(order, {.peer_trouble = ha::Reason::database_lag});
  await("start database_lag /run/of-test 5\n");
}

TEST_F(ResourcesTest, WhetherACopyIsTheNewestIsAskedAgainWhenTheOtherHeadIsGone) {
  const std::string told = folder.file("told", "");
  configure({"mariadb"},
            "[ $1 = status ] && exit 7\n"
            "echo $HACORE_PEER_SERVES >> " +
                told + "\n[ $HACORE_PEER_SERVES = 0 ] || { echo reason=database_lag; exit 1; }",
            std::chrono::hours{1});
  std::deque<bool> serves{true, true, false};  // in the order in which it is looked at
  const auto next = [&serves](std::uint8_t) {
    const bool now = serves.front();
    if (serves.size() > 1) serves.pop_front();
    return now;
  };
  Resources all{io, settings, runner, [](const ha::Input&) {}, [](std::uint8_t) { return Stand::at_rest; }, next};
  all.look_again();
  while (all.ready(0) == ha::Fitness{}) io.run_one();
  EXPECT_EQ(all.ready(0), unfit(ha::Reason::database_lag));
  all.look_again();
  while (all.ready(0) != ha::Fitness{}) io.run_one();
  EXPECT_EQ(text_of(told), "1\n0\n");
  serves = {true, false};  // it goes while the question is answered
  all.look_again();
  while (text_of(told) != "1\n0\n1\n0\n") io.run_one();
  EXPECT_EQ(all.ready(0), ha::Fitness{});
}

TEST_F(ResourcesTest, ALateAnswerDoesNotMakeACopyTheNewest) {
  const std::string looks = folder.file("looks", "");
  configure({"mariadb"},
            "[ $1 = ready ] || exit 7\n"
            "echo >> " +
                looks + "\n[ $(wc -l < " + looks + ") = 1 ] || exec sleep 60\necho reason=database_lag; exit 1",
            std::chrono::milliseconds{1});
  settings.services[0].resources[0].check_max = std::chrono::milliseconds{500};
  Resources all{io, settings, runner, [](const ha::Input&) {}, [](std::uint8_t) { return Stand::at_rest; }};
  while (text_of(looks) != "\n\n\n") io.run_one();
  EXPECT_EQ(all.ready(0), unfit(ha::Reason::database_lag));
}

TEST_F(ResourcesTest, WhatSomebodyStartedByHandWhereNothingShouldRunIsTold) {
  configure({"mount"}, "[ $1 = status ]", std::chrono::milliseconds{1});
  Resources all{io, settings, runner, [](const ha::Input&) {}, [](std::uint8_t) { return Stand::at_rest; }};
  while (all.ready(0) == ha::Fitness{}) io.run_one();
  EXPECT_EQ(all.ready(0), (ha::Fitness{ha::Fit::degraded, ha::Reason::already_running}));
  folder.file("resource-mount", "#!/bin/sh\nexit 7\n", 0755);
  while (all.ready(0) != ha::Fitness{}) io.run_one();
}

/// A service whose owner checks it every few milliseconds with this script.
class Served : public ResourcesTest {
 protected:
  void serve(const std::string& script) {
    configure({"script"}, script, std::chrono::milliseconds{2});
    settings.services[0].resources[0].check_max = std::chrono::milliseconds{100};
    all.emplace(
        io, settings, runner,
        [this](const ha::Input& input) { failed += std::holds_alternative<ha::ResourceFailed>(input) ? 1 : 0; },
        [](std::uint8_t) { return Stand::served; });
  }
  std::optional<Resources> all;
  int failed = 0;
};

TEST_F(Served, ACheckThatDoesNotAnswerInTimeIsNoFailure) {
  const std::string hangs = folder.file("hangs", "");
  serve("[ -e " + hangs + " ] && exec sleep 600; exit 7");
  while (all->health(0).late < 2) io.run_one();
  EXPECT_EQ(failed, 0);
  EXPECT_FALSE(all->health(0).checked);
  std::filesystem::remove(hangs);
  while (failed == 0) io.run_one();
  EXPECT_EQ(all->health(0).late, 0) << "it has answered again";
  EXPECT_FALSE(all->health(0).runs);
}

}  // namespace
}  // namespace hacored
