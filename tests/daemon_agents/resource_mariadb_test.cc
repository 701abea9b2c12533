// resource-mariadb on two real servers that replicate: what was acknowledged is there after each move, and a copy that
// lacks something, or has too much, is not opened.
#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <set>
#include <thread>

#include "daemon/file_descriptor.h"
#include "tests/daemon_agents/mariadb_pair.h"

namespace hacored::agents {
namespace {

using testing::Database;
using testing::Ran;
using testing::soon;

using Environment = std::map<std::string, std::string>;

const Environment kForced{{"HACORE_FORCED", "1"}};
const Environment kPeerServes{{"HACORE_PEER_SERVES", "1"}, {"HACORE_LAG_MAX", "0.3"}};
const Environment kNobodyServes{{"HACORE_PEER_SERVES", "0"}, {"HACORE_LAG_MAX", "0.3"}};
const Environment kPeerStopped{{"HACORE_PEER_STOPPED", "1"}};
const Environment kNarrow{{"HACORE_LAG_MAX", "0.3"}};

class ResourceMariadb : public testing::MariadbPair {
 protected:
  /// What a user is told to be done.
  static bool takes(const Database& database, int n) {
    try {
      database.log_in("app").order(fmt::format("INSERT INTO cell.jobs VALUES ({})", n));
      return true;
    } catch (const Failure&) { return false; }
  }

  /// head2 does not receive any more what head1 goes on to acknowledge.
  void part() {
    head2_->order("STOP SLAVE IO_THREAD");
    const auto parted = [this] {
      return head1_->value("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND='Binlog Dump'") == "0";
    };
    ASSERT_TRUE(soon(parted));
    head1_->order("SET GLOBAL rpl_semi_sync_master_enabled=0");
  }

  /// Nobody waits for the word of a replica.
  void commit_alone() const {
    for (const Database* head : {head1_.get(), head2_.get()})
      head->order("SET GLOBAL rpl_semi_sync_slave_enabled=0, GLOBAL rpl_semi_sync_master_enabled=0");
  }

  /// Users write all the time, while it moves there and back.
  void move_under_load() {
    make_table();
    std::atomic<Database*> owner = head1_.get();
    std::atomic<bool> over = false;
    std::set<int> acknowledged;
    std::atomic<int> count = 0;
    std::thread writer{[&] {
      for (int n = 1; !over; ++n)
        if (takes(*owner, n)) {
          acknowledged.insert(n);
          ++count;
        }
    }};
    for (int i = 0; i < 6; ++i) {
      Database& from = i % 2 == 0 ? *head1_ : *head2_;
      Database& to = i % 2 == 0 ? *head2_ : *head1_;
      EXPECT_TRUE(soon([&, before = count.load()] { return count > before + 30; })) << "under load";
      EXPECT_TRUE(soon([&to] { return to.slave("Slave_IO_Running") == "Yes"; })) << to.slave("Last_IO_Error");
      move(from, to);
      owner = &to;
    }
    over = true;
    writer.join();
    std::string missing;
    for (const int n : acknowledged)
      if (head1_->value(fmt::format("(SELECT COUNT(*) FROM cell.jobs WHERE n={})", n)) != "1")
        missing += fmt::format(" {}", n);
    EXPECT_EQ(missing, "") << "of " << acknowledged.size();
    RecordProperty("acknowledged", count);
    EXPECT_TRUE(soon([this] { return rows(*head2_) == rows(*head1_); }));
  }

