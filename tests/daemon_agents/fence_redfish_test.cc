// fence_hacore_redfish against an emulated BMC, plain and with a certificate of the test's own making.
#include <fmt/core.h>

#include <filesystem>

#include "netns/redfish/certificate.h"
#include "tests/daemon_agents/agent_run.h"
#include "tests/daemon_agents/redfish_bmc.h"

namespace hacored::agents {
namespace {

using std::chrono::milliseconds;
using testing::Ran;
using testing::RedfishBmc;
using testing::Running;

constexpr const char* kPlainAndShort = "ssl=0\npower_timeout=1\nlogin_timeout=0.5\n";

Ran fence(const RedfishBmc& bmc, const std::string& action, const std::string& more = "ssl=0\n") {
  const std::string options = fmt::format(
      "ip=127.0.0.1\nipport={}\nusername=admin\npassword=the=pw\n"
      "power_timeout=5\nlogin_timeout=5\ntimeout=10\n",
      bmc.port());
  return Running{"fence_hacore_redfish", {}, {}, options + more + "action=" + action + "\n"}.wait();
}

TEST(FenceRedfish, PowersOffAndReadsItOff) {
  RedfishBmc bmc;
  EXPECT_EQ(fence(bmc, "status").exit, 0);
  const Ran off = fence(bmc, "off");
  EXPECT_EQ(off.exit, 0) << off.err;
  EXPECT_FALSE(bmc.power);
  EXPECT_EQ(fence(bmc, "status").exit, 2);
  EXPECT_EQ(fence(bmc, "on").exit, 0);
  EXPECT_TRUE(bmc.power);
}

TEST(FenceRedfish, SaysWhichMachineItIsAndWhenTheBmcLastStarted) {
  const RedfishBmc bmc;
  EXPECT_EQ(fence(bmc, "status").out,
            "Status: ON\nsession=2026-11-03T04:12:51+00:00\nchassis=a1234567-89ab-cdef-a123-456789abcdef\n");
}

TEST(FenceRedfish, OffOfAMachineThatIsOffIsADoneOff) {
  RedfishBmc bmc;
  bmc.power = false;
  EXPECT_EQ(fence(bmc, "off").exit, 0);
  EXPECT_EQ(bmc.commands, 1) << "it was sent all the same: what was read before may be stale";
}

TEST(FenceRedfish, DoesNotTakeTheWordOfABmcThatAcceptsAndStaysOn) {
  RedfishBmc bmc;
  bmc.lies = true;
  const Ran off = fence(bmc, "off", kPlainAndShort);
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "reason=fence_unknown\n");
}

TEST(FenceRedfish, PoweringOffIsNotOff) {
  RedfishBmc bmc;
  bmc.stuck = true;
  const Ran off = fence(bmc, "off", kPlainAndShort);
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "reason=fence_unknown\n");
  EXPECT_NE(off.err.find("PoweringOff"), std::string::npos) << off.err;
  EXPECT_EQ(fence(bmc, "status").exit, 0) << "it may still write";
}

TEST(FenceRedfish, ARefusedLoginIsNoSilence) {
  RedfishBmc bmc;
  const Ran off = fence(bmc, "off", "ssl=0\npassword=another\n");
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "sent=no\nreason=bmc_login\n") << off.err;
  EXPECT_EQ((off.out + off.err).find("another"), std::string::npos);
  EXPECT_EQ(bmc.commands, 0);
}

TEST(FenceRedfish, ARefusedCommandIsKnownNotToBeExecuted) {
  RedfishBmc bmc;
  bmc.reset_status = 409;
  const Ran off = fence(bmc, "off");
  EXPECT_EQ(off.out, "reason=fence_unknown\n");
  EXPECT_NE(off.err.find("409"), std::string::npos) << off.err;
}

