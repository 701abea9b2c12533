// fence_hacore_ipmi against OpenIPMI's BMC emulator in a network of its own. The emulated machine is a file that says
// `power:1` or `power:0`; the emulator's chassis program reads and writes it.
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>
#include <utility>

#include "daemon/agents/deadline.h"
#include "daemon/file_descriptor.h"
#include "tests/daemon_agents/agent_run.h"

namespace hacored::agents {
namespace {

using std::chrono::milliseconds;
using testing::Ran;
using testing::Running;

constexpr const char* kEmulator = "/usr/bin/ipmi_sim";
constexpr const char* kGuid = "a123456789abcdefa123456789abcdef";

constexpr const char* kLan = R"(name "bmc"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 6623
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  chassis_control "./chassis"
  user 1 true  ""       ""        user     10 none md2 md5 straight
  user 2 true  "admin"  "the=pw"  admin    10 none md2 md5 straight
)";
constexpr const char* kController =
    "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\n"
    "sel_enable 0x20 1000 0x0a\nmc_enable 0x20\n";
// Files beside it are its faults: `lies` accepts and does nothing, `broken` refuses to switch.
constexpr const char* kChassis = R"(#!/bin/sh
case $1 in
get) shift; for what; do [ $what = power ] && cat power || echo boot:default; done ;;
set) [ -e broken ] && exit 1
     echo "$*" >> commands
     [ -e lies ] || [ "$2" != power ] || echo "power:$3" > power ;;
esac
)";

class FenceIpmi : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kEmulator)) GTEST_SKIP() << "needs " << kEmulator << " (package openipmi)";
    if (!testing::own_namespaces(CLONE_NEWNET)) GTEST_SKIP() << "needs the right to make a network namespace";
    loopback_up();
    std::string name = "/tmp/fence-ipmi-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("lan.conf", kLan);
    write("bmc.emu", kController);
    write("chassis", kChassis);
    write("power", "power:1\n");
    ::chmod((folder_ / "chassis").c_str(), 0755);
  }

  void TearDown() override {
    emulator_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  void start_bmc() {
    const std::string command =
        "cd " + folder_.string() + " && exec " + kEmulator + " -c lan.conf -f bmc.emu -s state -n > log 2>&1";
    emulator_ = std::make_unique<Running>("/bin/sh", std::vector<std::string>{"-c", command},
                                          std::map<std::string, std::string>{});
    const Deadline deadline{milliseconds{10000}};
    while (fence("monitor", "login_timeout=0.5\n").exit != 0)
      ASSERT_FALSE(deadline.passed()) << "the BMC emulator does not come up";
  }

  static void loopback_up() {
    const FileDescriptor socket{::socket(AF_INET, SOCK_DGRAM, 0)};
    ifreq request{{{'l', 'o'}}, {}};
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    ASSERT_EQ(::ioctl(socket.get(), SIOCSIFFLAGS, &request), 0);
  }

  void write(const char* name, const char* text) const { std::ofstream{folder_ / name} << text; }
  std::string read(const char* name) const {
    std::ostringstream text;
    text << std::ifstream{folder_ / name}.rdbuf();
    return text.str();
  }

  static Ran fence(const std::string& action, const std::string& more = {}) {
    const std::string options =
        "ip=127.0.0.1\nipport=6623\nlogin=admin\npasswd=the=pw\nlanplus=1\ncipher=3\n"
        "power_timeout=5\nlogin_timeout=5\ntimeout=10\n";
    return Running{"fence_hacore_ipmi", {}, {}, options + more + "action=" + action + "\n"}.wait();
  }

  std::filesystem::path folder_;
  std::unique_ptr<Running> emulator_;
};

TEST_F(FenceIpmi, PowersOffAndReadsItOff) {
  start_bmc();
  EXPECT_EQ(fence("status").exit, 0);
  const Ran off = fence("off");
  EXPECT_EQ(off.exit, 0) << off.err;
  EXPECT_EQ(read("power"), "power:0\n");
  EXPECT_EQ(fence("status").exit, 2);
  RecordProperty("verified_off_ms", static_cast<int>(off.took.count()));
}

TEST_F(FenceIpmi, NamesTheMachineWithTheStatus) {
  start_bmc();
  const Ran status = fence("status");
  EXPECT_NE(status.out.find("Status: ON\n"), std::string::npos);
  EXPECT_NE(status.out.find(std::string{"chassis="} + kGuid + "\n"), std::string::npos) << status.out;
}

TEST_F(FenceIpmi, OffOfAMachineThatIsOffIsADoneOff) {
  write("power", "power:0\n");
  start_bmc();
  EXPECT_EQ(fence("off").exit, 0);
}

