// The course of a run: marks, waiting, choices, healing, steps, and when it is over.
#include "lang/run.h"

#include <set>

#include "tests/lang/fake_world.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;
using test::Stage;
using Texts = std::vector<std::string>;

TEST(Run, StimuliCountFromTheMarkAndClaimsDoNotMoveIt) {
  Stage stage(
      "  start\n"
      "  +60s        fault   head1 hangs\n"
      "  +0s..+30s   always  head2 passive\n"
      "  +10s        do      makeactive on head2\n"
      "  @90s        note    \"x\"\n"
      "  +5s         do      cancel on head2\n"
      "  +5s         note    \"end\"\n");
  const RunResult& result = stage.run();
  EXPECT_TRUE(result.holds);
  EXPECT_EQ(stage.world.deeds,
            (Texts{"60.000 fault head1 hangs", "70.000 do makeactive on head2", "95.000 do cancel on head2"}));
  EXPECT_EQ(result.end, 100s) << "the latest instant that a line names";
}

TEST(Run, EndsAtTheLatestInstantOfAnyWindow) {
  Stage stage("  start\n  +60s  note  \"x\"\n  +0s..+5min  always  head1 active\n  +10s..end  always  head1 active\n");
  EXPECT_EQ(stage.run().end, 360s);
}

TEST(Run, ClaimsAtTheEndSeeTheLastInstant) {
  Stage stage("  start\n  +60s  note  \"x\"\n  end  expect  head1 hung\n  end  expect  no alerts\n");
  stage.world.plan(60s, EventKind::hung, "head1", "", 1);
  EXPECT_EQ(stage.verdict(), "holds");
}

TEST(Run, StimuliOfOneInstantComeInFileOrderBeforeTheWorld) {
  Stage stage(
      "  start\n"
      "  +60s  do  makeactive on head2\n"
      "  +0s   fault  head1 hangs\n"
      "  +0s..+0s  never  head2 hung\n"
      "  +1s  note \"x\"\n");
  stage.world.plan(60s, EventKind::hung, "head2", "", 1);
  EXPECT_EQ(stage.verdict(), "line 10: head2 hung at +0s; head2 hung since @60s");
  EXPECT_EQ(stage.world.deeds, (Texts{"60.000 do makeactive on head2", "60.000 fault head1 hangs"}));
}

TEST(On, WaitsForAnEventAndMovesTheMark) {
  Stage stage(
      "  start\n"
      "  +10s  fault  internal cut\n"
      "  on head2 loses head1 +20ms\n"
      "        heal  all\n"
      "        fault head1 hangs\n"
      "  +5s   do  cancel on head2\n"
      "  +0s..+10s  always  head1 on\n");
  stage.world.plan(5s, EventKind::peer_view, "head2", "head1", 1, static_cast<int>(ha::PeerView::lost));
  stage.world.plan(50s, EventKind::peer_view, "head2", "head1", 1, static_cast<int>(ha::PeerView::lost));
  const RunResult& result = stage.run();
  EXPECT_TRUE(result.holds);
  EXPECT_EQ(stage.world.deeds, (Texts{"10.000 fault internal cut", "50.020 heal 1", "50.020 fault head1 hangs",
                                      "55.020 do cancel on head2"}));
  EXPECT_EQ(result.end, 65s + 20ms);
}

TEST(On, IsSatisfiedAtOnceByAStateThatHolds) {
  Stage stage(
      "  start\n  +10s  fault  head1 loses power\n  on head1 off +1s  do  power on head1\n  +10s  note  \"x\"\n"
      "  +0s..+0s  expect  head2 up\n");
  EXPECT_EQ(stage.verdict(), "holds");
  EXPECT_EQ(stage.world.deeds, (Texts{"10.000 fault head1 loses power", "11.000 do power on head1"}));
}

