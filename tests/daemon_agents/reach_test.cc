// Storage asked from afar: what counts as an NFS server, and servers of the test's own that answer, refuse or hang.
#include "daemon/agents/reach.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "daemon/file_descriptor.h"
#include "tests/daemon_agents/agent_run.h"

namespace hacored::agents {
namespace {

using testing::Ran;
using testing::Running;

TEST(NfsServer, IsWhatStandsBeforeTheExport) {
  EXPECT_EQ(nfs_server("nas:/export", "", ""), (NfsServer{"nas", "2049"}));
  EXPECT_EQ(nfs_server("10.1.0.9:/", "nfs4", "vers=4.2,hard"), (NfsServer{"10.1.0.9", "2049"}));
  EXPECT_EQ(nfs_server("[fd00::9]:/export", "nfs", "hard,port=20490"), (NfsServer{"fd00::9", "20490"}));
  EXPECT_EQ(nfs_server("nas:/export", "", "port=0"), (NfsServer{"nas", "2049"})) << "as nfs(5) reads it";
}

TEST(NfsServer, IsNothingThatSpeaksOtherwise) {
  EXPECT_EQ(nfs_server("/dev/sdb", "", ""), std::nullopt);
  EXPECT_EQ(nfs_server("gluster:/volume", "glusterfs", ""), std::nullopt);
  EXPECT_EQ(nfs_server("mon1,mon2:/", "", ""), std::nullopt);
  EXPECT_EQ(nfs_server("nas:/export", "nfs", "proto=udp"), std::nullopt);
  EXPECT_EQ(nfs_server("nas:/export", "nfs", "rdma,port=20049"), std::nullopt);
  EXPECT_EQ(nfs_server("tmpfs", "tmpfs", ""), std::nullopt);
}

class ReachTest : public ::testing::Test {
 protected:
  ReachTest() {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(server_.get(), reinterpret_cast<const sockaddr*>(&at), size), 0);
    EXPECT_EQ(::getsockname(server_.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
    asked_["HACORE_OPTIONS"] = "port=" + std::to_string(ntohs(at.sin_port));
  }

  FileDescriptor server_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::map<std::string, std::string> asked_{{"HACORE_DEVICE", "127.0.0.1:/export"}};
};

TEST_F(ReachTest, AServerThatAnswersIsReached) {
  ASSERT_EQ(::listen(server_.get(), 1), 0);
  Running reach{"resource-mount", {"reach"}, asked_};
  const FileDescriptor client{::accept(server_.get(), nullptr, nullptr)};
  std::array<std::uint32_t, 11> call{};
  ASSERT_EQ(::recv(client.get(), call.data(), sizeof call, MSG_WAITALL), ssize_t{sizeof call});
  EXPECT_EQ(ntohl(call[0]), 0x80000000 | 40) << "one record, the last";
  EXPECT_EQ(ntohl(call[4]), 100003U) << "NFS";
  EXPECT_EQ(ntohl(call[6]), 0U) << "the procedure that does nothing";
  const std::array<std::uint32_t, 7> answer{htonl(0x80000000 | 24), call[1], htonl(1), 0, 0, 0, 0};
  ASSERT_EQ(::send(client.get(), answer.data(), sizeof answer, 0), ssize_t{sizeof answer});
  const Ran ran = reach.wait();
  EXPECT_EQ(ran.exit, 0) << ran.err;
}

TEST_F(ReachTest, AServerThatIsNotThereIsLost) {
  const Ran ran = testing::run("resource-mount", "reach", asked_);
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "reason=storage_lost\n") << ran.err;
}

TEST_F(ReachTest, AServerForWhichOnlyTheKernelAnswersHangs) {
  ASSERT_EQ(::listen(server_.get(), 1), 0);
  const Ran ran = testing::run("resource-mount", "reach", asked_);
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "reason=storage_hung\n") << ran.err;
}

TEST_F(ReachTest, AServerWhoseMachineTakesNoConnectionIsLost) {
  ASSERT_EQ(::listen(server_.get(), 0), 0);
  sockaddr_in at{};
  socklen_t size = sizeof at;
  ASSERT_EQ(::getsockname(server_.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
  std::array<FileDescriptor, 4> full;  // it has room for one that nobody accepts
  for (FileDescriptor& one : full) {
    one = FileDescriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    (void)::connect(one.get(), reinterpret_cast<const sockaddr*>(&at), size);
  }
  const Ran ran = testing::run("resource-mount", "reach", asked_);
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "reason=storage_lost\n") << ran.err;
}

TEST_F(ReachTest, WhatCannotBeAskedIsNoTrouble) {
  EXPECT_EQ(testing::run("resource-mount", "reach", {{"HACORE_DEVICE", "mon1,mon2:/"}}).exit, 0);
  EXPECT_EQ(testing::run("resource-mount", "reach", {{"HACORE_DEVICE", "/mnt/image-inside-another-mount"}}).exit, 0);
}

}  // namespace
}  // namespace hacored::agents
