// What counts as a drill of the watchdog, and what is remembered of drills.
#include "daemon/drills.h"

#include <gtest/gtest.h>

#include "daemon/kept_file.h"
#include "tests/daemon/folder.h"

namespace hacored {
namespace {

using std::chrono::seconds;

const Drills::When kThen{seconds{1'700'000'000}};
const WatchdogKind kWatchdog{"/dev/watchdog0", seconds{5}, 7};
const Boot kThisBoot{0xf000000000000001, kThen - seconds{500}};
const Boot kNextBoot{0xf000000000000003, kThen + seconds{60}};

class DrillsTest : public testing::Test {
 protected:
  Drills of(const Boot& boot, const WatchdogKind& watchdog = kWatchdog) const {
    return Drills{folder_ / "drills", watchdog, boot};
  }
  void keep(const Drills& drills) const { ASSERT_TRUE(replace_file(folder_ / "drills", drills.text())); }
  void begin() const {
    Drills drills = of(kThisBoot);
    drills.watchdog_begins(kThen);
    keep(drills);
  }

  Folder folder_;
};

TEST_F(DrillsTest, AWatchdogIsTestedWhenTheNextThingSaidComesFromAnotherBoot) {
  EXPECT_FALSE(of(kThisBoot).drilled().watchdog);
  begin();
  EXPECT_EQ(of(kNextBoot).drilled().watchdog, kThen);
  keep(of(kNextBoot));
  EXPECT_EQ(of({5, kThen + std::chrono::hours{900}}).drilled().watchdog, kThen) << "it stays tested";
}

TEST_F(DrillsTest, AnotherStartInTheSameBootProvesNothing) {
  begin();
  EXPECT_FALSE(of(kThisBoot).drilled().watchdog);
  keep(of(kThisBoot));
  EXPECT_FALSE(of(kNextBoot).drilled().watchdog) << "that drill is over";
}

TEST_F(DrillsTest, ABootThatCameMuchLaterProvesNothing) {
  begin();
  EXPECT_FALSE(of({3, kThen + seconds{5} + Drills::kFirmwareMax + seconds{1}}).drilled().watchdog);
  EXPECT_FALSE(of({3, kThen - seconds{1}}).drilled().watchdog);
  EXPECT_TRUE(of({3, kThen + seconds{5} + Drills::kFirmwareMax}).drilled().watchdog);
}

TEST_F(DrillsTest, AHeadThatLivedOnIsAFailureUntilABetterDrill) {
  begin();
  Drills drills = of(kThisBoot);
  drills.watchdog_fails(kThen + seconds{6});
  keep(drills);
  EXPECT_FALSE(of(kNextBoot).drilled().watchdog);
  EXPECT_EQ(of(kNextBoot).drilled().watchdog_failed, kThen + seconds{6});
  begin();
  EXPECT_EQ(of(kNextBoot).drilled().watchdog, kThen);
  EXPECT_FALSE(of(kNextBoot).drilled().watchdog_failed);
}

TEST_F(DrillsTest, AnotherWatchdogIsNotTested) {
  begin();
  EXPECT_FALSE(of(kNextBoot, {"/dev/watchdog1", seconds{5}, 7}).drilled().watchdog);
  EXPECT_FALSE(of(kNextBoot, {"/dev/watchdog0", seconds{6}, 7}).drilled().watchdog);
  EXPECT_FALSE(of(kNextBoot, {"/dev/watchdog0", seconds{5}, 8}).drilled().watchdog) << "the disk was moved";
  EXPECT_FALSE(of(kNextBoot, {"", seconds{5}, 7}).drilled().watchdog);
}

TEST_F(DrillsTest, ThePeersIsRememberedBesideIt) {
  Drills drills = of(kThisBoot);
  drills.fence_done(kThen);
  keep(drills);
  EXPECT_EQ(of(kNextBoot, {"", seconds{5}, 7}).drilled().fence, kThen);
}

TEST_F(DrillsTest, AFileThatCannotBeReadSaysNothing) {
  for (const std::string text :
       {"", "[]", "{\"begun_unix\":\"x\"}", "{\"device\":5,\"after_ns\":{},\"begun_unix\":1}"}) {
    folder_.file("drills", text);
    EXPECT_FALSE(of(kNextBoot).drilled().watchdog) << text;
  }
}

}  // namespace
}  // namespace hacored
