// Letters of the heads, followed through events.
#include "report/lanes.h"

#include <gtest/gtest.h>

#include "tests/report/story.h"

namespace hasim {
namespace {

class LanesTest : public testing::Test {
 protected:
  void follow(EventKind kind, ThingId who, std::uint8_t x = 1) {
    Event event;
    event.kind = kind;
    event.who = who;
    event.x = x;
    lanes.follow(event);
  }
  void role(ThingId who, ha::Role to, std::uint64_t epoch = 7) {
    Event event;
    event.kind = EventKind::role;
    event.who = who;
    event.y = static_cast<std::uint8_t>(to);
    event.value = epoch * 2;
    lanes.follow(event);
  }

  std::shared_ptr<WorldSpec> world = story::world();
  Lanes lanes{*world};
};

TEST_F(LanesTest, AHeadIsOffThenBootsThenTakesARole) {
  EXPECT_EQ(lanes.state_of(0), "-");
  follow(EventKind::power, story::kHead1);
  EXPECT_EQ(lanes.state_of(0), "b");
  follow(EventKind::up, story::kHead1);
  EXPECT_EQ(lanes.state_of(0), "b") << "it still listens";
  role(story::kHead1, ha::Role::passive);
  EXPECT_EQ(lanes.state_of(0), "p");
  role(story::kHead1, ha::Role::starting);
  EXPECT_EQ(lanes.state_of(0), "S");
  role(story::kHead1, ha::Role::owner);
  EXPECT_EQ(lanes.state_of(0), "A7");
  follow(EventKind::power, story::kHead1, 0);
  EXPECT_EQ(lanes.state_of(0), "-");
}

TEST_F(LanesTest, AHungHeadIsStillActive) {
  role(story::kHead1, ha::Role::owner);
  follow(EventKind::hung, story::kHead1);
  EXPECT_EQ(lanes.state_of(0), "A7~");
  follow(EventKind::hung, story::kHead1, 0);
  EXPECT_EQ(lanes.state_of(0), "A7");
}

TEST_F(LanesTest, AResetEndsTheHangAndTheRole) {
  role(story::kHead1, ha::Role::owner);
  follow(EventKind::hung, story::kHead1);
  follow(EventKind::resets, story::kHead1);
  EXPECT_EQ(lanes.state_of(0), "b");
}

TEST_F(LanesTest, TwoActiveHeadsOfACellAreAnAlarm) {
  role(story::kHead1, ha::Role::owner);
  EXPECT_FALSE(lanes.two_active());
  role(story::kHead2, ha::Role::owner);
  EXPECT_TRUE(lanes.two_active());
}

}  // namespace
}  // namespace hasim
