// hacore-store that hang: no more than a few of them.
#include "daemon/store_program.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "daemon/log.h"
#include "tests/daemon/folder.h"

namespace hacored {
namespace {

std::string store_log;

class StoreProgramTest : public testing::Test {
 protected:
  StoreProgramTest() {
    // It does not see that its socket is closed, as one that waits in the kernel.
    folder.file("hacore-store", "#!/bin/sh\necho $$ >> " + folder / "pids" + "\nexec sleep 60\n", 0700);
    settings.agent_dirs = {folder.path()};
    settings.store.url = "dir:/gone";
    store_log.clear();
    set_log_sink([](Level, std::string_view line) { store_log.append(line) += '\n'; });
  }
  ~StoreProgramTest() override { set_log_sink(nullptr); }

  /// Starts one and gives it up.
  bool start() {
    const int fd = program.start();
    if (fd >= 0) close(fd);
    return fd >= 0;
  }

  Folder folder;
  Settings settings;
  boost::asio::io_context io;
  Runner runner{io};
  StoreProgram program{settings, runner};
};

TEST_F(StoreProgramTest, ThatHangAreFew) {
  EXPECT_EQ(program.hung(), 0U);
  for (std::size_t i = 0; i < StoreProgram::kHungMax; ++i) {
    EXPECT_TRUE(start());
    EXPECT_EQ(program.hung(), i) << "the newest one is not given up yet";
  }
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(start());
  EXPECT_EQ(program.hung(), StoreProgram::kHungMax);
  EXPECT_EQ(store_log,
            "3 hacore-store hang and cannot be ended; none is started until one of them is gone: is what dir:/gone "
            "needs there?\n");
}

TEST_F(StoreProgramTest, AreStartedAgainWhenOneOfThemIsGone) {
  for (std::size_t i = 0; i < StoreProgram::kHungMax; ++i) EXPECT_TRUE(start());
  EXPECT_FALSE(start());
  pid_t pid = 0;
  while (pid == 0) std::ifstream{folder / "pids"} >> pid;
  kill(pid, SIGKILL);
  while (program.hung() == StoreProgram::kHungMax) io.run_one();
  EXPECT_NE(store_log.find("is gone; another one can be started"), std::string::npos) << store_log;
  EXPECT_TRUE(start());
  EXPECT_FALSE(start());
}

}  // namespace
}  // namespace hacored
