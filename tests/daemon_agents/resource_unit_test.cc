// resource-unit against something that answers as systemd does, on a bus of its own.
#include "daemon/agents/resource_unit.h"

#include <filesystem>

#include "tests/daemon_agents/agent_run.h"
#include "tests/daemon_agents/fake_systemd.h"

namespace hacored::agents {
namespace {

using testing::FakeSystemd;
using testing::Ran;

class ResourceUnit : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/bin/dbus-daemon")) GTEST_SKIP() << "needs /usr/bin/dbus-daemon (package dbus)";
    systemd_ = std::make_unique<FakeSystemd>();
    ASSERT_TRUE(systemd_->ready());
  }
  Ran act(const std::string& action, const std::string& unit) const {
    auto environment = systemd_->environment();
    environment["HACORE_UNIT"] = unit;
    return testing::run("resource-unit", action, environment);
  }

  std::unique_ptr<FakeSystemd> systemd_;
};

TEST_F(ResourceUnit, StartsAUnitAndStopsIt) {
  EXPECT_EQ(act("status", "good.service").exit, 7);
  const Ran start = act("start", "good.service");
  EXPECT_EQ(start.exit, 0) << start.err;
  EXPECT_EQ(act("status", "good.service").exit, 0);
  EXPECT_EQ(act("start", "good.service").exit, 0) << "again";
  EXPECT_EQ(act("stop", "good.service").exit, 0);
  EXPECT_EQ(act("status", "good.service").exit, 7);
  EXPECT_EQ(act("stop", "good.service").exit, 0) << "again";
}

TEST_F(ResourceUnit, AStartThatFailsIsAFailure) {
  const Ran start = act("start", "broken.service");
  EXPECT_EQ(start.exit, 1);
  EXPECT_EQ(start.out, "reason=start_failed\n");
  EXPECT_EQ(act("status", "broken.service").exit, 7) << "it failed and left nothing behind";
}

TEST_F(ResourceUnit, KillsWhatDoesNotStop) {
  EXPECT_EQ(act("status", "stuck.service").exit, 0);
  const Ran kill = act("kill", "stuck.service");
  EXPECT_EQ(kill.exit, 0) << kill.err;
  EXPECT_EQ(act("status", "stuck.service").exit, 7);
}

TEST_F(ResourceUnit, AFailedUnitWithAProcessLeftHasNotStopped) {
  EXPECT_EQ(act("status", "leaky.service").exit, 1);
  EXPECT_EQ(act("stop", "leaky.service").exit, 1);
}

TEST_F(ResourceUnit, AUnitThatThereIsNotIsNotInstalled) {
  const Ran status = act("status", "nobody.service");
  EXPECT_EQ(status.exit, 5);
  EXPECT_NE(status.err.find("nobody.service"), std::string::npos);
  EXPECT_EQ(act("start", "").exit, 6);
}

TEST_F(ResourceUnit, SaysWhetherItCouldBeStartedWithoutStartingIt) {
  EXPECT_EQ(act("ready", "good.service").exit, 0);
  EXPECT_EQ(act("status", "good.service").exit, 7);
  const Ran masked = act("ready", "masked.service");
  EXPECT_EQ(masked.exit, 1);
  EXPECT_EQ(masked.out, "reason=start_failed\n");
  EXPECT_NE(masked.err.find("masked.service is masked"), std::string::npos) << masked.err;
  EXPECT_EQ(act("ready", "nobody.service").out, "reason=start_failed\n");
}

TEST(ResourceUnitAlone, SaysThatThereIsNoBusOrNoSystemdOnIt) {
  const Ran no_bus = testing::run("resource-unit", "status",
                                  {{"HACORE_UNIT", "good.service"}, {"DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/none"}});
  EXPECT_EQ(no_bus.exit, 5);
  EXPECT_NE(no_bus.err.find("no system bus"), std::string::npos) << no_bus.err;
  if (!std::filesystem::exists("/usr/bin/dbus-daemon")) GTEST_SKIP() << "needs /usr/bin/dbus-daemon (package dbus)";
  const FakeSystemd empty{false};
  auto environment = empty.environment();
  environment["HACORE_UNIT"] = "good.service";
  EXPECT_EQ(testing::run("resource-unit", "status", environment).exit, 5);
}

}  // namespace
}  // namespace hacored::agents
