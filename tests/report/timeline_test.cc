// The timeline and both verdicts of a run made by hand.
#include "report/timeline.h"

#include "report/verdict.h"
#include "tests/report/golden.h"
#include "tests/report/story.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;

TEST(Timeline, TellsARunThatHolds) {
  const story::Run run = story::that_holds();
  const Style style;
  expect_golden("holds", timeline(run.view(), 0, style) + "\n" + verdict_holds(run.view(), 3100us, style));
}

TEST(Timeline, NamesTheSystemThatDecidesInPlaceOfTheCore) {
  story::Run run = story::that_holds();
  auto world = story::world();
  world->system = "bcm_rules";
  run.scenario.cases[0].world = world;
  const std::string text = timeline(run.view(), 0, {});
  EXPECT_NE(text.find("world pair, running bcm_rules"), std::string::npos) << text;
  EXPECT_EQ(text.find("core 5e1f0c9a"), std::string::npos);
}

TEST(Timeline, ShowsBootingOnlyToWhoAsks) {
  const story::Run run = story::that_holds();
  EXPECT_EQ(timeline(run.view(), 0, {}).find("-60.000"), std::string::npos);
  EXPECT_NE(timeline(run.view(), 1, {}).find("-60.000"), std::string::npos);
}

TEST(Timeline, IsNeverWiderThanTheScreen) {
  for (const story::Run& run : {story::that_holds(), story::that_breaks()}) {
    EXPECT_LE(widest(timeline(run.view(), 2, {})), kColumns);
  }
}

TEST(Timeline, FoldsWhatRepeats) {
  story::Run run = story::that_holds();
  const Event pattern = run.events.back();
  for (std::uint32_t i = 0; i < 41; ++i) {
    Event lost = pattern;
    lost.id = pattern.id + 1 + i;
    lost.t = Time{70'000'000'000 + i};
    lost.kind = EventKind::frame_lost;
    lost.who = story::kHead1;
    lost.with = story::kInternal;
    lost.value = i;
    run.events.push_back(lost);
  }
  const std::string text = timeline(run.view(), 2, {});
  EXPECT_NE(text.find("frame 0 on internal is lost  … 40 more"), std::string::npos) << text;
}

TEST(Timeline, TellsAListOfThingsOnce) {
  story::Run run = story::that_holds();
  Event again = run.events[8];
  again.who = story::kHome;
  run.events.insert(run.events.begin() + 9, again);
  const std::string text = timeline(run.view(), 0, {});
  EXPECT_EQ(text.find("paths cut"), text.rfind("paths cut")) << text;
}

TEST(Verdict, ExplainsABrokenRun) {
  const story::Run run = story::that_breaks();
  Surroundings around;
  around.tried = 2;
  around.holds = 2;
  around.first_difference = run.events[9];
  expect_golden("broken", timeline(run.view(), 0, {}) + "\n" + verdict_broken(run.view(), around, {}));
}

TEST(Verdict, PutsACaretUnderTheLineThatBroke) {
  story::Run run = story::that_breaks();
  run.result.broken.erase(run.result.broken.begin());
  const std::string text = verdict_broken(run.view(), {}, {});
  EXPECT_NE(text.find("    8 |   start..end    never   two owners of main\n"
                      "      |                         ^^^^^^^^^^^^^^^^^^ head1 (epoch 7)"),
            std::string::npos)
      << text;
}

TEST(Verdict, SaysWhenTheWorldDidNotSettle) {
  story::Run run = story::that_breaks();
  run.result.failed_to_start = "head1 had not booted after 10 min";
  const std::string text = verdict_broken(run.view(), {}, {});
  EXPECT_EQ(text.substr(0, text.find('\n')), "BROKEN  bmc/lies.scn:1  did not start");
  EXPECT_NE(text.find("head1 had not booted"), std::string::npos);
}

TEST(Verdict, HasNoEscapesWithoutColourAndNoMarksWithoutUtf8) {
  const story::Run run = story::that_breaks();
  const std::string text = timeline(run.view(), 2, {false, false}) + verdict_broken(run.view(), {}, {false, false});
  for (const char c : text) ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << text;
}

}  // namespace
}  // namespace hasim