TEST(On, StopsTheWorldRightAfterTheEvent) {
  Stage stage(
      "  start\n  +10s  note  \"x\"\n  on head1 about to write home  fault  head1 hangs\n  +1s..+2s  never  head1 "
      "hung\n");
  stage.world.plan(20s, EventKind::about_to_write, "home", "head1");
  stage.world.plan(20s, EventKind::alert, "head1").reason = ha::Reason::damped;
  stage.run();
  const auto& events = stage.world.recorded();
  const auto write =
      std::find_if(events.begin(), events.end(), [](const Event& e) { return e.kind == EventKind::about_to_write; });
  ASSERT_NE(write, events.end());
  EXPECT_TRUE(std::any_of(write, write + 3, [](const Event& e) { return e.kind == EventKind::fault; }))
      << "before what else the world had for that instant";
}

TEST(On, FailsWhenItsPatienceIsOver) {
  Stage stage(
      "  start\n  +10s  note  \"x\"\n  on head2 fencing head1  fault  head1 hangs\n  +0s..+10s  expect  head2 active\n",
      "set patience = 2min");
  const RunResult& result = stage.run();
  ASSERT_EQ(result.broken.size(), 1U);
  EXPECT_EQ(result.broken[0].message, "line 9 waited for \"head2 fencing head1\", which never came");
  EXPECT_EQ(result.broken[0].from, 130s);
  EXPECT_TRUE(result.lines[0].judged);
  EXPECT_FALSE(result.lines[1].judged) << "what counts from there has no time";
}

TEST(On, OpensAWindowForClaims) {
  const std::string story = "  start\n  +10s  note  \"x\"\n  on head2 boots +0s..+30s\n        expect  head2 hung\n";
  Stage late(story);
  late.world.plan(300s, EventKind::boots, "head2");
  late.world.plan(331s, EventKind::hung, "head2", "", 1);
  EXPECT_EQ(late.verdict().substr(0, 40), "line 10: head2 hung did not come by +30s");
  Stage good(story);
  good.world.plan(300s, EventKind::boots, "head2");
  good.world.plan(330s, EventKind::hung, "head2", "", 1);
  EXPECT_EQ(good.verdict(), "holds");
}

TEST(On, ClaimsBelowItThatNeedNoMarkAreJudgedFromTheBeginning) {
  Stage stage(
      "  start\n  +10s  note  \"x\"\n  on head2 boots  fault  head1 hangs\n  +0s..+1s  always  head1 on\n"
      "  start..end  never  head1 hung\n  start..end  expect  exactly one alert\n");
  stage.world.plan(5s, EventKind::alert, "head1").reason = ha::Reason::damped;
  stage.world.plan(80s, EventKind::boots, "head2");
  EXPECT_EQ(stage.verdict(), "holds");
  stage.world.plan(6s, EventKind::hung, "head1", "", 1);
  stage.world.plan(7s, EventKind::hung, "head1", "", 0);
  EXPECT_EQ(stage.verdict(), "line 11: head1 hung at @6s; head1 hung since @6s");
}

TEST(On, ALaterTimeThatHasPassedFailsTheRun) {
  Stage stage(
      "  start\n  +10s  note  \"x\"\n  on head2 boots  fault  head1 hangs\n  @60s  note  \"y\"\n  +0s..+10s  always  "
      "head1 on\n");
  stage.world.plan(80s, EventKind::boots, "head2");
  EXPECT_EQ(stage.verdict(), "line 10 goes back in time: it is due at @60s, and the line above came at @80s");
}

TEST(On, AnOrderFiresWhenItIsComplete) {
  Stage stage(
      "  start\n  +10s  note  \"x\"\n  on head2 boots before head2 unready  fault  head1 hangs\n  +1s..+2s  always  "
      "head1 on\n");
  stage.world.plan(80s, EventKind::boots, "head2");
  stage.world.plan(90s, EventKind::unready, "head2", "", 1).reason = ha::Reason::bmc_silent;
  EXPECT_EQ(stage.verdict(), "holds");
  EXPECT_EQ(stage.world.deeds, (Texts{"90.000 fault head1 hangs"}));
}

TEST(On, AnOrderThatCameTheWrongWayRoundNeverComes) {
  Stage stage(
      "  start\n  +10s  note  \"x\"\n  on head2 boots before head2 up  fault  head1 hangs\n  +1s..+2s  always  head1 "
      "on\n");
  stage.world.plan(80s, EventKind::boots, "head2");
  EXPECT_EQ(stage.verdict(), "line 9 waited for \"head2 boots before head2 up\", which never came");
}