  void move(Database& from, Database& to) {
    const Ran stop = from.act("stop");
    ASSERT_EQ(stop.exit, 0) << stop.err;
    const Ran start = to.act("start", kPeerStopped);
    ASSERT_EQ(start.exit, 0) << start.err;
  }
};

TEST_F(ResourceMariadb, RunsWhereItTakesWrites) {
  EXPECT_EQ(head1_->says("status"), "done");
  EXPECT_EQ(head1_->says("start"), "done") << "again";
  EXPECT_EQ(head2_->says("status"), "7 ");
  EXPECT_TRUE(soon([this] { return head2_->says("ready", kPeerServes) == "done"; }));
  EXPECT_EQ(head1_->says("stop"), "done");
  EXPECT_EQ(head1_->says("stop"), "done") << "again";
  EXPECT_EQ(head1_->says("status"), "7 ");
  EXPECT_EQ(head1_->says("ready", kNobodyServes), "done");
  EXPECT_TRUE(soon([this] { return head1_->slave("Slave_IO_Running") == "Yes"; })) << "it follows the other head";
}

TEST_F(ResourceMariadb, IsLookedAtBeforeTheCellHasHacored) {
  EXPECT_EQ(head1_->says("probe"), "done");
  EXPECT_EQ(head2_->says("probe"), "7 ");
  head2_->order("STOP SLAVE SQL_THREAD");
  EXPECT_EQ(head2_->says("probe"), "1 database_failed");
  head1_->order("SET GLOBAL gtid_strict_mode=0");
  EXPECT_EQ(head1_->says("probe"), "1 database_failed");
}

TEST_F(ResourceMariadb, AppliesEverythingThatTheDeadOwnerHadSent) {
  make_table();
  head2_->order("STOP SLAVE SQL_THREAD");
  for (int n = 1; n <= 200; ++n) ASSERT_TRUE(takes(*head1_, n));
  const std::string had = rows(*head1_);
  head1_->crash();
  EXPECT_EQ(head2_->says("start"), "1 database_failed") << "its SQL thread was stopped by hand";
  head2_->order("START SLAVE SQL_THREAD");
  EXPECT_EQ(head2_->says("start"), "done");
  EXPECT_EQ(rows(*head2_), had);
  EXPECT_EQ(head2_->says("status"), "done") << "alone, it waits for no replica";
}

TEST_F(ResourceMariadb, ACrashedOwnerFollowsAndTakesOverAgain) {
  make_table();
  ASSERT_TRUE(takes(*head1_, 1));
  head1_->crash();
  ASSERT_EQ(head2_->says("start"), "done");
  ASSERT_TRUE(takes(*head2_, 2));
  head1_->boot();
  ASSERT_TRUE(soon([this] { return rows(*head1_) == "1,2"; }));
  EXPECT_EQ(head1_->says("ready", kPeerServes), "done");
  move(*head2_, *head1_);
  EXPECT_TRUE(takes(*head1_, 3));
  EXPECT_FALSE(takes(*head2_, 4));
}

TEST_F(ResourceMariadb, ACrashedOwnerAsksForWhatItLacksAndNotForItsOwnOldLog) {
  make_table();
  ASSERT_TRUE(takes(*head1_, 1));
  EXPECT_EQ(head1_->says("status"), "done");
  ASSERT_TRUE(soon([this] { return follows(*head2_, *head1_); }));
  head1_->crash();
  head2_->order("FLUSH BINARY LOGS");
  ASSERT_TRUE(soon([this] {
    std::vector<SqlRow> logs = head2_->log_in().rows("SHOW BINARY LOGS");
    head2_->order(fmt::format("PURGE BINARY LOGS TO '{}'", logs.back()["Log_name"]));
    return logs.size() == 1;
  }));
  ASSERT_EQ(head2_->says("start"), "done");
  ASSERT_TRUE(takes(*head2_, 2));
  head1_->boot();
  EXPECT_TRUE(soon([this] { return rows(*head1_) == "1,2"; })) << head1_->slave("Last_IO_Error");
}

TEST_F(ResourceMariadb, TakesWhatIsStillOnItsWay) {
  make_table();
  commit_alone();
  for (const char* sql : {"STOP SLAVE IO_THREAD", "SET GLOBAL read_binlog_speed_limit=100", "START SLAVE IO_THREAD"})
    head2_->order(sql);  // KB/s
  ASSERT_TRUE(soon([this] { return head2_->slave("Slave_IO_Running") == "Yes"; }));
  for (int n = 0; n < 20; ++n)
    head1_->order(fmt::format("INSERT INTO cell.jobs SELECT {}+seq FROM cell.seq_1_to_2000", n * 2000));
  EXPECT_EQ(head1_->says("stop"), "done");
  EXPECT_NE(head2_->value("SELECT COUNT(*) FROM cell.jobs"), "40000");
  EXPECT_EQ(head2_->says("start"), "done");
  EXPECT_EQ(head2_->value("SELECT COUNT(*) FROM cell.jobs"), "40000");
}

TEST_F(ResourceMariadb, AHandoverWaitsForTheLastRowOfTheOther) {
  make_table();
  part();
  ASSERT_TRUE(takes(*head1_, 1));
  ASSERT_EQ(head1_->says("stop"), "done") << "nobody reads what would be its last row";
  EXPECT_TRUE(soon([this] { return head1_->slave("Last_IO_Errno") == "1236"; })) << "head2 has less";
  head1_->signal(SIGSTOP);
  head2_->order("START SLAVE IO_THREAD");  // tries to connect
  EXPECT_EQ(head2_->says("start", kPeerStopped), "1 database_lag");
  head1_->signal(SIGCONT);
  EXPECT_EQ(head1_->says("start"), "1 diverged") << "it may have been open";
  ASSERT_EQ(head1_->says("start", {{"HACORE_PEER_TROUBLE", "database_lag"}}), "done");
  EXPECT_TRUE(soon([this] { return rows(*head2_) == "1"; })) << head2_->slave("Last_IO_Error");
  ASSERT_EQ(head1_->says("stop"), "done");
  EXPECT_EQ(head2_->says("start", kPeerStopped), "done");
}

TEST_F(ResourceMariadb, ALastRowOfLongAgoIsNone) {
  move(*head1_, *head2_);
  EXPECT_EQ(head2_->value("SELECT COUNT(*) FROM hacore.heartbeat"), "1") << "of its own";
  move(*head2_, *head1_);
  head2_->order("STOP SLAVE IO_THREAD");
  ASSERT_EQ(head1_->says("stop"), "done");
  head1_->signal(SIGSTOP);
  head2_->order("START SLAVE IO_THREAD");
  EXPECT_EQ(head2_->says("start", kPeerStopped), "1 database_lag") << "that one stopped before";
  head1_->signal(SIGCONT);
}

TEST_F(ResourceMariadb, NothingThatWasAcknowledgedIsLostWhileItMovesUnderLoad) {
  EXPECT_EQ(head1_->value("@@GLOBAL.rpl_semi_sync_master_enabled"), "1");
  move_under_load();
}

TEST_F(ResourceMariadb, NorIfCommitsWaitForNoReplica) {
  commit_alone();
  move_under_load();
}

TEST_F(ResourceMariadb, AnOldOwnerWithACommitThatNobodyHasIsOpenedByForceOnly) {
  make_table();
  part();
  ASSERT_TRUE(takes(*head1_, 1));
  head1_->crash();
  head2_->order("START SLAVE IO_THREAD");
  ASSERT_EQ(head2_->says("start"), "done");
  ASSERT_TRUE(takes(*head2_, 2));
  head1_->boot();
  EXPECT_TRUE(soon([this] { return head1_->says("ready", kPeerServes) == "1 diverged"; }));
  EXPECT_EQ(head1_->says("start"), "1 diverged");
  EXPECT_EQ(head1_->says("status"), "7 ");
  head2_->crash();
  EXPECT_EQ(head1_->says("start", kForced), "done");
  EXPECT_EQ(rows(*head1_), "1");
}

TEST_F(ResourceMariadb, SaysWhatIsWrongWithAReplica) {
  head2_->order("STOP SLAVE SQL_THREAD");
  EXPECT_EQ(head2_->says("ready"), "1 database_failed");
  head2_->order("START SLAVE");
  EXPECT_EQ(head2_->says("ready"), "done");
  head2_->order("STOP SLAVE IO_THREAD");
  EXPECT_EQ(head2_->says("ready"), "1 database_failed");
  EXPECT_EQ(head2_->says("start"), "1 database_failed");
  head2_->order("START SLAVE");
  head2_->order("SET GLOBAL gtid_strict_mode=0");
  EXPECT_EQ(head2_->says("ready"), "1 database_failed");
  head2_->order("SET GLOBAL gtid_strict_mode=1");
  head2_->order("SET GLOBAL read_only=0");
  EXPECT_EQ(head2_->says("ready"), "1 database_failed");
}

TEST_F(ResourceMariadb, AReplicationThatSaysItRunsAndStandsStillIsFoundByTheAgeOfTheRow) {
  head2_->order("STOP SLAVE");
  head2_->order("CHANGE MASTER TO master_delay=1000");
  head2_->order("START SLAVE");
  const auto late = [this] {
    EXPECT_EQ(head1_->says("status"), "done");
    return head2_->says("ready", kPeerServes) == "1 database_lag";
  };
  EXPECT_TRUE(soon(late));
  EXPECT_EQ(head2_->slave("Slave_IO_Running") + head2_->slave("Slave_SQL_Running"), "YesYes");
  const Ran ready = head2_->act("ready", kPeerServes);
  EXPECT_NE(ready.err.find("the newest row of head1 is"), std::string::npos) << ready.err;
  EXPECT_EQ(head2_->says("ready", kNobodyServes), "done") << "where nobody serves nobody writes it";
}

TEST_F(ResourceMariadb, ACopyThatWasKnownToBeBehindIsOpenedByForceOnly) {
  make_table();
  part();
  ASSERT_TRUE(takes(*head1_, 1));
  const auto later = std::chrono::steady_clock::now() + std::chrono::milliseconds{500};
  ASSERT_TRUE(soon([&] {
    EXPECT_EQ(head1_->says("status"), "done");
    EXPECT_EQ(head2_->says("ready", kPeerServes), "1 database_failed") << "its IO thread was stopped by hand";
    return std::chrono::steady_clock::now() > later;
  }));
  head1_->crash();
  head2_->order("START SLAVE IO_THREAD");
  ASSERT_TRUE(soon([this] { return head2_->slave("Slave_IO_Running") == "Connecting"; }));
  EXPECT_EQ(head2_->says("start", kNarrow), "1 database_lag");
  EXPECT_EQ(head2_->says("ready", kNobodyServes), "1 database_lag") << "still, and it follows again";
  EXPECT_EQ(head2_->says("start", kForced), "done");
  EXPECT_EQ(rows(*head2_), "") << "what was acknowledged is lost, as the operator wanted";
  EXPECT_EQ(head2_->says("stop"), "done");
  EXPECT_EQ(head2_->says("start", kNarrow), "done") << "it is the newest copy now";
}

TEST_F(ResourceMariadb, ACopyThatWasGoodWhenTheOwnerDiedStaysGood) {
  ASSERT_TRUE(soon([this] { return head2_->says("ready", kPeerServes) == "done"; }));
  head1_->crash();
  ASSERT_TRUE(soon([this] { return head2_->slave("Slave_IO_Running") == "Connecting"; }));
  const auto later = std::chrono::steady_clock::now() + std::chrono::milliseconds{500};
  EXPECT_TRUE(soon([&] {
    EXPECT_EQ(head2_->says("ready", kNobodyServes), "done");
    return std::chrono::steady_clock::now() > later;
  }));
  EXPECT_EQ(head2_->says("start", kNarrow), "done");
}

TEST_F(ResourceMariadb, AStopRollsBackWhatIsOpen) {
  make_table();
  make_admin();
  Server client = head1_->log_in("app");
  client.order("BEGIN");
  client.order("INSERT INTO cell.jobs VALUES (1)");
  Server locks = head1_->log_in("admin");
  locks.order("FLUSH TABLES WITH READ LOCK");
  EXPECT_EQ(head1_->says("stop"), "done");
  EXPECT_THROW(client.order("COMMIT"), SqlFailure);
  EXPECT_EQ(head2_->says("start"), "done");
  EXPECT_EQ(rows(*head1_) + rows(*head2_), "");
}

TEST_F(ResourceMariadb, AStopIsNoneWhileSomebodyWritesAlthoughItIsReadOnly) {
  make_table();
  make_admin();
  std::atomic<bool> over = false;
  std::thread writer{[&] {
    for (int n = 1; !over; ++n) try {
        head1_->log_in("admin").order(fmt::format("INSERT INTO cell.jobs VALUES ({})", n));
      } catch (const Failure&) {}  // it was sent away, and comes again
  }};
  const auto stop = head1_->says("stop", {{"HACORE_TIME_LEFT", "1"}});
  over = true;
  writer.join();
  EXPECT_EQ(stop, "1 stop_hung");
  EXPECT_EQ(head1_->says("stop"), "done");
  EXPECT_EQ(head2_->says("start"), "done");
  EXPECT_EQ(rows(*head1_), rows(*head2_));
}

TEST_F(ResourceMariadb, AServerThatStandsStillIsNoSuccessUntilItIsKilled) {
  head1_->signal(SIGSTOP);
  const Ran status = head1_->act("status");
  EXPECT_EQ(status.exit, 1);
  EXPECT_LT(status.took, std::chrono::seconds{4});
  EXPECT_EQ(head1_->says("stop"), "1 stop_hung");
  EXPECT_EQ(head1_->says("kill"), "done");
  EXPECT_EQ(head1_->says("status"), "7 ");
  EXPECT_EQ(head1_->says("kill"), "done") << "again";
  head1_->crash();
  head1_->boot({"--read-only=0"});
  EXPECT_EQ(head1_->says("kill"), "done");
}

TEST_F(ResourceMariadb, WhereThereIsNoServerNobodyWrites) {
  head1_->crash();
  EXPECT_EQ(head1_->says("status"), "7 ");
  EXPECT_EQ(head1_->says("stop"), "done");
  EXPECT_EQ(head1_->says("kill"), "done");
  EXPECT_EQ(head1_->says("ready"), "1 database_failed");
  EXPECT_EQ(head1_->says("start"), "1 database_failed");
}

TEST_F(ResourceMariadb, AServerThatHasLeftItsSocketMayStillWrite) {
  std::filesystem::remove(head1_->socket());
  EXPECT_EQ(head1_->says("status"), "1 database_failed");
  EXPECT_EQ(head1_->says("stop"), "1 stop_hung");
  EXPECT_EQ(head1_->says("kill"), "done");
  EXPECT_EQ(head1_->says("stop"), "done");
}

TEST_F(ResourceMariadb, AReplicaThatIsSilentIsNoFailureOfTheOwner) {
  ASSERT_EQ(head1_->value("@@GLOBAL.rpl_semi_sync_master_enabled"), "1") << "its commits wait for the replica";
  head2_->signal(SIGSTOP);
  EXPECT_EQ(head1_->says("status"), "done");
  EXPECT_EQ(head1_->says("status"), "done") << "again";
  EXPECT_EQ(head1_->says("stop"), "done");
  head2_->signal(SIGCONT);
}

TEST(ResourceMariadbKill, IsForServersOnly) {
  const Folder folder;
  const FileDescriptor listens{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder / "socket";
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listens.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listens.get(), 4), 0);
  const Ran kill = testing::run("resource-mariadb", "kill", {{"HACORE_SOCKET", path}});
  EXPECT_EQ(kill.exit, 1);
  EXPECT_NE(kill.err.find("is no MariaDB server"), std::string::npos) << kill.err;
}

}  // namespace
}  // namespace hacored::agents
