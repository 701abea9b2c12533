// Every kind of event has a sentence of its own.
#include "report/describe.h"

#include "report/style.h"
#include "tests/report/golden.h"
#include "tests/report/story.h"

namespace hasim {
namespace {

Event of_kind(EventKind kind) {
  Event event;
  event.kind = kind;
  event.t = Time{1'000'000'000};
  event.who = story::kHead1;
  event.with = story::kHead2;
  event.x = event.y = 1;
  event.value = 17;
  event.since = 2'000'000'000;
  event.line = 5;
  event.cause = ha::Cause::peer_lost;
  event.reason = ha::Reason::tie;
  return event;
}

TEST(Describe, SaysASentenceForEveryKind) {
  const auto world = story::world();
  std::string text;
  for (int kind = 0; kind < kEventKinds; ++kind) {
    const Event event = of_kind(static_cast<EventKind>(kind));
    const Told told = tell(event, *world);
    EXPECT_FALSE(told.who.empty()) << to_string(event.kind);
    text += pad(std::string(to_string(event.kind)), 16) + pad(told.who, 9) + told.what + "\n";
  }
  expect_golden("events", text);
}

TEST(Describe, SaysTheOppositeWhenSomethingEnds) {
  const auto world = story::world();
  for (const EventKind kind :
       {EventKind::power, EventKind::up, EventKind::hung, EventKind::mounted, EventKind::may_write, EventKind::served,
        EventKind::hold, EventKind::condition, EventKind::address_up, EventKind::lease_held, EventKind::leaving}) {
    const Event begins = of_kind(kind);
    Event ends = begins;
    ends.x = 0;
    if (kind == EventKind::lease_held) ends.with = kNoThing;
    EXPECT_NE(tell(begins, *world).what, tell(ends, *world).what) << to_string(kind);
  }
}

TEST(Describe, CallsALieALie) {
  Event reading = of_kind(EventKind::bmc_reading);
  reading.x = 0;
  reading.value = 1;
  EXPECT_EQ(tell(reading, *story::world()).what, "of head1 reads off to head2; FALSE, it is on");
  EXPECT_EQ(detail_of(reading), 0) << "a lie is always shown";
}

TEST(Describe, SurvivesEventsWithoutThings) {
  for (int kind = 0; kind < kEventKinds; ++kind) {
    Event event = of_kind(static_cast<EventKind>(kind));
    event.who = event.with = kNoThing;
    event.x = event.y = 0;
    tell(event, *story::world());
  }
}

}  // namespace
}  // namespace hasim
