// The words after -o.
#include "netns/nfsfuse/options.h"

#include <gtest/gtest.h>

namespace hasim::nfsfuse {
namespace {

using std::chrono::seconds;

TEST(Options, WhatIsMountedIsAHostAndAPath) {
  const Options options = read_options("10.1.0.21:/home", "/mnt", "");
  EXPECT_EQ(options.host, "10.1.0.21");
  EXPECT_EQ(options.path, "/home");
  for (const char* wrong : {"/dev/sda1", ":/home", "nas", "nas:home"})
    EXPECT_THROW(read_options(wrong, "/mnt", ""), BadOption) << wrong;
}

TEST(Options, AHardMountWaitsForEver) {
  EXPECT_EQ(read_options("nas:/home", "/mnt", "timeo=10").patience().soft, Clock::duration{0});
  EXPECT_EQ(read_options("nas:/home", "/mnt", "timeo=10").patience().silence, seconds{1});
}

TEST(Options, ASoftMountGivesUpAfterItsRetransmissions) {
  EXPECT_EQ(read_options("nas:/home", "/mnt", "soft,timeo=10,retrans=2").patience().soft, seconds{3});
  EXPECT_EQ(read_options("nas:/home", "/mnt", "soft,timeo=10,retrans=0").patience().soft, seconds{1});
}

TEST(Options, WordsOfMountNfsThatSayWhatIsSoAnyhowAreTaken) {
  const Options options =
      read_options("nas:/home", "/mnt", "ro,vers=3,proto=tcp,nolock,port=2050,mountport=20050,retry=0");
  EXPECT_TRUE(options.read_only);
  EXPECT_EQ(options.port, 2050);
  EXPECT_EQ(options.mount_port, 20050);
  EXPECT_EQ(options.retry, Clock::duration{0});
}

TEST(Options, WhatCannotBeHadIsRefused) {
  for (const char* wrong :
       {"vers=4", "proto=udp", "lock", "port=0", "port=65536", "timeo=", "timeo=x", "retrans=-1", "fast"})
    EXPECT_THROW(read_options("nas:/home", "/mnt", wrong), BadOption) << wrong;
}

}  // namespace
}  // namespace hasim::nfsfuse
