// The store on an NFS server, with a real one that is killed, hangs and comes back.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "daemon/store/nfs_files.h"
#include "daemon/store/probe.h"
#include "daemon/store_client.h"
#include "tests/daemon/nas.h"
#include "tests/daemon/processes.h"
#include "tests/daemon/store_fixture.h"

namespace hacored {
namespace {

using ha::Outcome;
using ha::RequestId;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr milliseconds kTimeout{300};
constexpr std::chrono::seconds kPatience{10};

struct StoreNfsTest : testing::Test {
  std::unique_ptr<Nas> nas;
  std::unique_ptr<FileStore> mine;

  static std::unique_ptr<StoreFiles> files(int side) {
    return std::make_unique<NfsFiles>("127.0.0.1", Nas::kExport, side, kTimeout);
  }
  static FileStore store(int side) { return {files(side), kTestStore, side}; }

  void SetUp() override {
    if (const std::string missing = Nas::missing(); !missing.empty()) GTEST_SKIP() << missing;
    nas = std::make_unique<Nas>();
    if (!nas->works()) GTEST_SKIP() << "this kernel gives no namespaces of network and mounts";
    mine = std::make_unique<FileStore>(store(0));
    ASSERT_TRUE(serves([this] { return mine->init(); })) << mine->why();
  }

  /// A server that was started takes some time until it serves.
  static bool serves(const std::function<bool()>& works) {
    for (const auto until = Steady::now() + kPatience; Steady::now() < until; std::this_thread::yield()) {
      if (works()) return true;
    }
    return false;
  }
};

TEST_F(StoreNfsTest, LeasesAndClaimsStandThere) {
  FileStore theirs = store(1);
  EXPECT_EQ(theirs.perform(to_claim(1, claim_by(1))).view.claim, claim_by(1));
  EXPECT_EQ(mine->perform(to_claim(1, claim_by(0))).view.claim, claim_by(1));
  const auto renewed = mine->perform(to_renew(5));
  EXPECT_EQ(renewed.outcome, Outcome::done) << mine->why();
  EXPECT_EQ(renewed.view.term, ha::Term{1});
  EXPECT_EQ(theirs.perform(to_read()).view.lease[0], lease(5));
  EXPECT_EQ(store(1).perform(to_read()).view, renewed.view);
}

TEST_F(StoreNfsTest, OfTwoProcessesExactlyOneWins) {
  const ProbeFigures figures = probe(files, 300);
  EXPECT_EQ(figures.trouble, "");
  EXPECT_EQ(figures.races, 300);
  EXPECT_EQ(figures.one_winner, 300);
  RecordProperty("claim_ms_p50", std::to_string(quantile(figures.create_ms, 0.5)));
  RecordProperty("renewal_ms_p50", std::to_string(quantile(figures.renew_ms, 0.5)));
}

TEST_F(StoreNfsTest, AHangingServerIsUnknownInTimeAndWorksAgainAfterwards) {
  nas->hang();
  const auto from = Steady::now();
  EXPECT_EQ(mine->perform(to_renew(1)).outcome, Outcome::unknown);
  const auto took = Steady::now() - from;
  EXPECT_GE(took, kTimeout);
  EXPECT_LT(took, kTimeout + milliseconds{200});
  nas->go_on();
  EXPECT_TRUE(serves([this] { return mine->perform(to_renew(2)).view.lease[0] == lease(2); })) << mine->why();
}

TEST_F(StoreNfsTest, AServerThatRefusesAClaimIsAskedAgain) {
  ASSERT_EQ(mount("nas", Nas::kExport, nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  EXPECT_EQ(mine->perform(to_claim(1, claim_by(0))).outcome, Outcome::unknown);
  EXPECT_EQ(mine->perform(to_renew(1)).outcome, Outcome::refused) << mine->why();
  EXPECT_EQ(mine->perform(to_read()).outcome, Outcome::done) << mine->why();
  ASSERT_EQ(mount("nas", Nas::kExport, nullptr, MS_REMOUNT, nullptr), 0);
  EXPECT_EQ(mine->perform(to_claim(1, claim_by(0))).view.claim, claim_by(0));
}

TEST_F(StoreNfsTest, ADirectoryThatIsNotThereIsNoStore) {
  FileStore nowhere{std::make_unique<NfsFiles>("127.0.0.1", "/run/nas/nowhere", 0, kTimeout), kTestStore, 0};
  EXPECT_FALSE(nowhere.init());
  EXPECT_NE(nowhere.why().find("refuses to mount /run/nas/nowhere"), std::string::npos) << nowhere.why();
}

TEST_F(StoreNfsTest, TheDaemonGoesOnWithoutARestartWhenTheServerIsBack) {
  boost::asio::io_context io;
  Processes processes;
  std::vector<ha::StoreAnswer> answers;
  const auto start = [&processes] {
    return processes.start({built("hacore-store"), "--cell", "test", "--head", "0", "--timeout", "250",
                            std::string{"nfs://127.0.0.1"} + Nas::kExport});
  };
  StoreClient client{io, start, kTimeout, [&](const ha::StoreAnswer& answer) { answers.push_back(answer); }};
  const auto renew = [&](std::uint64_t seq) {
    const std::size_t before = answers.size();
    client.renew({RequestId{seq}, lease(seq)});
    while (answers.size() == before) {
      io.restart();
      io.run_one_for(kPatience);
    }
    return answers.back();
  };
  EXPECT_EQ(renew(1).view.lease[0], lease(1));
  nas->stop();
  const auto from = Steady::now();
  EXPECT_EQ(renew(2).outcome, Outcome::unknown);
  EXPECT_LT(Steady::now() - from, 2 * kTimeout);
  nas->start();
  std::uint64_t seq = 3;
  EXPECT_TRUE(serves([&] { return renew(seq++).outcome == Outcome::done; }));
  EXPECT_EQ(answers.back().view.lease[0], lease(seq - 1));
  EXPECT_EQ(processes.started(), 1U);
}

}  // namespace
}  // namespace hacored