TEST_F(FenceIpmi, RebootIsAnOffThatWasReadAndThenAnOn) {
  start_bmc();
  EXPECT_EQ(fence("reboot").exit, 0);
  EXPECT_EQ(read("power"), "power:1\n");
  EXPECT_EQ(read("commands"), "set power 0\nset power 1\n");
}

TEST_F(FenceIpmi, DoesNotTakeTheWordOfABmcThatAcceptsAndStaysOn) {
  start_bmc();
  write("lies", "");
  const Ran off = fence("off", "power_timeout=0.5\n");
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "reason=fence_unknown\n") << "the command may still be executed";
  EXPECT_NE(off.err.find("does not read off"), std::string::npos) << off.err;
  EXPECT_LT(off.took, milliseconds{3000});
}

TEST_F(FenceIpmi, WhatWasSentIsUnknownWhenTheTimeIsUp) {
  start_bmc();
  write("lies", "");
  EXPECT_EQ(fence("off", "timeout=0.5\npower_timeout=30\n").out, "reason=fence_unknown\n");
}

TEST_F(FenceIpmi, ACommandThatTheBmcRefusesIsKnownNotToBeExecuted) {
  start_bmc();
  write("broken", "");
  const Ran off = fence("off");
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "reason=fence_unknown\n") << off.err;
}

TEST_F(FenceIpmi, TellsARefusedLoginFromASilentBmc) {
  start_bmc();
  const Ran wrong = fence("off", "passwd=another\n");
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_EQ(wrong.out, "sent=no\nreason=bmc_login\n") << wrong.err;
  EXPECT_EQ(fence("status", "login=nobody\n").out, "sent=no\nreason=bmc_login\n");
  EXPECT_EQ(read("power"), "power:1\n");
}

TEST_F(FenceIpmi, NeverPrintsThePassword) {
  start_bmc();
  for (const char* more : {"", "passwd=hush-hush\n", "login=nobody\n", "verbose=1\n"}) {
    const Ran ran = fence("off", more);
    EXPECT_EQ((ran.out + ran.err).find("the=pw"), std::string::npos);
    EXPECT_EQ((ran.out + ran.err).find("hush-hush"), std::string::npos);
  }
}

