// The watchdog device, as far as one that is none shows it. Firing: tests/daemon/two_heads_test.py.
#include "daemon/watchdog.h"

#include <gtest/gtest.h>

namespace hacored {
namespace {

TEST(Watchdog, SaysWhyItCannotBeArmed) {
  EXPECT_EQ(Watchdog("", std::chrono::seconds{5}).arm(), "there is none");
  EXPECT_EQ(Watchdog("/not/there", std::chrono::seconds{5}).arm(), "/not/there: No such file or directory");
  Watchdog other{"/dev/null", std::chrono::milliseconds{4500}};
  EXPECT_EQ(other.arm(), "/dev/null: it does not take 5 s: Inappropriate ioctl for device");
  EXPECT_FALSE(other.armed());
}

}  // namespace
}  // namespace hacored
