// `hasim run` as people and scripts meet it: exit codes, streams, names, files.
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/cli/hasim.h"

namespace hasim {
namespace {

using nlohmann::json;

class RunCommand : public HasimTest {};

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(json::parse(line));
  return lines;
}

TEST_F(RunCommand, AScenarioThatHoldsExitsWith0AndSaysSo) {
  const Ran ran = hasim("run " + write("a.scn", power_loss(kHolds)));
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_TRUE(has(ran.out, "\nHOLDS  1 line, 9 invariants")) << ran.out;
  EXPECT_EQ(ran.err, "");
}

TEST_F(RunCommand, AScenarioThatBreaksExitsWith1AndShowsTheLine) {
  const Ran ran = hasim("run " + write("a.scn", power_loss(kBreaks)));
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(has(ran.out, "BROKEN  a.scn:1  line 8: expect head1 active")) << ran.out;
  EXPECT_TRUE(has(ran.out,
                  "    8 |   +0s..+50s       expect  head1 active\n"
                  "      |                           ^^^^^^^^^^^^"))
      << ran.out;
  EXPECT_TRUE(has(ran.out, "hasim run a.scn:1 -v")) << ran.out;
}

TEST_F(RunCommand, WrongArgumentsExitWith2AndSayWhatIsWrong) {
  write("a.scn", power_loss(kHolds));
  const std::pair<const char*, const char*> wrong[] = {
      {"", "Usage: hasim COMMAND"},
      {"runn a.scn", "there is no command \"runn\"; did you mean run?"},
      {"run", "what to work on is missing"},
      {"run a.scn --sedes 1..3", "there is no option --sedes; did you mean --seeds?"},
      {"run a.scn --seeds 3..1", "--seeds 3..1: expected a range like 1..1000"},
      {"run a.scn --seeds 1..x", "expected a range"},
      {"run a.scn --for 3x", "expected a time like 30s"},
      {"run a.scn --color blue", "expected auto, always or never"},
      {"run a.scn --on moon", "--on moon: expected sim"},
      {"run a.scn --row HB06", "no such row"},
      {"run a.scn --tag nosuch", "none of the 1 scenarios"},
      {"run a.scn:1 --seeds 1..3", "names a seed already"},
      {"run a.scn:head1:1", "has no case \"head1\""},
      {"run no/such.scn", "no such file or folder: no/such.scn"},
      {"run no/such.scn:7", "no such file: no/such.scn"},
      {"run a.scn --junit no/such/x.xml", "there is no folder no/such"},
      {"run a.scn --set dead_after=5", "\"5\" has no unit"},
      {"run a.scn --world nosuch", "there is no world \"nosuch\""}};
  for (const auto& [arguments, message] : wrong) {
    const Ran ran = hasim(arguments);
    EXPECT_EQ(ran.exit, 2) << arguments;
    EXPECT_TRUE(has(ran.err, message)) << arguments << "\n" << ran.err;
    EXPECT_EQ(ran.out, "") << arguments;
  }
}

TEST_F(RunCommand, NoFileRunsIfOneDoesNotCheck) {
  write("all/a.scn", power_loss(kHolds));
  write("all/b.scn", power_loss("+0s..+50s       expect  head3 active"));
  const Ran ran = hasim("run all");
  EXPECT_EQ(ran.exit, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(has(ran.err, "all/b.scn:8:")) << ran.err;
  EXPECT_TRUE(has(ran.err, "2 files, 1 error; nothing ran")) << ran.err;
}

TEST_F(RunCommand, WhatNamespacesCannotDoIsSkippedWithItsReason) {
  const Ran ran =
      hasim("run --on netns " + write("a.scn", power_loss("+0s fault head2 out of memory\n  " + std::string{kHolds})));
  EXPECT_EQ(ran.exit, 77);
  EXPECT_EQ(ran.out, "");
  if (::geteuid() == 0) { EXPECT_TRUE(has(ran.err, "\"HEAD out of memory\" is not real yet")) << ran.err; }
}

std::string under_keepalived(std::string story) {
  const std::string world = "world    pair";
  return story.replace(story.find(world), world.size(), world + " running keepalived");
}

TEST_F(RunCommand, WhatAnotherSystemDoesNotTellIsSkippedInNamespaces) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs namespaces";
  write("a.scn", under_keepalived(power_loss("+0s..+50s       never   head2 suspects head1")));
  const Ran ran = hasim("run --on netns a.scn");
  EXPECT_EQ(ran.exit, 77);
  EXPECT_TRUE(has(ran.err, "keepalived does not say") || has(ran.err, "keepalived is missing")) << ran.err;
}

TEST_F(RunCommand, AStoryOfASystemThatIsNotSimulatedIsSkippedByName) {
  write("all/other.scn", under_keepalived(power_loss("+0s..+50s       never   two owners of main")));
  const Ran alone = hasim("run all/other.scn");
  EXPECT_EQ(alone.exit, 77);
  EXPECT_TRUE(has(alone.err, "other.scn:4 in the simulator: keepalived is a real system")) << alone.err;
  EXPECT_EQ(hasim("check all/other.scn").exit, 0);
  write("all/a.scn", power_loss(kHolds));
  const Ran both = hasim("run all");
  EXPECT_EQ(both.exit, 0) << both.err;
  EXPECT_TRUE(has(both.out, "Not run in the simulator: 1 scenario")) << both.out;
}

TEST_F(RunCommand, AFileThatCannotBeWrittenExitsWith4) {
  write("a.scn", power_loss(kHolds));
  EXPECT_EQ(hasim("run a.scn --junit /proc/x.xml").exit, 4);
  EXPECT_EQ(shell(HASIM_BINARY " run a.scn > /dev/full").exit, 4);
}

TEST_F(RunCommand, ASweepThatRunsOutOfTimeExitsWith5) {
  write("a.scn", power_loss(kHolds));
  const Ran ran = hasim("run a.scn --seeds 1..100000000 --for 100ms");
  EXPECT_EQ(ran.exit, 5) << ran.out << ran.err;
  EXPECT_TRUE(has(ran.out, "Cut short: the time of --for is over")) << ran.out;
}

TEST_F(RunCommand, CtrlCExitsWith130AndSaysWhatItSaw) {
  write("a.scn", power_loss(kHolds));
  const Ran ran =
      shell("timeout --foreground --preserve-status -s INT 1 " HASIM_BINARY " run a.scn --seeds 1..100000000");
  EXPECT_EQ(ran.exit, 130);
  EXPECT_TRUE(has(ran.out, "Cut short: interrupted")) << ran.out;
}

TEST_F(RunCommand, TheSameNameGivesTheSameTraceForAnyNumberOfWorkers) {
  write("a.scn", power_loss(kHolds));
  const Ran one = hasim("run a.scn --seeds 1..200 -j 1 --json");
  const Ran three = hasim("run a.scn --seeds 1..200 -j 3 --json");
  EXPECT_EQ(one.exit, 0);
  EXPECT_EQ(one.out, three.out);
  const std::vector<json> lines = lines_of(one.out);
  ASSERT_EQ(lines.size(), 401U);
  EXPECT_NE(lines[1]["trace"], lines[3]["trace"]) << "seeds differ";
  const std::vector<json> again = lines_of(hasim("run a.scn:2 --json").out);
  EXPECT_EQ(again[1]["trace"], lines[3]["trace"]) << "a run name alone gives the run of the sweep";
}

TEST_F(RunCommand, RunNamesWorkWithCasesInBothForms) {
  write("a.scn",
        "scenario \"{victim} dies\"\nsource   \"x\"\ntags     power\nworld    pair\nfor victim in [head1, head2]\n"
        "for blow in [loses power, panics]\n\n  start\n  +5s             fault   {victim} {blow}\n"
        "  +0s..+50s       expect  peer of {victim} active\n");
  const Ran sweep = hasim("run a.scn --json");
  EXPECT_TRUE(has(sweep.out, "\"a.scn:victim=head2,blow=loses-power:1\"")) << sweep.out;
  EXPECT_TRUE(has(hasim("run a.scn:victim=head2,blow=loses-power:7").out, "a.scn:victim=head2,blow=loses-power:7"));
  EXPECT_TRUE(has(hasim("run a.scn:head2,loses-power:7").out, "a.scn:victim=head2,blow=loses-power:7"));
  EXPECT_EQ(lines_of(hasim("run a.scn --case 'blow=loses*' --json").out).size(), 5U);
}

TEST_F(RunCommand, JsonWithEventsIsInOrderAndEndsWithTheExitCode) {
  write("a.scn", power_loss(kBreaks));
  const Ran ran = hasim("run a.scn --json=events");
  EXPECT_EQ(ran.exit, 1);
  const std::vector<json> lines = lines_of(ran.out);
  std::int64_t id = 0;
  for (const json& line : lines) {
    if (line["type"] != "event") continue;
    EXPECT_GT(line["id"], id);
    id = line["id"];
  }
  EXPECT_GT(id, 20);
  EXPECT_EQ(lines.front()["type"], "run");
  EXPECT_EQ(lines.back()["exit"], 1);
  EXPECT_EQ(lines[lines.size() - 3]["type"], "broken");
}

TEST_F(RunCommand, JunitHasACaseForEveryRun) {
  write("cls/a.scn", power_loss(kHolds));
  write("cls/b.scn", power_loss(kBreaks));
  EXPECT_EQ(hasim("run cls --seeds 1..3 --junit out.xml").exit, 1);
  const std::string xml = text_of(at("out.xml"));
  EXPECT_TRUE(has(xml, "<testsuite name=\"cls\" tests=\"6\" failures=\"3\"")) << xml;
  EXPECT_TRUE(has(xml, "<testcase classname=\"cls\" name=\"cls/a.scn:2\"/>")) << xml;
}

TEST_F(RunCommand, StopsAfterAsManyBrokenRunsAsAsked) {
  write("a.scn", power_loss(kBreaks));
  const Ran ran = hasim("run a.scn --seeds 1..1000 --stop-after 3");
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(has(ran.out, "BROKEN  3 of 3 seeds, in ")) << ran.out;
  EXPECT_TRUE(has(ran.out, "Cut short: --stop-after 3; 3 of 1000 runs were made")) << ran.out;
}

TEST_F(RunCommand, AFolderIsSummedUpByClass) {
  write("one/a.scn", power_loss(kHolds));
  write("two/b.scn", power_loss(kBreaks));
  const Ran ran = hasim("run .");
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(has(ran.out, "checked 2 files in")) << ran.out;
  EXPECT_TRUE(has(ran.out, "  BROKEN    two/b.scn:1  line 8")) << ran.out;
  EXPECT_TRUE(has(ran.out, "BROKEN  1 of 2 scenarios hold, 1 broken")) << ran.out;
}

TEST_F(RunCommand, QuietSaysOnlyWhatBroke) {
  EXPECT_EQ(hasim("run --quiet " + write("a.scn", power_loss(kHolds))).out, "");
  EXPECT_EQ(hasim("run --quiet --seeds 1..9 a.scn").out, "");
  EXPECT_TRUE(has(hasim("run --quiet " + write("b.scn", power_loss(kBreaks))).out, "BROKEN  b.scn:1"));
}

TEST_F(RunCommand, AClaimOverSeedsTopsUpItsRunsAndCanBreakTheCommand) {
  const std::string lines = std::string(kHolds) + "\n  measure outage = from here to head2 active\n";
  write("a.scn", power_loss(lines + "  over 50 seeds expect p99 of outage <= 1s"));
  const Ran broken = hasim("run a.scn");
  EXPECT_EQ(broken.exit, 1);
  EXPECT_TRUE(has(broken.out, "✗ line 10: p99 of outage <= 1s: ")) << broken.out;
  EXPECT_TRUE(has(broken.out, "over 50 runs")) << broken.out;
  EXPECT_EQ(hasim("run a.scn:1").exit, 0) << "one run says nothing about fifty";
}

TEST_F(RunCommand, ColourFollowsTheEnvironmentAndTheOption) {
  write("a.scn", power_loss(kHolds));
  EXPECT_FALSE(has(hasim("run a.scn").out, "\x1b[")) << "a pipe";
  EXPECT_TRUE(has(hasim("run a.scn", "CLICOLOR_FORCE=1").out, "\x1b["));
  EXPECT_FALSE(has(hasim("run a.scn", "CLICOLOR_FORCE=1 NO_COLOR=1").out, "\x1b["));
  EXPECT_FALSE(has(hasim("run a.scn", "CLICOLOR_FORCE=1 TERM=dumb").out, "\x1b["));
  EXPECT_TRUE(has(hasim("run a.scn --color always", "NO_COLOR=1").out, "\x1b["));
}

TEST_F(RunCommand, MarksAreAsciiWhereTheLocaleIsNotUtf8) {
  write("a.scn", power_loss(kHolds));
  for (const char c : hasim("run a.scn -vv", "LC_ALL=C").out) ASSERT_GE(c, 0);
}

TEST_F(RunCommand, OffATerminalNothingIsSaidOfAShortSweep) {
  write("a.scn", power_loss(kHolds));
  EXPECT_EQ(hasim("run a.scn --seeds 1..2000").err, "");
}

}  // namespace
}  // namespace hasim
