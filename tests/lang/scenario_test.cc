// What scenario files mean: lines, times, lists, choices and cases as they come out of the parser.
#include <algorithm>
#include <chrono>

#include "core/reason.h"
#include "lang/words.h"
#include "sample.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;
using sample::names;
using sample::script;
using sample::story;

const Line& line_of(const Script& script, int number) {
  const auto found =
      std::find_if(script.lines.begin(), script.lines.end(), [&](auto& line) { return line.number == number; });
  EXPECT_NE(found, script.lines.end()) << "no line " << number;
  return *found;
}

/// The body begins in line 5 of these stories, `start` is line 5.
constexpr int kFirst = 6;

TEST(When, APointOfAStimulusIsAnInstantAndOfAClaimAWindow) {
  const Script s = script(
      "  start\n  +5s  fault  head1 hangs\n  @90s  note  \"x\"\n  +7s  expect  head1 off\n  end  expect  head1 off\n");
  const When& fault = line_of(s, kFirst).when;
  EXPECT_EQ(fault.kind, When::Kind::at);
  EXPECT_EQ(fault.from.base, Point::Base::mark);
  EXPECT_EQ(fault.from.offset, 5s);
  const When& note = line_of(s, kFirst + 1).when;
  EXPECT_EQ(note.from.base, Point::Base::zero);
  EXPECT_EQ(note.from.offset, 90s);
  const When& claim = line_of(s, kFirst + 2).when;
  EXPECT_EQ(claim.kind, When::Kind::window);
  EXPECT_EQ(claim.from.offset, 7s);
  EXPECT_EQ(claim.to.offset, 7s);
  EXPECT_EQ(line_of(s, kFirst + 3).when.from.base, Point::Base::end);
}

TEST(When, SettingsInTimesAreThoseOfTheCase) {
  const Script s = script("  start\n  +1s  fault  head1 hangs\n  +0s..+failover_max-5s  expect  head2 active\n", "bcm",
                          "set dead_after = 3s\nset start_max = dead_after+1s\n");
  EXPECT_EQ(line_of(s, kFirst + 4 - 1).when.to.offset, 3s + 25s + 4s - 5s);
}

TEST(When, AnyDrawsAndOnWaits) {
  const Script s = script(
      "  start\n  any +1s..+3s  fault  head1 hangs\n  on head2 active any +1ms..+2ms  note  \"x\"\n"
      "  whenever head1 off +0s..+5s  expect  head2 active\n  on head2 off +20ms  note \"y\"\n  +1s note \"z\"\n");
  const When& any = line_of(s, kFirst).when;
  EXPECT_TRUE(any.drawn);
  EXPECT_EQ(any.to.offset, 3s);
  const When& on = line_of(s, kFirst + 1).when;
  EXPECT_EQ(on.kind, When::Kind::on);
  EXPECT_TRUE(on.drawn);
  EXPECT_FALSE(on.has_window);
  ASSERT_TRUE(on.trigger);
  EXPECT_EQ(on.trigger->first[0][0].observed.text, "head2 active");
  const When& whenever = line_of(s, kFirst + 2).when;
  EXPECT_EQ(whenever.kind, When::Kind::whenever);
  EXPECT_TRUE(whenever.has_window);
  EXPECT_EQ(line_of(s, kFirst + 3).when.from.offset, 20ms);
}

TEST(When, StartMayBeColdAndGivenComesBefore) {
  const Script s = script("  given  fault  voters off\n  start cold\n  +1s..+9s  expect  head1 active\n");
  EXPECT_EQ(s.lines[0].when.kind, When::Kind::given);
  EXPECT_EQ(s.lines[1].when.kind, When::Kind::start);
  EXPECT_TRUE(s.lines[1].when.cold);
}

TEST(When, EachStepNamesAnOperation) {
  const Script s = script(
      "  start\n  +1s  do  makeactive on head2\n  each step of handover  fault  head1 hangs\n  +0s..+9s  expect  head2 "
      "active\n");
  const When& when = line_of(s, kFirst + 1).when;
  EXPECT_EQ(when.kind, When::Kind::each_step);
  ASSERT_TRUE(when.operation);
  EXPECT_EQ(when.operation->id, SentenceId::op_handover_on_head);
}

TEST(Lists, CopyTheLineForEachThing) {
  const Script s = script("  start\n  +1s  fault  heads hang\n  +0s..+9s  never  cm-shared, home mounted twice\n");
  const Stimulus& fault = line_of(s, kFirst).stimuli[0];
  ASSERT_EQ(fault.alternatives.size(), 1u);
  ASSERT_EQ(fault.alternatives[0].size(), 2u);
  EXPECT_EQ(names(*s.world, fault.alternatives[0][1].values[0].things), std::vector<std::string>{"head2"});
  EXPECT_EQ(line_of(s, kFirst + 1).claims[0].alternatives[0].size(), 2u);
}

