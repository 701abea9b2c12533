// What the storage of a mount is asked from afar, and what the answers of its agent mean.
#include "daemon/resources.h"

#include <gtest/gtest.h>

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
    ServiceSettings service{.name = "main", .resources = {}, .marker = {}};
    for (const std::string& type : types) {
      folder.file("resource-" + type, "#!/bin/sh\n" + script + "\n", 0755);
      service.resources.push_back({.name = type, .type = type, .parameters = {}});
    }
    settings.heads = {"head1", "head2"};
    settings.services = {service};
    settings.agent_dirs = {folder.path()};
    return {io, settings, runner, [](const ha::Input&) {}, [](std::uint8_t) { return false; }};
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

}  // namespace
}  // namespace hacored
