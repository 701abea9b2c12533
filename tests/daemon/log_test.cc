// The log never waits for its reader, and says what it dropped.
#include "daemon/log.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "tests/daemon/folder.h"

namespace hacored {
namespace {

/// A journald that reads when it is told to.
class Journal {
 public:
  Journal() : socket_{socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    set_journal(path_);
  }
  ~Journal() {
    set_journal("");
    close(socket_);
  }
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  std::vector<std::string> read_all() const {
    std::vector<std::string> entries;
    for (std::string entry(4096, ' ');; entry.resize(4096)) {
      const ssize_t got = recv(socket_, entry.data(), entry.size(), 0);
      if (got < 0) return entries;
      entry.resize(static_cast<std::size_t>(got));
      entries.push_back(entry);
    }
  }

 private:
  Folder folder_;
  std::string path_ = folder_ / "journal";
  int socket_;
};

TEST(Log, SpeaksTheProtocolOfTheJournal) {
  const Journal journal;
  log(Level::error, "one\nand two", {{"EPOCH", "7"}});
  const std::vector<std::string> entries = journal.read_all();
  ASSERT_EQ(entries.size(), 1U);
  const std::string size{"\x0b\0\0\0\0\0\0\0", 8};
  EXPECT_EQ(entries[0], "MESSAGE\n" + size + "one\nand two\nPRIORITY=3\nSYSLOG_IDENTIFIER=" +
                            std::string{program_invocation_short_name} + "\nHACORE_EPOCH=7\n");
}

TEST(Log, DropsAndCountsWhatAJournalThatHangsDoesNotTake) {
  const Journal journal;
  constexpr std::size_t kLines = 20'000;
  for (std::size_t i = 0; i < kLines; ++i) log(Level::info, "line");
  const std::size_t taken = journal.read_all().size();
  ASSERT_GT(taken, 0U);
  ASSERT_LT(taken, kLines) << "it must fill";
  log(Level::info, "after");
  const std::vector<std::string> entries = journal.read_all();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_TRUE(entries[0].starts_with("MESSAGE=" + std::to_string(kLines - taken) + " lines of this log were lost\n"));
  EXPECT_TRUE(entries[1].starts_with("MESSAGE=after\n"));
}

TEST(Log, DropsAndCountsWhatAFullPipeDoesNotTake) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const int before = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  const std::string line(3000, 'x');
  for (int i = 0; i < 100; ++i) log(Level::info, line);
  std::string text(1 << 20, ' ');
  text.resize(static_cast<std::size_t>(read(ends[0], text.data(), text.size())));
  log(Level::info, "after");
  std::string rest(1 << 20, ' ');
  rest.resize(static_cast<std::size_t>(read(ends[0], rest.data(), rest.size())));
  dup2(before, STDERR_FILENO);
  for (const int fd : {before, ends[0], ends[1]}) close(fd);
  const auto taken = std::count(text.begin(), text.end(), '\n');
  EXPECT_LT(taken, 100);
  EXPECT_NE(rest.find(": " + std::to_string(100 - taken) + " lines of this log were lost\n"), std::string::npos)
      << rest;
  EXPECT_NE(rest.find(": after\n"), std::string::npos);
}

}  // namespace
}  // namespace hacored
