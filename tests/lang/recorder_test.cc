// Every event is numbered and hashed; who sees or keeps it is a matter of interest.
#include "lang/recorder.h"

#include <gtest/gtest.h>

#include <functional>

namespace hasim {
namespace {

using namespace std::chrono_literals;

class Watching : public Observer {
 public:
  bool on_event(const Event& event) override {
    seen.push_back(event);
    return stops;
  }
  std::vector<Event> seen;
  bool stops = false;
};

Event up(ThingId who, Duration t) {
  Event event;
  event.kind = EventKind::up;
  event.who = who;
  event.x = 1;
  event.t = t;
  return event;
}

TEST(Recorder, NumbersEventsFromOneInEachRun) {
  Recorder recorder;
  Watching nobody;
  for (int run = 0; run < 2; ++run) {
    recorder.reset(Recording::none);
    for (std::uint32_t id = 1; id <= 3; ++id) {
      Event event = up(1, 1s);
      recorder.add(event, nobody);
      EXPECT_EQ(event.id, id);
    }
    EXPECT_EQ(recorder.count(), 3U);
  }
}

TEST(Recorder, TheHashDoesNotDependOnWhatIsRecordedOrWatched) {
  std::vector<std::uint64_t> hashes;
  for (const Recording recording : {Recording::none, Recording::decisions, Recording::everything}) {
    Recorder recorder;
    Watching watching;
    Interest all;
    all.wants.fill(recording != Recording::decisions);
    recorder.interest(all);
    recorder.reset(recording);
    for (int i = 0; i < 10; ++i) {
      Event event = up(1, Duration{i});
      recorder.add(event, watching);
    }
    hashes.push_back(recorder.hash());
  }
  EXPECT_EQ(hashes[0], hashes[1]);
  EXPECT_EQ(hashes[0], hashes[2]);
}

std::uint64_t hash_after(const std::function<void(Event&)>& change) {
  Recorder recorder;
  Watching nobody;
  recorder.reset(Recording::none);
  Event event = up(1, 1s);
  change(event);
  recorder.add(event, nobody);
  return recorder.hash();
}

TEST(Recorder, EveryFieldOfAnEventChangesTheHash) {
  const std::vector<std::function<void(Event&)>> changes{
      [](Event&) {},
      [](Event& e) { e.t += 1ns; },
      [](Event& e) { e.value = 1; },
      [](Event& e) { e.since = 1; },
      [](Event& e) { e.because[0] = 1; },
      [](Event& e) { e.because[1] = 1; },
      [](Event& e) { e.who = 2; },
      [](Event& e) { e.with = 2; },
      [](Event& e) { e.line = 1; },
      [](Event& e) { e.kind = EventKind::hung; },
      [](Event& e) { e.x = 0; },
      [](Event& e) { e.y = 1; },
      [](Event& e) { e.cause = ha::Cause::boot; },
      [](Event& e) { e.reason = ha::Reason::tie; },
  };
  std::vector<std::uint64_t> hashes;
  for (const auto& change : changes) hashes.push_back(hash_after(change));
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(hashes[i], hashes[j]) << i << " and " << j;
  }
}

TEST(Recorder, TheOrderOfEventsChangesTheHash) {
  std::array<std::uint64_t, 2> hashes{};
  for (std::size_t turn = 0; turn < 2; ++turn) {
    Recorder recorder;
    Watching nobody;
    recorder.reset(Recording::none);
    for (std::size_t i = 0; i < 2; ++i) {
      Event event = up(static_cast<ThingId>(i ^ turn), 1s);
      recorder.add(event, nobody);
    }
    hashes[turn] = recorder.hash();
  }
  EXPECT_NE(hashes[0], hashes[1]);
}

TEST(Recorder, DecisionsAreKeptWithoutTraffic) {
  Recorder recorder;
  Watching nobody;
  recorder.reset(Recording::decisions);
  for (const EventKind kind :
       {EventKind::up, EventKind::frame_sent, EventKind::step, EventKind::right, EventKind::role}) {
    Event event = up(1, 1s);
    event.kind = kind;
    recorder.add(event, nobody);
  }
  ASSERT_EQ(recorder.recorded().size(), 2U);
  EXPECT_EQ(recorder.recorded()[1].kind, EventKind::role);
  EXPECT_EQ(recorder.recorded()[1].id, 5U);
  EXPECT_TRUE(recorder.seen(EventKind::role));
  EXPECT_FALSE(recorder.seen(EventKind::step));
}

TEST(Recorder, OnlyWantedKindsAreShownAndTheObserverMayStopTheWorld) {
  Recorder recorder;
  Watching watching;
  Interest interest;
  interest.want(EventKind::up);
  recorder.interest(interest);
  recorder.reset(Recording::none);
  Event other = up(1, 1s);
  other.kind = EventKind::hung;
  EXPECT_FALSE(recorder.add(other, watching));
  watching.stops = true;
  Event event = up(1, 1s);
  EXPECT_TRUE(recorder.add(event, watching));
  ASSERT_EQ(watching.seen.size(), 1U);
  EXPECT_EQ(watching.seen[0].id, 2U);
}

}  // namespace
}  // namespace hasim