TEST(Whenever, ActsEachTimeItBecomesTrueAndNeverMovesTheMark) {
  Stage stage(
      "  start\n"
      "  +10s                    note  \"x\"\n"
      "  whenever head2 off +5s  do    power on head2\n"
      "  +20s                    do    cancel on head1\n"
      "  +5min                   note  \"y\"\n"
      "  +0s..+1s                always  head1 on\n");
  stage.world.loses_power(12s, "head2");
  stage.world.plan(40s, EventKind::power, "head2", "", 1);
  stage.world.loses_power(100s, "head2");
  EXPECT_EQ(stage.verdict(), "holds");
  EXPECT_EQ(stage.world.deeds,
            (Texts{"17.000 do power on head2", "30.000 do cancel on head1", "105.000 do power on head2"}));
}

TEST(Whenever, OpensAWindowEachTimeAndWaitsForThoseOpenedBeforeTheEnd) {
  Stage stage(
      "  start\n  +10s  note  \"x\"\n  whenever head2 boots +0s..+30s  expect  head2 hung\n  +60s  note  \"y\"\n"
      "  +0s..+0s  always  head1 on\n");
  stage.world.plan(20s, EventKind::boots, "head2");
  stage.world.plan(30s, EventKind::hung, "head2", "", 1);
  stage.world.plan(60s, EventKind::boots, "head2");
  stage.world.plan(75s, EventKind::boots, "head2");
  const RunResult& result = stage.run(1, true);
  ASSERT_EQ(result.broken.size(), 1U) << "the second window, which reaches beyond the end";
  EXPECT_EQ(result.broken[0].from, 90s);
  EXPECT_EQ(result.lines[0].remark, "1 window not judged");
}

TEST(Whenever, MayNeverHappen) {
  Stage stage(
      "  start\n  +10s  note  \"x\"\n  whenever head2 boots +0s..+30s  expect  head2 hung\n  +1s..+2s  always  head1 "
      "on\n");
  const RunResult& result = stage.run();
  EXPECT_TRUE(result.holds);
  EXPECT_FALSE(result.lines[0].judged);
}

TEST(Faults, HealByThemselvesAfterTheirTime) {
  Stage stage("  start\n  +10s  fault  head1 hangs for 30s\n  +60s  note  \"x\"\n  +0s..+1s  always  head1 on\n");
  EXPECT_EQ(stage.verdict(), "holds");
  EXPECT_EQ(stage.world.deeds, (Texts{"10.000 fault head1 hangs", "40.000 heal 1"}));
  EXPECT_TRUE(stage.run().injected.at(0).healed);
}

TEST(Faults, AreHealedByThingWordsOrAll) {
  Stage stage(
      "  start\n"
      "  +10s  fault  bmc of head1 silent\n"
      "  +0s   fault  head1 hangs\n"
      "  +0s   fault  internal cut between head1 and head2\n"
      "  +0s   fault  internal drops 20%\n"
      "  +1s   heal   bmc of head1\n"
      "  +1s   heal   internal drops 20%\n"
      "  +1s   heal   all\n"
      "  +0s..+1s  always  head1 on\n");
  EXPECT_EQ(stage.verdict(), "holds");
  const Texts healed(stage.world.deeds.begin() + 4, stage.world.deeds.end());
  EXPECT_EQ(healed, (Texts{"11.000 heal 1", "12.000 heal 4", "13.000 heal 2", "13.000 heal 3"}));
}

TEST(Choices, AreDrawnFromTheSeedAndStayTheSameForIt) {
  Stage stage(
      "  start\n  any +10s..+20s  fault  head1 any of [hangs, frozen, panics]\n  +1min  note  \"x\"\n"
      "  +0s..+1s  always  head2 on\n");
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    stage.run(seed);
    const std::string first = stage.world.deeds.at(0);
    stage.run(seed);
    EXPECT_EQ(stage.world.deeds.at(0), first);
    seen.insert(first);
    const double t = std::stod(first);
    EXPECT_GE(t, 10.0);
    EXPECT_LE(t, 20.0);
  }
  for (const std::string end : {"10.000 fault head1 hangs", "20.000 fault head1 panics", "10.000 fault head1 frozen"}) {
    EXPECT_TRUE(seen.contains(end)) << end;
  }
}

