// Programs with deadlines, started by a process apart.
#include "daemon/runner.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include <boost/asio/steady_timer.hpp>

#include "daemon/clock.h"
#include "daemon/private_memory.h"
#include "tests/daemon/folder.h"

namespace hacored {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class RunnerTest : public testing::Test {
 protected:
  Program shell(const std::string& script, ha::Duration limit = seconds{10}) {
    return {.arguments = {"/bin/sh", "-c", script}, .environment = {}, .input = {}, .deadline = now() + limit};
  }
  Ended run(const Program& program) {
    Ended result;
    bool ended = false;
    runner.run(program, [&](const Ended& how) {
      result = how;
      ended = true;
    });
    while (!ended) io.run_one();
    return result;
  }

  boost::asio::io_context io;
  Runner runner{io};
};

TEST_F(RunnerTest, TellsExitStatusAndOutput) {
  const Ended ended = run(shell("echo out; echo err >&2; exit 7"));
  EXPECT_TRUE(ended.exited(7));
  EXPECT_EQ(ended.output, "out\n");
  EXPECT_EQ(ended.errors, "err\n");
}

TEST_F(RunnerTest, GivesInputAndEnvironmentAndNothingOfItsOwn) {
  setenv("SECRET_OF_HACORED", "x", 1);
  Program program = shell("read line; echo \"$line/$NAME/$SECRET_OF_HACORED\"");
  program.input = "password\n";
  program.environment["NAME"] = "value";
  EXPECT_EQ(run(program).output, "password/value/\n");
}

/// What a program without and one with secrets may dump, started by a process that keeps its own memory private.
[[noreturn]] void try_private_memory() {
  const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_CORE, &all);
  keep_memory_private();
  rlimit core{};
  getrlimit(RLIMIT_CORE, &core);
  if (prctl(PR_GET_DUMPABLE) != 0 || core.rlim_cur != 0) _exit(1);
  boost::asio::io_context io;
  Runner runner{io};
  std::map<std::string, std::string> limits;
  for (const std::string input : {"", "password=x\n"}) {
    const Program program{
        .arguments = {"/bin/sh", "-c", "ulimit -c"}, .environment = {}, .input = input, .deadline = ha::kNever};
    runner.run(program, [&limits, input](const Ended& ended) { limits[input] = ended.output; });
  }
  while (limits.size() < 2) io.run_one();
  _exit(limits[""] == "unlimited\n" && limits["password=x\n"] == "0\n" ? 0 : 2);
}

TEST(PrivateMemoryDeathTest, IsOfHacoredAndOfWhoIsGivenSecretsNotOfServices) {
  EXPECT_EXIT(try_private_memory(), testing::ExitedWithCode(0), "");
}

TEST_F(RunnerTest, KillsTheWholeGroupAtItsDeadline) {
  const Folder folder;
  const ha::Instant from = now();
  const Ended ended = run(shell("(sleep 0.4; echo late > " + folder / "late" + ") & sleep 30", milliseconds{100}));
  EXPECT_EQ(ended.how, Ended::How::too_late);
  EXPECT_LT(now() - from, seconds{5});
  boost::asio::steady_timer timer{io, milliseconds{600}};
  bool over = false;
  timer.async_wait([&](auto) { over = true; });
  while (!over) io.run_one();
  EXPECT_FALSE(std::filesystem::exists(folder / "late")) << "a child of the group went on";
}

TEST_F(RunnerTest, DoesNotStartWhatIsTooLateAlready) {
  EXPECT_EQ(run(shell("exit 0", -milliseconds{1})).how, Ended::How::not_started);
}

TEST_F(RunnerTest, SaysWhyAProgramDidNotStart) {
  const Ended ended =
      run({.arguments = {"/no/such/program"}, .environment = {}, .input = {}, .deadline = now() + seconds{5}});
  EXPECT_EQ(ended.how, Ended::How::not_started);
  EXPECT_EQ(ended.code, ENOENT);
}

TEST_F(RunnerTest, RunsManyAtOnceAndKeepsTheirAnswersApart) {
  int left = 40;
  for (int i = 0; i < 40; ++i) {
    runner.run(shell("exit " + std::to_string(i)), [&left, i](const Ended& ended) {
      EXPECT_TRUE(ended.exited(i));
      --left;
    });
  }
  while (left > 0) io.run_one();
}

TEST_F(RunnerTest, DropsOutputThatIsTooLongAndGoesOn) {
  const Ended ended = run(shell("head -c 1000000 /dev/zero | tr '\\0' x; exit 3"));
  EXPECT_TRUE(ended.exited(3));
  EXPECT_LE(ended.output.size(), 20000U);
}

TEST_F(RunnerTest, ADaemonThatAScriptLeavesBehindDoesNotHoldItUp) {
  const ha::Instant from = now();
  EXPECT_TRUE(run(shell("setsid sleep 5 & exit 0")).exited(0));
  EXPECT_LT(now() - from, seconds{3});
}

TEST_F(RunnerTest, ItsOwnEndIsTheEndOfWhatItRunsAndNothingIsTakenForSuccess) {
  Ended result;
  bool ended = false;
  runner.run(shell("sleep 30"), [&](const Ended& how) {
    result = how;
    ended = true;
  });
  kill(runner.pid(), SIGKILL);
  while (!ended) io.run_one();
  EXPECT_EQ(result.how, Ended::How::killed);
}

TEST_F(RunnerTest, AProgramThatStaysTalksOverItsSocket) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  bool ended = false;
  runner.stay({.arguments = {"/bin/cat"}, .environment = {}, .input = {}}, ends[1], [&](const Ended& how) {
    EXPECT_TRUE(how.exited(0));
    ended = true;
  });
  ASSERT_EQ(write(ends[0], "ping", 4), 4);
  char back[4];
  ASSERT_EQ(read(ends[0], back, 4), 4);
  EXPECT_EQ(std::string(back, 4), "ping");
  shutdown(ends[0], SHUT_WR);
  while (!ended) io.run_one();
  close(ends[0]);
}

}  // namespace
}  // namespace hacored
