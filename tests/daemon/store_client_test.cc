// The daemon's side of the store, with real processes.
#include "daemon/store_client.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/daemon/processes.h"
#include "tests/daemon/store_fixture.h"

namespace hacored {
namespace {

using ha::Outcome;
using ha::RequestId;
using std::chrono::milliseconds;

constexpr milliseconds kShort{60};
constexpr std::chrono::seconds kLong{5};

struct StoreClientTest : testing::Test {
  Folder folder;
  boost::asio::io_context io;
  Processes processes;
  std::vector<ha::StoreAnswer> answers;
  std::function<int()> start = [this] {
    return processes.start({built("hacore-store"), "--cell", "test", "--head", "0", "dir:" + folder.path()});
  };

  void SetUp() override { ASSERT_TRUE(store_in(folder, 0).init()); }

  StoreClient client(ha::Duration timeout) {
    return {io, [this] { return start(); }, timeout, [this](const ha::StoreAnswer& a) { answers.push_back(a); }};
  }
  /// Runs until there are so many answers.
  void run_until(std::size_t count) {
    const auto until = std::chrono::steady_clock::now() + kLong;
    while (answers.size() < count && std::chrono::steady_clock::now() < until) {
      io.restart();
      io.run_one_for(kLong);
    }
    ASSERT_EQ(answers.size(), count);
  }
};

TEST_F(StoreClientTest, RequestsAreAnsweredInOrder) {
  StoreClient store = client(kLong);
  store.read(RequestId{1});
  store.renew({RequestId{2}, lease(5)});
  store.claim({RequestId{3}, ha::Term{1}, claim_by(0)});
  EXPECT_TRUE(answers.empty());  // nothing comes from within a request
  run_until(3);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(answers[i].id, RequestId{i + 1});
    EXPECT_EQ(answers[i].outcome, Outcome::done);
  }
  EXPECT_EQ(answers[1].view.lease[0], lease(5));
  EXPECT_EQ(answers[2].view.claim, claim_by(0));
  EXPECT_EQ(processes.started(), 1U);
}

TEST_F(StoreClientTest, AHangingStoreIsUnknownInTimeAndReplaced) {
  const auto good = start;
  start = [this] { return processes.start([] { pause(); }); };
  StoreClient store = client(kShort);
  const auto from = std::chrono::steady_clock::now();
  store.renew({RequestId{1}, lease(1)});
  store.read(RequestId{2});
  run_until(2);
  const auto took = std::chrono::steady_clock::now() - from;
  EXPECT_GE(took, kShort);
  EXPECT_LT(took, 10 * kShort);
  EXPECT_EQ(answers[0].id, RequestId{1});
  EXPECT_EQ(answers[0].outcome, Outcome::unknown);
  EXPECT_EQ(answers[1].outcome, Outcome::unknown);

  start = good;
  store.read(RequestId{3});
  run_until(3);
  EXPECT_EQ(answers[2].id, RequestId{3});
  EXPECT_EQ(answers[2].outcome, Outcome::done);
}

TEST_F(StoreClientTest, AProcessThatIsGivenUpEndsInTheMiddleOfARequest) {
  // A FIFO under the name of a lease: who opens it waits for a writer that never comes.
  std::filesystem::remove(folder / "lease.0");
  ASSERT_EQ(mkfifo((folder / "lease.0").c_str(), 0600), 0);
  StoreClient store = client(kShort);
  store.read(RequestId{1});
  run_until(1);
  EXPECT_EQ(answers[0].outcome, Outcome::unknown);
  EXPECT_EQ(processes.ended(), 0);
}

TEST_F(StoreClientTest, AStoreThatEndsIsUnknownAtOnceAndNotStartedInALoop) {
  start = [this] { return processes.start({"/bin/false"}); };
  StoreClient store = client(kLong);
  store.read(RequestId{1});
  run_until(1);
  store.read(RequestId{2});
  EXPECT_EQ(answers.size(), 1U);
  run_until(2);
  EXPECT_EQ(answers[1].outcome, Outcome::unknown);
  EXPECT_EQ(processes.started(), 1U);
}

TEST_F(StoreClientTest, AStoreThatCannotBeStartedIsUnknown) {
  start = [] { return -1; };
  StoreClient store = client(kLong);
  store.read(RequestId{1});
  run_until(1);
  EXPECT_EQ(answers[0].outcome, Outcome::unknown);
}

TEST_F(StoreClientTest, AnAnswerToAnotherQuestionIsNotBelieved) {
  start = [this] {
    return processes.start([] {
      StoreBlock block;
      (void)!read(STDIN_FILENO, block.data(), block.size());
      block = encode(ha::StoreAnswer{RequestId{99}, Outcome::done, {}});
      (void)!write(STDOUT_FILENO, block.data(), block.size());
      pause();
    });
  };
  StoreClient store = client(kLong);
  store.read(RequestId{1});
  run_until(1);
  EXPECT_EQ(answers[0].id, RequestId{1});
  EXPECT_EQ(answers[0].outcome, Outcome::unknown);
}

TEST_F(StoreClientTest, WhatIsNoRequestEndsTheProcess) {
  const int socket = start();
  ASSERT_EQ(send(socket, "rubbish", 7, MSG_NOSIGNAL), 7);
  EXPECT_EQ(WEXITSTATUS(processes.ended()), 1);
  close(socket);
}

}  // namespace
}  // namespace hacored