TEST_F(FenceIpmi, ASilentBmcIsGivenUpWithinTheTimeAndNothingHappened) {
  const FileDescriptor deaf{::socket(AF_INET, SOCK_DGRAM, 0)};
  sockaddr_in address{AF_INET, htons(6623), {htonl(INADDR_LOOPBACK)}, {}};
  ASSERT_EQ(::bind(deaf.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const Ran off = fence("off", "power_timeout=0.5\nlogin_timeout=0.5\n");
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "sent=no\nreason=bmc_silent\n") << off.err;
  EXPECT_LT(off.took, milliseconds{2000});
}

TEST_F(FenceIpmi, IsOverAtItsTimeWhateverTheLibraryWaitsFor) {
  const FileDescriptor deaf{::socket(AF_INET, SOCK_DGRAM, 0)};
  sockaddr_in address{AF_INET, htons(6623), {htonl(INADDR_LOOPBACK)}, {}};
  ASSERT_EQ(::bind(deaf.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const Ran off = fence("off", "timeout=0.2\nlogin_timeout=30\npower_timeout=30\n");
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "sent=no\nreason=bmc_silent\n");
  EXPECT_LT(off.took, milliseconds{1000});
}

TEST_F(FenceIpmi, AnOrderThatIsTooLateIsNotSentAndEndsAtOnce) {
  start_bmc();
  const Ran off = fence("off", "send_by=1\n");
  EXPECT_EQ(off.exit, 1);
  EXPECT_EQ(off.out, "sent=no\nreason=bmc_silent\n") << off.err;
  EXPECT_LT(off.took, milliseconds{2000}) << "whoever ordered it may order again";
  EXPECT_EQ(read("commands"), "");
}

/// A network to the BMC, at port 6624, that brings every datagram as often as it is told.
class Doubling {
 public:
  Doubling(int requests, int replies) : requests_{requests}, replies_{replies} {
    sockaddr_in bmc = place(6623), here = place(6624);
    EXPECT_EQ(::bind(front_.get(), reinterpret_cast<sockaddr*>(&here), sizeof here), 0);
    EXPECT_EQ(::connect(back_.get(), reinterpret_cast<sockaddr*>(&bmc), sizeof bmc), 0);
    carries_ = std::thread{[this] { carry(); }};
  }
  ~Doubling() {
    ends_ = true;
    carries_.join();
  }
  Doubling(const Doubling&) = delete;
  Doubling& operator=(const Doubling&) = delete;

 private:
  static sockaddr_in place(std::uint16_t port) { return {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {}}; }

  void carry() const {
    sockaddr_in client{};
    std::array<pollfd, 2> ends{{{front_.get(), POLLIN, 0}, {back_.get(), POLLIN, 0}}};
    while (!ends_) {
      if (::poll(ends.data(), ends.size(), 10) <= 0) continue;
      std::array<char, 2048> text{};
      socklen_t length = sizeof client;
      const ssize_t asked = ::recvfrom(front_.get(), text.data(), text.size(), MSG_DONTWAIT,
                                       reinterpret_cast<sockaddr*>(&client), &length);
      for (int i = 0; asked > 0 && i < requests_; ++i)
        EXPECT_GT(::send(back_.get(), text.data(), static_cast<std::size_t>(asked), 0), 0);
      const ssize_t answered = ::recv(back_.get(), text.data(), text.size(), MSG_DONTWAIT);
      for (int i = 0; answered > 0 && i < replies_; ++i)
        (void)::sendto(front_.get(), text.data(), static_cast<std::size_t>(answered), 0,
                       reinterpret_cast<sockaddr*>(&client), sizeof client);
    }
  }

  int requests_, replies_;
  FileDescriptor front_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  FileDescriptor back_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  std::atomic<bool> ends_ = false;
  std::thread carries_;
};

TEST_F(FenceIpmi, LogsInWhereEveryDatagramArrivesTwice) {
  start_bmc();
  for (const auto& [requests, replies] : {std::pair{1, 2}, std::pair{2, 1}, std::pair{2, 2}}) {
    write("power", "power:1\n");
    const Doubling network{requests, replies};
    EXPECT_EQ(fence("status", "ipport=6624\n").exit, 0) << requests << " " << replies;
    const Ran off = fence("off", "ipport=6624\n");
    EXPECT_EQ(off.exit, 0) << off.err;
    EXPECT_LT(off.took, milliseconds{1000});
    EXPECT_EQ(read("power"), "power:0\n");
  }
}

TEST_F(FenceIpmi, KeepsTheDelayThatItIsTold) {
  start_bmc();
  const Ran off = fence("off", "delay=0.3\n");
  EXPECT_EQ(off.exit, 0);
  EXPECT_GE(off.took, milliseconds{300});
  EXPECT_LT(fence("status", "delay=5\n").took, milliseconds{2000}) << "a delay is for power-offs alone";
}

TEST_F(FenceIpmi, AsksAScriptForThePassword) {
  start_bmc();
  EXPECT_EQ(fence("status", "passwd=\npasswd_script=echo the=pw\n").exit, 0);
  EXPECT_EQ(fence("status", "passwd=\npasswd_script=true\n").out, "sent=no\nreason=bmc_login\n");
}

TEST_F(FenceIpmi, UnderstandsTheCommandLineOfFenceIpmilan) {
  start_bmc();
  const Ran status = Running{
      "fence_hacore_ipmi",
      {"-a", "127.0.0.1", "--ipport=6623", "-l", "admin", "--password=the=pw", "-P", "-C", "3", "-o", "status"},
      {}}.wait();
  EXPECT_EQ(status.exit, 0) << status.err;
}

TEST(FenceIpmiOptions, RefuseWhatCannotBeDoneAndIgnoreWhatIsUnknown) {
  const auto ask = [](const std::string& options) { return Running{"fence_hacore_ipmi", {}, {}, options}.wait(); };
  EXPECT_EQ(ask("action=off\n").exit, 1);
  EXPECT_EQ(ask("ip=127.0.0.1\naction=off\nmethod=cycle\n").exit, 1);
  EXPECT_EQ(ask("ip=127.0.0.1\naction=cycle\n").exit, 1);
  const Ran valid = ask("# a comment\nip=127.0.0.1\nunheard_of=1\naction=validate-all\n");
  EXPECT_EQ(valid.exit, 0);
  EXPECT_NE(valid.err.find("unheard_of"), std::string::npos);
}

TEST(FenceIpmiOptions, AreAllInTheMetadata) {
  const Ran metadata = Running{"fence_hacore_ipmi", {}, {}, "action=metadata\n"}.wait();
  EXPECT_EQ(metadata.exit, 0);
  EXPECT_TRUE(metadata.out.starts_with("<?xml"));
  for (const char* name :
       {"action", "ip", "username", "password_script", "lanplus", "cipher", "power_timeout", "delay"})
    EXPECT_NE(metadata.out.find("<parameter name=\"" + std::string{name} + "\""), std::string::npos) << name;
}

}  // namespace
}  // namespace hacored::agents