TEST(Choices, ANewLineDoesNotShiftOlderDraws) {
  const std::string line = "  any +10s..+20s  fault  head1 hangs for any 1s..9s\n";
  Stage alone("  start\n" + line + "  +1min  note  \"x\"\n  +0s..+1s  always  head2 on\n");
  Stage beside("  start\n" + line +
               "  any +0s..+5s  fault  head2 frozen\n  +1min  note  \"x\"\n  +0s..+1s  always  head2 on\n");
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    alone.run(seed);
    beside.run(seed);
    EXPECT_EQ(alone.world.deeds.at(0), beside.world.deeds.at(0));
  }
}

TEST(Choices, AreToldInTheTextOfWhatWasInjected) {
  Stage stage(
      "  start\n  +10s  fault  head1 unplugged for any 5s..6s\n  +0s  fault  internal drops any 20%..30%\n"
      "  +1min  note  \"x\"\n  +0s..+1s  always  head2 on\n");
  const RunResult& result = stage.run(5);
  ASSERT_EQ(result.injected.size(), 3U);
  EXPECT_EQ(result.injected[0].text.substr(0, 20), "head1 unplugged for ");
  EXPECT_EQ(result.injected[0].text.find("any"), std::string::npos) << result.injected[0].text;
  EXPECT_EQ(result.injected[1].text.find(".."), std::string::npos) << result.injected[1].text;
  EXPECT_EQ(result.injected[2].text, "x");
}

TEST(Choices, AProbabilityLeavesTheStimulusOut) {
  Stage stage(
      "  start\n  +10s  fault  head1 hangs with probability 30%\n  +1min  note  \"x\"\n  +0s..+1s  always  head2 on\n");
  int often = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    stage.run(seed);
    often += !stage.world.deeds.empty();
  }
  EXPECT_NEAR(often, 300, 50);
}

TEST(Race, LinesHappenAtDrawnInstantsWithinTheSpanInAnyOrder) {
  Stage stage(
      "  start\n  +10s  race within 1s\n    fault  head1 hangs\n    fault  head2 hangs\n  +60s  note  \"x\"\n"
      "  +0s..+1s  always  head1 on\n");
  std::set<char> first;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    stage.run(seed);
    ASSERT_EQ(stage.world.deeds.size(), 2U);
    for (const std::string& deed : stage.world.deeds) {
      EXPECT_GE(std::stod(deed), 10.0);
      EXPECT_LE(std::stod(deed), 11.0);
    }
    first.insert(stage.world.deeds[0][17]);
  }
  EXPECT_EQ(first.size(), 2U) << "both orders come";
}

void hand_over(Stage& stage) {
  auto& world = stage.world;
  constexpr int kHandover = static_cast<int>(ha::Operation::handover);
  world.plan(60s + 1ms, EventKind::operation, "head1", "", kHandover, 1);
  for (int i = 1; i <= 3; ++i) {
    world.plan(60s + i * 1s, EventKind::step, "head1", "main.spool", kHandover, 11, static_cast<std::uint64_t>(i));
    world.plan(60s + i * 1s, EventKind::alert, "head1").reason = ha::Reason::damped;
  }
  world.plan(64s, EventKind::operation, "head1", "", kHandover, 0);
}

const char* const kEachStep =
    "  start\n"
    "  +60s                   do      makeactive on head2\n"
    "  each step of handover  fault   head1 hangs\n"
    "  +0s..+10s              expect  head1 hung\n";

TEST(EachStep, ACleanRunListsTheStepsAndJudgesNothingBehindThem) {
  Stage stage(kEachStep);
  hand_over(stage);
  const RunResult& result = stage.run(1, false, 0);
  EXPECT_TRUE(result.holds);
  EXPECT_EQ(result.steps.size(), 3U);
  EXPECT_EQ(stage.world.deeds, (Texts{"60.000 do makeactive on head2"}));
  EXPECT_FALSE(result.lines.at(1).judged);
  EXPECT_LT(result.end, 80s);
}