TEST(FenceRedfish, ABusyBmcIsAskedAgainAndAfterTheTimeItIsUnknown) {
  RedfishBmc bmc;
  bmc.reset_status = 503;
  const Ran off = fence(bmc, "off", kPlainAndShort);
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "reason=fence_unknown\n");
  EXPECT_NE(off.err.find("503"), std::string::npos) << off.err;
  EXPECT_GT(bmc.commands, 1);
  bmc.get_status = 503;
  EXPECT_EQ(fence(bmc, "status").out, "sent=no\nreason=bmc_silent\n");
}

TEST(FenceRedfish, AHangIsOverWithinTheTime) {
  RedfishBmc bmc;
  bmc.hangs = true;
  const Ran off = fence(bmc, "off", kPlainAndShort);
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "sent=no\nreason=bmc_silent\n") << off.err;
  EXPECT_LT(off.took, milliseconds{4000});
}

TEST(FenceRedfish, ABmcThatFallsSilentAfterTheCommandLeavesItUnknown) {
  RedfishBmc bmc;
  bmc.hangs_when_ordered = true;
  const Ran off = fence(bmc, "off", kPlainAndShort);
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "reason=fence_unknown\n") << off.err;
  EXPECT_EQ(bmc.commands, 1);
}

TEST(FenceRedfish, WhereNobodyListensNothingWasSent) {
  std::string port;
  {
    const RedfishBmc gone;
    port = fmt::format("{}ipport={}\n", kPlainAndShort, gone.port());
  }
  const RedfishBmc other;
  EXPECT_EQ(fence(other, "off", port).out, "sent=no\nreason=bmc_silent\n");
}

TEST(FenceRedfish, MustBeToldWhichOfSeveralMachines) {
  RedfishBmc bmc;
  bmc.systems = 2;
  EXPECT_EQ(fence(bmc, "off").out, "sent=no\nreason=cannot_fence\n");
  EXPECT_EQ(fence(bmc, "off", "ssl=0\nsystems_uri=/redfish/v1/Systems/7\n").out, "sent=no\nreason=cannot_fence\n");
  EXPECT_EQ(fence(bmc, "off", "ssl=0\nsystems_uri=/redfish/v1/Systems/1\n").exit, 0);
}

class FenceRedfishTls : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/fence-redfish-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    hasim::redfish::make_certificate("127.0.0.1", file("bmc.pem"), file("bmc.key"));
    hasim::redfish::make_certificate("127.0.0.2", file("other.pem"), file("other.key"));
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }
  std::string file(const std::string& name) const { return folder_ / name; }

  std::filesystem::path folder_;
};

TEST_F(FenceRedfishTls, PowersOffABmcWhoseCertificateIsTrusted) {
  const RedfishBmc bmc{file("bmc.pem"), file("bmc.key")};
  const Ran off = fence(bmc, "off", "ssl_ca_file=" + file("bmc.pem") + "\n");
  EXPECT_EQ(off.exit, 0) << off.err;
  EXPECT_FALSE(bmc.power);
}

TEST_F(FenceRedfishTls, TellsNothingToABmcWhoseCertificateIsNot) {
  const RedfishBmc stranger{file("bmc.pem"), file("bmc.key")};
  const Ran off = fence(stranger, "off", "");
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "sent=no\nreason=cannot_fence\n");
  EXPECT_NE(off.err.find("certificate"), std::string::npos) << off.err;
  EXPECT_TRUE(stranger.power);
  const RedfishBmc crossed{file("other.pem"), file("other.key")};
  EXPECT_EQ(fence(crossed, "off", "ssl_ca_file=" + file("other.pem") + "\n").exit, 1) << "it is another host's";
}

TEST_F(FenceRedfishTls, TrustsAnybodyOnlyWhenToldSo) {
  const RedfishBmc bmc{file("bmc.pem"), file("bmc.key")};
  EXPECT_EQ(fence(bmc, "off", "ssl_insecure=1\n").exit, 0);
}

}  // namespace
}  // namespace hacored::agents
