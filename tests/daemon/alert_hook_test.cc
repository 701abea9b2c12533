// The alert hook: who is called, with what, in which order, and what becomes of those it is too slow for.
#include "daemon/alert_hook.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/log.h"
#include "tests/daemon/folder.h"

namespace hacored {
namespace {

ha::Report role(ha::Role from, ha::Role to) {
  ha::Report report;
  report.kind = ha::ReportKind::role;
  report.service = 0;
  report.a = static_cast<std::uint8_t>(from);
  report.b = static_cast<std::uint8_t>(to);
  report.epoch = ha::Epoch{13};
  report.cause = ha::Cause::started;
  return report;
}

ha::Report alert(ha::Reason reason, std::uint64_t epoch = 0) {
  ha::Report report;
  report.kind = ha::ReportKind::alert;
  report.reason = reason;
  report.epoch = ha::Epoch{epoch};
  return report;
}

class AlertHookTest : public testing::Test {
 protected:
  AlertHookTest() {
    set_log_sink([](Level, std::string_view) {});
    settings.cell = "test";
    settings.heads = {"head1", "head2"};
    settings.services.resize(1);
    settings.services[0].name = "main";
  }
  ~AlertHookTest() override { set_log_sink(nullptr); }

  void use(const std::string& script) { settings.alert_hook = folder.file("hook", "#!/bin/sh\n" + script, 0755); }
  void run_until_called(const AlertHook& hook, std::uint64_t times) {
    while (hook.called() < times) io.run_one();
  }
  std::string told() { return text_of(folder / "told"); }
  std::string to_told() { return " >> " + folder / "told"; }

  Folder folder;
  Settings settings;
  boost::asio::io_context io;
  Runner runner{io};
};

TEST_F(AlertHookTest, IsToldWhatHappenedInItsEnvironment) {
  use("echo $HACORE_EVENT,$HACORE_SERVICE,$HACORE_EPOCH,$HACORE_REASON,$HACORE_HEAD,$HACORE_PEER,$HACORE_TEXT" +
      to_told() + "\n");
  AlertHook hook{settings, runner};
  hook.tell(role(ha::Role::starting, ha::Role::owner));
  hook.tell(alert(ha::Reason::bmc_silent));
  run_until_called(hook, 2);
  EXPECT_EQ(told(),
            "role,main,13,started,head1,head2,main: starting -> owner because all resources are up\n"
            "alert,,0,bmc_silent,head1,head2,alert: the peer's BMC does not answer\n");
  EXPECT_EQ(hook.failed(), 0U);
}

TEST_F(AlertHookTest, IsToldThatAHeadMayNotActAndThatItMayAgain) {
  use("echo $HACORE_EVENT,$HACORE_REASON,$HACORE_TEXT" + to_told() + "\n");
  AlertHook hook{settings, runner};
  ha::Report report;
  report.kind = ha::ReportKind::hold;
  report.service = 0;
  report.a = 1;
  report.reason = ha::Reason::no_proof;
  hook.tell(report);
  report.a = 0;
  hook.tell(report);
  run_until_called(hook, 2);
  EXPECT_EQ(told(),
            "hold,no_proof,main: holds: nothing proves that the peer has stopped\n"
            "hold_ends,no_proof,main: holds no longer\n");
}

TEST_F(AlertHookTest, IsNotCalledForWhatConcernsNobody) {
  use("echo $HACORE_TEXT" + to_told() + "\n");
  AlertHook hook{settings, runner};
  hook.tell(role(ha::Role::init, ha::Role::passive));
  ha::Report path;
  path.kind = ha::ReportKind::path;
  hook.tell(path);
  hook.tell(alert(ha::Reason::bmc_silent));
  run_until_called(hook, 1);
  EXPECT_EQ(told(), "alert: the peer's BMC does not answer\n");
}

TEST_F(AlertHookTest, IsCalledOnceAtATimeAndInOrder) {
  use("mkdir " + folder / "busy" + " || exit 1; echo $HACORE_EPOCH" + to_told() + "; rmdir " + folder / "busy" + "\n");
  AlertHook hook{settings, runner};
  std::string expected;
  for (std::uint64_t epoch = 1; epoch <= 20; ++epoch) {
    hook.tell(alert(ha::Reason::bmc_silent, epoch));
    expected += std::to_string(epoch) + "\n";
  }
  run_until_called(hook, 20);
  EXPECT_EQ(told(), expected);
  EXPECT_EQ(hook.failed(), 0U) << "two ran at once";
}

TEST_F(AlertHookTest, ThatIsTooSlowLosesTheOldestReportsAndCountsThem) {
  use("while [ ! -e " + folder / "go" + " ]; do sleep 0.01; done; echo $HACORE_EPOCH" + to_told() + "\n");
  AlertHook hook{settings, runner};
  const std::uint64_t more = AlertHook::kWaiting + 6;
  for (std::uint64_t epoch = 1; epoch <= more; ++epoch) hook.tell(alert(ha::Reason::bmc_silent, epoch));
  EXPECT_EQ(hook.dropped(), 5U) << "one is being called";
  folder.file("go", "");
  run_until_called(hook, more - 5);
  EXPECT_TRUE(told().starts_with("1\n7\n8\n")) << told();
  EXPECT_TRUE(told().ends_with("\n" + std::to_string(more) + "\n"));
}

TEST_F(AlertHookTest, ThatFailsIsCountedAndTheNextCallIsMade) {
  use("exit $HACORE_EPOCH\n");
  AlertHook hook{settings, runner};
  hook.tell(alert(ha::Reason::bmc_silent, 1));
  hook.tell(alert(ha::Reason::bmc_silent, 0));
  run_until_called(hook, 2);
  EXPECT_EQ(hook.failed(), 1U);
}

}  // namespace
}  // namespace hacored
