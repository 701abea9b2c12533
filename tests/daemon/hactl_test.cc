// hactl itself against a control socket: what it does, and with which exit code.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <thread>

#include "daemon/control.h"
#include "daemon/log.h"
#include "tests/daemon/folder.h"
#include "tests/daemon/known_head.h"

namespace hacored {
namespace {

using namespace std::chrono_literals;

struct Ran {
  int exit = -1;
  std::string text;
};

Ran run_shell(const std::string& command) {
  Ran ran;
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return ran;
  std::array<char, 4096> bytes{};
  while (const std::size_t n = fread(bytes.data(), 1, bytes.size(), pipe)) ran.text.append(bytes.data(), n);
  ran.exit = WEXITSTATUS(pclose(pipe));
  return ran;
}

class HactlTest : public testing::Test {
 protected:
  HactlTest() {
    set_log_sink([](Level, std::string_view) {});
  }
  ~HactlTest() override { set_log_sink(nullptr); }

  /// Runs it while the head lives, twenty times as fast as the clock.
  Ran hactl(const std::string& arguments, const std::string& typed = "") {
    std::atomic<bool> over = false;
    Ran ran;
    std::thread beside{[&] {
      ran = run_shell("printf '" + typed + "' | " HACTL " --socket " + folder / "control" + " " + arguments + " 2>&1");
      over = true;
    }};
    while (!over) {
      head.go_on(40ms);
      io.restart();
      io.run_for(2ms);
    }
    beside.join();
    return ran;
  }

  Folder folder;
  boost::asio::io_context io;
  KnownHead head{1, folder.path()};
  Control control{io, head};
};

TEST_F(HactlTest, StatusHasTheExitCodesOfNagios) {
  EXPECT_EQ(hactl("status").exit, 0);
  head.cell.heads[0].bmc_answers = false;
  head.cell.power_off(0);
  head.go_on(60s);
  EXPECT_EQ(hactl("status").exit, 2);
  EXPECT_EQ(hactl("status --line").text.rfind("HACORE CRITICAL - no head is active", 0), 0U);
  EXPECT_EQ(run_shell(HACTL " --socket /nowhere status 2> /dev/null").exit, 3);
}

TEST_F(HactlTest, ForAMachineEveryAnswerIsALineOfJson) {
  for (const std::string command : {"check", "check fencing", "check services", "check arbiter", "explain no_proof"}) {
    const Ran ran = hactl(command + " --json");
    EXPECT_EQ(ran.exit, 0) << command << ": " << ran.text;
    std::istringstream lines{ran.text};
    for (std::string line; std::getline(lines, line);) EXPECT_EQ(nlohmann::json::parse(line)["v"], 1) << line;
  }
  EXPECT_EQ(hactl("makeactive -y").exit, 0);
  head.go_on(60s);
  const Ran services = hactl("check services --json");
  EXPECT_NE(services.text.find(R"("type":"check")"), std::string::npos) << services.text;
  const Ran wrong = run_shell(HACTL " explain nonsense --json 2> /dev/null");
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_EQ(nlohmann::json::parse(wrong.text)["type"], "error");
  const Ran nobody = run_shell(HACTL " --socket /nowhere status --json 2> /dev/null");
  EXPECT_EQ(nlohmann::json::parse(nobody.text)["type"], "error");
}

TEST_F(HactlTest, MakeactiveMovesTheServiceHere) {
  const Ran ran = hactl("makeactive -y");
  EXPECT_EQ(ran.exit, 0) << ran.text;
  EXPECT_NE(ran.text.find("T06-HEAD-02 is active."), std::string::npos) << ran.text;
  EXPECT_TRUE(head.cell.owns(1));
  EXPECT_EQ(hactl("makeactive -y").exit, 1) << "it is active already";
}

TEST_F(HactlTest, MakeactiveAsksFirst) {
  const Ran ran = hactl("makeactive", "c\\n");
  EXPECT_EQ(ran.exit, 1) << "nobody is at a terminal: " << ran.text;
  EXPECT_TRUE(head.cell.owns(0));
}

TEST_F(HactlTest, MakeactiveThatFailsIsGivenBack) {
  head.cell.start_fails[1] = true;
  const Ran ran = hactl("makeactive -y");
  EXPECT_EQ(ran.exit, 4) << ran.text;
  EXPECT_NE(ran.text.find("[FAIL]"), std::string::npos) << ran.text;
}

TEST_F(HactlTest, AnOwnerThatRunsIsNotVouchedFor) {
  const Ran ran = hactl("ack-off T06-HEAD-01", "T06-HEAD-01\\n");
  EXPECT_EQ(ran.exit, 1);
  EXPECT_NE(ran.text.find("its newest beat arrived"), std::string::npos) << ran.text;
  EXPECT_EQ(hactl("ack-off T06-HEAD-02", "T06-HEAD-02\\n").exit, 2) << "that is this head";
}

TEST_F(HactlTest, TheTypedNameIsNeverSkipped) {
  head.cell.heads[0].bmc_answers = false;
  head.cell.power_off(0);
  head.go_on(60s);
  EXPECT_EQ(hactl("ack-off T06-HEAD-01 -y", "head1\\n").exit, 1);
  EXPECT_FALSE(head.cell.owns(1));
  EXPECT_EQ(hactl("ack-off T06-HEAD-01", "T06-HEAD-01\\n").exit, 0);
  head.go_on(20s);
  EXPECT_TRUE(head.cell.owns(1));
}

TEST_F(HactlTest, MaintenanceNeedsAnEndAndAReason) {
  EXPECT_EQ(hactl("maintenance on").exit, 2);
  EXPECT_EQ(hactl("maintenance on --for 2h --reason 'NAS firmware'").exit, 0);
  EXPECT_EQ(hactl("maintenance on --for 2parsecs --reason x").exit, 2);
  EXPECT_EQ(hactl("status").exit, 1);
  EXPECT_EQ(hactl("maintenance off").exit, 0);
}

TEST_F(HactlTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(hactl("makeactiv").exit, 2);
  EXPECT_EQ(hactl("standby perhaps").exit, 2);
  EXPECT_EQ(hactl("makeactive nosuch").exit, 2);
  EXPECT_EQ(hactl("drill T06-HEAD-01").exit, 1) << "only the owner drills";
}

TEST_F(HactlTest, SpeaksJsonForPrograms) {
  const nlohmann::json status = nlohmann::json::parse(hactl("status --json").text);
  EXPECT_EQ(status["owner"], "T06-HEAD-01");
  const Ran standby = hactl("standby on --json");
  EXPECT_EQ(nlohmann::json::parse(standby.text)["outcome"], "done");
}

}  // namespace
}  // namespace hacored
