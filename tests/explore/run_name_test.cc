// Run names: what is printed can be typed in again.
#include "explore/run_name.h"

#include <gtest/gtest.h>

namespace hasim {
namespace {

Script script_with(std::vector<std::pair<std::string, std::string>> values) {
  Script script;
  script.case_values = std::move(values);
  return script;
}

TEST(RunName, ReadsBackWhatItWrites) {
  const RunName names[] = {{"bmc/lies.scn", "", 48213},
                           {"op/op03.scn", "victim=head1,blow=loses-power,step=7", 1},
                           {"/tmp/a b.scn", "x=1s", 18446744073709551615U}};
  for (const RunName& name : names) EXPECT_EQ(parse_run_name(to_string(name)), name) << to_string(name);
}

TEST(RunName, NeedsASeedAtItsEnd) {
  EXPECT_FALSE(parse_run_name("bmc/lies.scn"));
  EXPECT_FALSE(parse_run_name("bmc/lies.scn:head1"));
  EXPECT_FALSE(parse_run_name("bmc/lies.scn:"));
  EXPECT_FALSE(parse_run_name(":7"));
  EXPECT_FALSE(parse_run_name("bmc/lies.scn:18446744073709551616"));
}

TEST(RunName, HoldsNothingThatAShellWouldTouch) {
  EXPECT_EQ(shell_safe("loses power"), "loses-power");
  EXPECT_EQ(shell_safe("a;b$c*d&e"), "a-b-c-d-e");
  EXPECT_EQ(shell_safe("0.5%"), "0.5%");
}

TEST(RunName, NamesACaseByItsValuesAndItsStep) {
  const Script script = script_with({{"victim", "head1"}, {"blow", "loses power"}});
  EXPECT_EQ(case_name_of(script, 0), "victim=head1,blow=loses-power");
  EXPECT_EQ(case_name_of(script, 7), "victim=head1,blow=loses-power,step=7");
  EXPECT_EQ(case_name_of(Script{}, 3), "step=3");
}

TEST(CasePattern, FindsTheCaseOfItsOwnName) {
  const Script script = script_with({{"victim", "head1"}, {"blow", "loses power"}});
  const auto pattern = parse_case_pattern(case_name_of(script, 7));
  ASSERT_TRUE(pattern);
  EXPECT_EQ(pattern->step, 7);
  EXPECT_TRUE(matches(*pattern, script));
  EXPECT_FALSE(matches(*pattern, script_with({{"victim", "head2"}, {"blow", "loses power"}})));
}

TEST(CasePattern, TakesValuesAloneInTheOrderOfTheVariables) {
  const Script script = script_with({{"victim", "head1"}, {"other", "head2"}});
  EXPECT_TRUE(matches(*parse_case_pattern("head1,head2"), script));
  EXPECT_TRUE(matches(*parse_case_pattern("head2"), script));
  EXPECT_FALSE(matches(*parse_case_pattern("head2,head1"), script));
}

TEST(CasePattern, TakesStarsAndBlanks) {
  const Script script = script_with({{"blow", "loses power"}});
  EXPECT_TRUE(matches(*parse_case_pattern("blow=lo*"), script));
  EXPECT_TRUE(matches(*parse_case_pattern("blow=loses power"), script));
  EXPECT_FALSE(matches(*parse_case_pattern("blow=ha*"), script));
}

TEST(CasePattern, RefusesEmptyPartsAndStepsThatAreNone) {
  EXPECT_FALSE(parse_case_pattern("victim="));
  EXPECT_FALSE(parse_case_pattern("head1,,head2"));
  EXPECT_FALSE(parse_case_pattern("step=0"));
  EXPECT_FALSE(parse_case_pattern("step=first"));
  EXPECT_TRUE(parse_case_pattern("")->parts.empty());
}

}  // namespace
}  // namespace hasim
