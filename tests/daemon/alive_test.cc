// What systemd is told, and when it is not.
#include "daemon/alive.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/disk_writer.h"
#include "daemon/log.h"
#include "tests/daemon/folder.h"

namespace hacored {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string alive_log;

class AliveTest : public testing::Test {
 protected:
  AliveTest() : socket_{socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder / "notify";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
    setenv("WATCHDOG_USEC", "30000", 1);
    unsetenv("WATCHDOG_PID");
    alive_log.clear();
    set_log_sink([](Level, std::string_view line) { alive_log.append(line) += '\n'; });
  }
  ~AliveTest() override {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    set_log_sink(nullptr);
    close(socket_);
  }

  std::string told() const {
    std::string all;
    char text[200];
    for (ssize_t got = 0; (got = recv(socket_, text, sizeof text, 0)) > 0;)
      all.append(text, static_cast<std::size_t>(got)) += '\n';
    return all;
  }

  Folder folder;
  int socket_;
  boost::asio::io_context io;
  ha::Instant writing_since = ha::kNever;
};

TEST_F(AliveTest, SystemdIsToldWhileRecordsReachTheDisk) {
  const Alive alive{io, [this] { return writing_since; }};
  EXPECT_EQ(told(), "READY=1\nWATCHDOG=1\n");
  writing_since = now() - milliseconds{100};
  io.run_for(milliseconds{50});
  EXPECT_NE(told().find("WATCHDOG=1"), std::string::npos);
  EXPECT_EQ(alive_log, "");
}

TEST_F(AliveTest, SystemdIsNotToldWhileARecordHangs) {
  const Alive alive{io, [this] { return writing_since; }};
  writing_since = now() - Alive::kDiskMax - milliseconds{100};
  told();
  io.run_for(milliseconds{50});
  EXPECT_EQ(told(), "");
  EXPECT_EQ(alive_log.find("a record is under way to the disk for more than 5 s"), 0U) << alive_log;
  EXPECT_EQ(std::count(alive_log.begin(), alive_log.end(), '\n'), 1) << "said once";
  writing_since = ha::kNever;
  io.run_for(milliseconds{50});
  EXPECT_NE(told().find("WATCHDOG=1"), std::string::npos);
}

TEST_F(AliveTest, ARecordIsUnderWayUntilItsAnswerWasTaken) {
  Slots slots{folder / "state", {7, 0}};
  DiskWriter writer{io, slots};
  EXPECT_EQ(writer.writing_since(), ha::kNever);
  const ha::Instant from = now();
  bool durable = false;
  writer.write({}, [&](bool well) { durable = well; });
  EXPECT_GE(writer.writing_since(), from);
  EXPECT_LE(writer.writing_since(), now());
  const auto work = boost::asio::make_work_guard(io);
  while (!durable) io.run_one();
  EXPECT_EQ(writer.writing_since(), ha::kNever);
}

}  // namespace
}  // namespace hacored