TEST(Lists, AreAddedUpOnlyByCounts) {
  const Script s = script("  start\n  +1s  fault  8 of voters off\n  +0s..+9s  expect  at most one fence of heads\n");
  const Sentence& fault = line_of(s, kFirst).stimuli[0].alternatives[0][0];
  EXPECT_EQ(fault.values[1].things.size(), 16u);
  EXPECT_EQ(fault.values[0].number.lo, 8);
  const Claim& claim = line_of(s, kFirst + 1).claims[0];
  ASSERT_EQ(claim.alternatives[0].size(), 1u);
  const Sentence& fences = claim.alternatives[0][0].first[0][0].observed;
  EXPECT_EQ(fences.values[0].count.rule, Count::Rule::at_most);
  EXPECT_EQ(fences.values[0].count.n, 1);
  EXPECT_EQ(fences.values[1].things.size(), 2u);
}

TEST(Lists, PeerOfIsAHead) {
  const Script s = script("  start\n  +1s  fault  peer of head1 hangs\n  +0s..+9s  expect  head1 active\n");
  EXPECT_EQ(names(*s.world, line_of(s, kFirst).stimuli[0].alternatives[0][0].values[0].things),
            std::vector<std::string>{"head2"});
}

TEST(Slots, HoldNumbersInTheirUnits) {
  const Script s = script(
      "  start\n  +1s  fault  internal drops 30% in bursts of 3 between head1 and nas\n"
      "  +0s  fault  clock of head1 drifts 500ppm\n  +0s  fault  backup limited to 10Mbit\n"
      "  +0s  fault  internal drops frames over 2KiB\n  +0s  fault  clock of head2 jumps -90s\n"
      "  +0s  fault  bmc of head1 takes any 15s..25s to get for any 1min..2min with probability 50%\n"
      "  +0s..+9s  expect  head1 active\n");
  const Sentence& drops = line_of(s, kFirst).stimuli[0].alternatives[0][0];
  EXPECT_EQ(drops.values[1].number.lo, 3'000);
  EXPECT_EQ(drops.values[2].number.lo, 3);
  // An optional burst, an optional scope that is there, and the first of its forms.
  EXPECT_EQ(drops.picks, (std::vector<std::uint8_t>{1, 1, 0}));
  EXPECT_EQ(names(*s.world, drops.values[4].things), std::vector<std::string>{"nas"});
  EXPECT_TRUE(drops.values[5].things.empty());
  EXPECT_EQ(line_of(s, kFirst + 1).stimuli[0].alternatives[0][0].values[1].number.lo, 500);
  EXPECT_EQ(line_of(s, kFirst + 2).stimuli[0].alternatives[0][0].values[1].number.lo, 10'000'000);
  EXPECT_EQ(line_of(s, kFirst + 3).stimuli[0].alternatives[0][0].values[1].number.lo, 2'048);
  EXPECT_EQ(line_of(s, kFirst + 4).stimuli[0].alternatives[0][0].values[1].number.lo, -90'000'000'000);
  const Stimulus& drawn = line_of(s, kFirst + 5).stimuli[0];
  EXPECT_EQ(drawn.alternatives[0][0].values[1].number.hi, 25'000'000'000);
  EXPECT_EQ(drawn.lasts->lo, 60'000'000'000);
  EXPECT_DOUBLE_EQ(*drawn.probability, 0.5);
}

TEST(Slots, HoldWordsOfTheCore) {
  const Script s = script("  start\n  +1s..+9s  expect  head2 active because operator or head2 holds because tie\n");
  const Claimed& claimed = line_of(s, kFirst).claims[0].alternatives[0][0];
  ASSERT_EQ(claimed.first.size(), 2u);
  EXPECT_EQ(claimed.first[0][0].observed.values[1].word, static_cast<std::uint8_t>(ha::Proof::operator_word));
  EXPECT_EQ(claimed.first[1][0].observed.values[1].word, static_cast<std::uint8_t>(ha::Reason::tie));
}

TEST(Claims, JoinStatesAndOrderEvents) {
  const Script s = script(
      "  start\n  +1s..+9s  always  head1 active and not head2 active or head1 off\n"
      "  +1s..+9s  never  head2 active before fence of head1 confirmed\n");
  const Some& some = line_of(s, kFirst).claims[0].alternatives[0][0].first;
  ASSERT_EQ(some.size(), 2u);
  ASSERT_EQ(some[0].size(), 2u);
  EXPECT_TRUE(some[0][1].negated);
  const Claimed& ordered = line_of(s, kFirst + 1).claims[0].alternatives[0][0];
  EXPECT_EQ(ordered.order, Order::before);
  EXPECT_EQ(ordered.second[0][0].observed.text, "fence of head1 confirmed");
}

TEST(Choices, AnyOfMakesAlternatives) {
  const Script s = script(
      "  start\n  +1s  fault  any of [head1, head2] any of [hangs, loses power, panics]\n  +0s..+9s  expect  head1 "
      "active\n");
  const Stimulus& fault = line_of(s, kFirst).stimuli[0];
  ASSERT_EQ(fault.alternatives.size(), 6u);
  EXPECT_EQ(fault.alternatives[1][0].text, "head1 loses power");
  EXPECT_EQ(fault.alternatives[5][0].text, "head2 panics");
}

TEST(Cases, AreTheProductOfTheForLinesInOrder) {
  const Scenario scenario =
      sample::read(story("  start\n  +1s  fault  {who} {blow}\n  +0s..+{t}  expect  head1 active\n", "bcm",
                         "for who in [head1, head2]\nfor blow, t in [(hangs, 5s), (loses power, 7s)]\n"));
  ASSERT_EQ(scenario.cases.size(), 4u);
  EXPECT_EQ(scenario.cases[1].case_name, "who=head1,blow=loses power,t=7s");
  EXPECT_EQ(scenario.cases[2].case_name, "who=head2,blow=hangs,t=5s");
  EXPECT_EQ(scenario.cases[3].lines[2].when.to.offset, 7s);
}

TEST(Cases, CanBeWholeTailsOfLines) {
  const Scenario scenario = sample::read(story("  start\n  +1s {how}\n  +0s..+5s  expect  head1 active\n", "bcm",
                                               "for how in [do stop core on head1, fault head1 hangs for 5min]\n"));
  ASSERT_EQ(scenario.cases.size(), 2u);
  EXPECT_EQ(scenario.cases[0].lines[1].stimuli[0].verb, StimulusVerb::action);
  EXPECT_EQ(scenario.cases[1].lines[1].stimuli[0].verb, StimulusVerb::fault);
}

TEST(Cases, SetTheSettings) {
  const Scenario scenario = sample::read(story("  start\n  +1s..+5s  expect  head1 active\n", "bcm",
                                               "for policy in [fence, hold]\nset without_votes = {policy}\n"));
  EXPECT_TRUE(scenario.cases[0].world->settings.is("without_votes", "fence"));
  EXPECT_TRUE(scenario.cases[1].world->settings.is("without_votes", "hold"));
}

TEST(Repeat, CopiesItsLinesAndCountsThem) {
  const Script s = script(
      "  start\n  +60s  repeat 3 times\n    +90s  fault  head1 restarts\n    +1s  note  \"turn {n}\"\n  +1s..+2s  "
      "expect  head1 active\n");
  std::vector<std::string> notes;
  for (const Line& line : s.lines) {
    for (const Stimulus& stimulus : line.stimuli) {
      if (stimulus.verb == StimulusVerb::note) notes.push_back(stimulus.note);
    }
  }
  // The repeat itself names the instant from which its first line counts.
  EXPECT_EQ(notes, (std::vector<std::string>{"repeat 3 times", "turn 1", "turn 2", "turn 3"}));
}

TEST(Repeat, CopiesDrawFromStreamsOfTheirOwn) {
  const Script s = script(
      "  start\n  +60s  repeat 2 times\n    any +1s..+9s  fault  head1 restarts\n  +1s..+2s  expect  head1 active\n");
  ASSERT_EQ(s.lines.size(), 5u);
  EXPECT_EQ(s.lines[2].number, s.lines[3].number);
  EXPECT_NE(s.lines[2].source_key, s.lines[3].source_key);
}

TEST(Race, HoldsItsStimuliTogether) {
  const Script s = script(
      "  start\n  +60s  race within 100ms\n    do  makeactive on head1\n    fault  head1 hangs\n  +0s..+9s  expect  "
      "head1 off\n");
  const Line& race = line_of(s, kFirst);
  EXPECT_EQ(race.race_within, 100ms);
  EXPECT_EQ(race.stimuli.size(), 2u);
}

TEST(SourceKeys, DoNotChangeWithLinesBesideThem) {
  const std::string fault = "  any +1s..+9s  fault  head1 hangs\n", claim = "  +0s..+9s  expect  head2 active\n";
  const Script one = script("  start\n" + fault + claim);
  const Script two = script("  start\n  +1s  note  \"new\"\n" + fault + claim);
  EXPECT_EQ(line_of(one, kFirst).source_key, line_of(two, kFirst + 1).source_key);
}

TEST(SourceKeys, DoNotChangeWithTheLayout) {
  const Script one = script("  start\n  any +1s..+9s  fault  head1 hangs\n  +0s..+9s  expect  head2 active\n");
  const Script two = script("  start\n  any +1s..+9s\n    fault head1 hangs # why\n  +0s..+9s  expect  head2 active\n");
  EXPECT_EQ(line_of(one, kFirst).source_key, line_of(two, kFirst).source_key);
}

TEST(Headers, RelaxAndTagsAreKept) {
  const Scenario scenario =
      sample::read(story("  start\n  +1s..+5s  expect  head1 active\n", "bcm",
                         "tags     a, b-c\nrelax I4 because \"the address is \\\"shared\\\"\"\n"));
  EXPECT_EQ(scenario.tags, (std::vector<std::string>{"a", "b-c"}));
  ASSERT_EQ(scenario.cases[0].relaxed.size(), 1u);
  EXPECT_EQ(scenario.cases[0].relaxed[0].invariant, 4);
  EXPECT_EQ(scenario.cases[0].relaxed[0].reason, "the address is \"shared\"");
}

TEST(Measures, AndClaimsOverSeeds) {
  const Script s = script(
      "  start\n  +1s  fault  head1 hangs\n  measure gap = longest time without main served\n"
      "  measure shots = count of fence of head1 executed\n  measure found = from here to head2 loses head1\n"
      "  +0s..+9s  expect  head1 active\n  over 100 seeds expect p999 of gap <= dead_after+1s\n"
      "  over seeds expect max of shots >= 1\n  over 10 seeds sometimes head2 fencing head1\n");
  EXPECT_EQ(line_of(s, kFirst + 1).measure->kind, Measure::Kind::longest_without);
  EXPECT_TRUE(line_of(s, kFirst + 3).measure->from_here);
  const OverSeeds& gap = *line_of(s, kFirst + 5).over;
  EXPECT_EQ(gap.runs, 100);
  EXPECT_EQ(gap.stat, Stat::p999);
  EXPECT_EQ(gap.bound, 11'000'000'000);
  const OverSeeds& shots = *line_of(s, kFirst + 6).over;
  EXPECT_FALSE(shots.at_most);
  EXPECT_EQ(shots.bound, 1);
  EXPECT_TRUE(line_of(s, kFirst + 7).over->sometimes);
}

TEST(Overrides, ComeLast) {
  const std::string file = sample::folder() + "drafts/process/pr06-core-dies.scn";
  const Parsed parsed = parse_scenario_file(file, sample::worlds(), {{"dead_after=5s"}, ""});
  EXPECT_EQ(std::get<Scenario>(parsed).cases[0].world->settings.duration("dead_after"), 5s);
  const Parsed plain = parse_scenario_file(file, sample::worlds());
  EXPECT_NE(std::get<Scenario>(parsed).digest, std::get<Scenario>(plain).digest);
}

TEST(Overrides, AreCheckedLikeLines) {
  const std::string file = sample::folder() + "drafts/process/pr06-core-dies.scn";
  const Parsed parsed = parse_scenario_file(file, sample::worlds(), {{"dead_aftr=5s"}, ""});
  ASSERT_TRUE(std::holds_alternative<Diagnostic>(parsed));
  EXPECT_EQ(std::get<Diagnostic>(parsed).show().substr(0, 52),
            "--set:1:1: error: \"dead_aftr\" is not a setting  [dea");
}

TEST(Overrides, CanNameAnotherWorld) {
  const std::string file = sample::folder() + "drafts/bmc/bm02-shared-supply.scn";
  const std::string path = sample::folder() + "drafts/worlds/bcm.world";
  for (const std::string& world : {std::string("bcm"), path}) {
    const Parsed parsed = parse_scenario_file(file, sample::worlds(), {{}, world});
    EXPECT_EQ(std::get<Scenario>(parsed).cases[0].world->name, "bcm");
  }
}

TEST(Digest, IgnoresCommentsAndLayout) {
  const std::string body = "  start\n  +1s..+5s  expect  head1 active\n";
  const std::uint64_t digest = sample::read(story(body)).digest;
  EXPECT_EQ(sample::read(story("# why\n  start\n\n    # x\n  +1s..+5s expect    head1 active # y\n")).digest, digest);
  EXPECT_NE(sample::read(story("  start\n  +1s..+5s  expect  head2 active\n")).digest, digest);
}

}  // namespace
}  // namespace hasim
