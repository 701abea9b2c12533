// fence_hacore_redfish against an emulated BMC, plain and with a certificate of the test's own making.
#include <fmt/core.h>

#include <filesystem>

#include "tests/daemon_agents/agent_run.h"
#include "tests/daemon_agents/redfish_emulator.h"

namespace hacored::agents {
namespace {

using std::chrono::milliseconds;
using testing::Ran;
using testing::RedfishEmulator;
using testing::Running;

constexpr const char* kPlainAndShort = "ssl=0\npower_timeout=1\nlogin_timeout=0.5\n";

Ran fence(const RedfishEmulator& bmc, const std::string& action, const std::string& more = "ssl=0\n") {
  const std::string options = fmt::format(
      "ip=127.0.0.1\nipport={}\nusername=admin\npassword=the=pw\n"
      "power_timeout=5\nlogin_timeout=5\ntimeout=10\n",
      bmc.port());
  return Running{"fence_hacore_redfish", {}, {}, options + more + "action=" + action + "\n"}.wait();
}

TEST(FenceRedfish, PowersOffAndReadsItOff) {
  RedfishEmulator bmc;
  EXPECT_EQ(fence(bmc, "status").exit, 0);
  const Ran off = fence(bmc, "off");
  EXPECT_EQ(off.exit, 0) << off.err;
  EXPECT_FALSE(bmc.power);
  EXPECT_EQ(fence(bmc, "status").exit, 2);
  EXPECT_EQ(fence(bmc, "on").exit, 0);
  EXPECT_TRUE(bmc.power);
}

TEST(FenceRedfish, SaysWhichMachineItIsAndWhenTheBmcLastStarted) {
  const RedfishEmulator bmc;
  EXPECT_EQ(fence(bmc, "status").out,
            "Status: ON\nsession=2026-11-03T04:12:51+00:00\nchassis=a1234567-89ab-cdef-a123-456789abcdef\n");
}

TEST(FenceRedfish, OffOfAMachineThatIsOffIsADoneOff) {
  RedfishEmulator bmc;
  bmc.power = false;
  EXPECT_EQ(fence(bmc, "off").exit, 0);
  EXPECT_EQ(bmc.commands, 1) << "it was sent all the same: what was read before may be stale";
}

TEST(FenceRedfish, DoesNotTakeTheWordOfABmcThatAcceptsAndStaysOn) {
  RedfishEmulator bmc;
  bmc.lies = true;
  const Ran off = fence(bmc, "off", kPlainAndShort);
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "reason=fence_unknown\n");
}

TEST(FenceRedfish, PoweringOffIsNotOff) {
  RedfishEmulator bmc;
  bmc.stuck = true;
  const Ran off = fence(bmc, "off", kPlainAndShort);
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "reason=fence_unknown\n");
  EXPECT_NE(off.err.find("PoweringOff"), std::string::npos) << off.err;
  EXPECT_EQ(fence(bmc, "status").exit, 0) << "it may still write";
}

TEST(FenceRedfish, ARefusedLoginIsNoSilence) {
  RedfishEmulator bmc;
  const Ran off = fence(bmc, "off", "ssl=0\npassword=another\n");
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "sent=no\nreason=bmc_login\n") << off.err;
  EXPECT_EQ((off.out + off.err).find("another"), std::string::npos);
  EXPECT_EQ(bmc.commands, 0);
}

TEST(FenceRedfish, ARefusedCommandIsKnownNotToBeExecuted) {
  RedfishEmulator bmc;
  bmc.reset_status = 409;
  const Ran off = fence(bmc, "off");
  EXPECT_EQ(off.out, "reason=fence_unknown\n");
  EXPECT_NE(off.err.find("409"), std::string::npos) << off.err;
}

TEST(FenceRedfish, ABusyBmcIsAskedAgainAndAfterTheTimeItIsUnknown) {
  RedfishEmulator bmc;
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
  RedfishEmulator bmc;
  bmc.hangs = true;
  const Ran off = fence(bmc, "off", kPlainAndShort);
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "sent=no\nreason=bmc_silent\n") << off.err;
  EXPECT_LT(off.took, milliseconds{4000});
}

TEST(FenceRedfish, ABmcThatFallsSilentAfterTheCommandLeavesItUnknown) {
  RedfishEmulator bmc;
  bmc.hangs_when_ordered = true;
  const Ran off = fence(bmc, "off", kPlainAndShort);
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "reason=fence_unknown\n") << off.err;
  EXPECT_EQ(bmc.commands, 1);
}

TEST(FenceRedfish, WhereNobodyListensNothingWasSent) {
  std::string port;
  {
    const RedfishEmulator gone;
    port = fmt::format("{}ipport={}\n", kPlainAndShort, gone.port());
  }
  const RedfishEmulator other;
  EXPECT_EQ(fence(other, "off", port).out, "sent=no\nreason=bmc_silent\n");
}

TEST(FenceRedfish, MustBeToldWhichOfSeveralMachines) {
  RedfishEmulator bmc;
  bmc.machines = 2;
  EXPECT_EQ(fence(bmc, "off").out, "sent=no\nreason=cannot_fence\n");
  EXPECT_EQ(fence(bmc, "off", "ssl=0\nsystems_uri=/redfish/v1/Systems/7\n").out, "sent=no\nreason=cannot_fence\n");
  EXPECT_EQ(fence(bmc, "off", "ssl=0\nsystems_uri=/redfish/v1/Systems/1\n").exit, 0);
}

class FenceRedfishTls : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/bin/openssl")) GTEST_SKIP() << "needs /usr/bin/openssl";
    std::string name = "/tmp/fence-redfish-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    make_certificate("bmc", "IP:127.0.0.1");
    make_certificate("other", "IP:127.0.0.2");
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }
  std::string file(const std::string& name) const { return folder_ / name; }
  void make_certificate(const std::string& name, const std::string& whose) const {
    const Ran made = Running{
        "/usr/bin/openssl",
        {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=" + name, "-addext", "subjectAltName=" + whose, "-keyout", file(name + ".key"), "-out",
         file(name + ".pem")},
        {}}.wait();
    ASSERT_EQ(made.exit, 0) << made.err;
  }

  std::filesystem::path folder_;
};

TEST_F(FenceRedfishTls, PowersOffABmcWhoseCertificateIsTrusted) {
  const RedfishEmulator bmc{file("bmc.pem"), file("bmc.key")};
  const Ran off = fence(bmc, "off", "ssl_ca_file=" + file("bmc.pem") + "\n");
  EXPECT_EQ(off.exit, 0) << off.err;
  EXPECT_FALSE(bmc.power);
}

TEST_F(FenceRedfishTls, TellsNothingToABmcWhoseCertificateIsNot) {
  const RedfishEmulator stranger{file("bmc.pem"), file("bmc.key")};
  const Ran off = fence(stranger, "off", "");
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "sent=no\nreason=cannot_fence\n");
  EXPECT_NE(off.err.find("certificate"), std::string::npos) << off.err;
  EXPECT_TRUE(stranger.power);
  const RedfishEmulator crossed{file("other.pem"), file("other.key")};
  EXPECT_EQ(fence(crossed, "off", "ssl_ca_file=" + file("other.pem") + "\n").exit, 1) << "it is another host's";
}

TEST_F(FenceRedfishTls, TrustsAnybodyOnlyWhenToldSo) {
  const RedfishEmulator bmc{file("bmc.pem"), file("bmc.key")};
  EXPECT_EQ(fence(bmc, "off", "ssl_insecure=1\n").exit, 0);
}

}  // namespace
}  // namespace hacored::agents