TEST(EachStep, ANumberedStepStopsTheWorldRightAfterIt) {
  Stage stage(kEachStep);
  hand_over(stage);
  const RunResult& result = stage.run(1, false, 2);
  EXPECT_EQ(stage.world.deeds, (Texts{"60.000 do makeactive on head2", "62.000 fault head1 hangs"}));
  EXPECT_FALSE(result.holds) << "in this world nothing hangs by itself, and now it is judged";
  const auto& events = stage.world.recorded();
  const auto fault =
      std::find_if(events.begin(), events.end(), [](const Event& e) { return e.kind == EventKind::fault; });
  EXPECT_EQ(std::count_if(events.begin(), fault, [](const Event& e) { return e.kind == EventKind::alert; }), 1)
      << "before what else happens at that instant";
}

TEST(EachStep, AStepThatDoesNotComeIsAFailure) {
  Stage stage(kEachStep);
  hand_over(stage);
  const RunResult& result = stage.run(1, false, 9);
  ASSERT_EQ(result.broken.size(), 1U);
  EXPECT_EQ(result.broken[0].message, "line 9: \"handover\" has 3 steps in this run, there is no step 9");
}

TEST(Runner, StopsAtTheFirstBrokenLineUnlessToldToGoOn) {
  Stage stage(
      "  start\n  +60s  note  \"x\"\n  +0s..+10s  expect  head1 hung\n  +0s..+20s  expect  head2 hung\n  +60s  note  "
      "\"y\"\n"
      "  end  expect  head1 on\n");
  EXPECT_EQ(stage.run().broken.size(), 1U);
  EXPECT_LT(stage.run().end, 71s);
  EXPECT_FALSE(stage.run().lines.at(1).judged);
  EXPECT_EQ(stage.run(1, true).broken.size(), 2U);
  EXPECT_EQ(stage.run(1, true).end, 120s);
}

TEST(Runner, NamesAllLinesThatBreakAtOneInstantInTheOrderOfTheFile) {
  Stage stage(
      "  start\n  +60s  note  \"x\"\n  +0s..+10s  expect  head1 hung\n  +0s..+10s  expect  head2 hung\n"
      "  start..end  expect  exactly one failover\n");
  const std::vector<Broken> broken = stage.run().broken;
  ASSERT_EQ(broken.size(), 3U);
  EXPECT_LT(broken.at(0).line, broken.at(1).line);
  EXPECT_LT(broken.at(1).line, broken.at(2).line);
}

TEST(Runner, SaysWhenWhatWasExpectedCameLate) {
  Stage stage(
      "  start\n  +60s  note  \"x\"\n  +0s..+10s  expect  head1 hung\n  +60s  note  \"y\"\n  end  expect  head1 on\n");
  stage.world.plan(76s + 200ms, EventKind::hung, "head1", "", 1);
  EXPECT_EQ(stage.run(1, true).broken.at(0).message, "line 9: head1 hung came at +16.2s, 6.2 s after its window");
}

TEST(Runner, GivesTheSameResultForTheSameSeedWhateverIsRecorded) {
  Stage stage("  start\n  any +10s..+20s  fault  head1 hangs\n  +60s  note  \"x\"\n  +0s..+1s  always  head1 on\n");
  const auto hash = [&](std::uint64_t seed, Recording recording) {
    return stage.runner.run(stage.story.cases[0], seed, {false, recording, 0}).hash;
  };
  EXPECT_EQ(hash(1, Recording::none), hash(1, Recording::everything));
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) hashes.insert(hash(seed, Recording::none));
  EXPECT_GT(hashes.size(), 10U);
}

TEST(Runner, TellsTheLastTwoCausesBeforeTheBreak) {
  Stage stage(
      "  start\n  +60s  note  \"x\"\n  +0s..+20s  never  head1 hung\n  +60s  note  \"y\"\n  end  expect  head1 on\n");
  stage.world.plan(61s, EventKind::hold, "head2", "", 1).reason = ha::Reason::no_proof;
  stage.world.plan(62s, EventKind::hold, "head2", "", 1).reason = ha::Reason::seen_by_voters;
  stage.world.plan(63s, EventKind::role, "head2", "", 1, 1).cause = ha::Cause::tie;
  stage.world.plan(65s, EventKind::hung, "head1", "", 1);
  EXPECT_EQ(stage.run().last_causes, (Texts{"head2 seen_by_voters", "head2 tie"}));
}

TEST(Runner, SaysWhatAWorldCannotDoBeforeItStarts) {
  Stage stage("  start\n  +60s  fault  head1 hangs\n  +0s..+1s  always  head1 on\n");
  stage.world.unable = "head1 hangs";
  EXPECT_EQ(stage.verdict(), "line 8: this world cannot \"head1 hangs\"");
}

TEST(Runner, SaysWhyAWorldDidNotSettle) {
  Stage stage("  start\n  +60s  fault  head1 hangs\n  +0s..+1s  always  head1 on\n");
  stage.world.settles = false;
  EXPECT_EQ(stage.verdict(), "head1 does not come up");
  EXPECT_FALSE(stage.run().holds);
}

TEST(Measures, TakeTheTimeBetweenTwoObservations) {
  Stage stage(
      "  start\n  +60s  note  \"x\"\n  measure a = from here to head1 hung\n  measure b = from head1 hung to head2 "
      "hung\n"
      "  measure c = from here to head2 boots\n  +60s  note  \"y\"\n  end  expect  head1 on\n");
  stage.world.plan(61s, EventKind::hung, "head1", "", 1);
  stage.world.plan(64s, EventKind::hung, "head2", "", 1);
  const RunResult& result = stage.run();
  ASSERT_EQ(result.measures.size(), 2U) << "what never came has no value";
  EXPECT_EQ(result.measures[0].value, Duration{1s}.count());
  EXPECT_EQ(result.measures[1].value, Duration{3s}.count());
}

TEST(Measures, AddUpTheTimeWithoutSomething) {
  Stage stage(
      "  start\n  +60s  note  \"x\"\n  measure a = longest time without main served\n"
      "  measure b = total time without main served\n  +60s  note  \"y\"\n  end  expect  head1 on\n");
  stage.world.plan(-1s, EventKind::served, "main", "", 1);
  for (const auto& [t, x] : {std::pair{30s, 0}, {40s, 1}, {70s, 0}, {73s, 1}, {80s, 0}, {85s, 1}, {118s, 0}}) {
    stage.world.plan(t, EventKind::served, "main", "", x);
  }
  const RunResult& result = stage.run();
  ASSERT_EQ(result.measures.size(), 2U);
  EXPECT_EQ(result.measures[0].value, Duration{5s}.count());
  EXPECT_EQ(result.measures[1].value, Duration{10s}.count()) << "the time that still lacks at the end counts";
}

TEST(Measures, CountEvents) {
  Stage stage(
      "  start\n  +60s  note  \"x\"\n  measure a = count of alert damped\n  +60s  note  \"y\"\n  end  expect  head1 "
      "on\n");
  for (const auto t : {10s, 61s, 62s}) stage.world.plan(t, EventKind::alert, "head1").reason = ha::Reason::damped;
  const RunResult& result = stage.run();
  ASSERT_EQ(result.measures.size(), 1U);
  EXPECT_EQ(result.measures[0].value, 2);
  EXPECT_TRUE(result.measures[0].is_count);
}

TEST(Sometimes, IsSeenInTheRunsInWhichItHappens) {
  Stage stage(
      "  start\n  any +10s..+20s  fault  head1 hangs\n  +60s  note  \"y\"\n  end  expect  head1 on\n"
      "  over seeds sometimes alert damped\n  over seeds sometimes head2 hung\n");
  stage.world.plan(12s, EventKind::alert, "head1").reason = ha::Reason::damped;
  EXPECT_EQ(stage.run().sometimes.size(), 2U);
  EXPECT_FALSE(stage.run().sometimes[1]);
}

}  // namespace
}  // namespace hasim
