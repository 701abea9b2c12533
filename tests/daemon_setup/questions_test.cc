// The table of questions, and single answers.
#include <fstream>
#include <iterator>
#include <set>

#include "daemon/config_value.h"
#include "daemon/setup/mount_answer.h"
#include "tests/daemon_setup/pretended.h"

namespace hacored::setup {
namespace {

using Typed = std::vector<std::string>;

const Question& question(const std::string& key) {
  for (const Question& one : questions())
    if (key_of(one) == key) return one;
  ADD_FAILURE() << key;
  return questions().front();
}

TEST(Questions, HaveKeysOfTheirOwnAndStandByTheirSteps) {
  std::set<std::string> keys;
  Step newest = Step::cell;
  for (const Question& one : questions()) {
    EXPECT_TRUE(keys.insert(key_of(one)).second) << key_of(one);
    EXPECT_GE(one.step, newest) << key_of(one);
    newest = one.step;
  }
}

TEST(Questions, AreEitherNeededOrOptionalOrHaveAnInitialAnswer) {
  for (const Question& one : questions()) {
    const bool initial = initial_value(one.row).has_value();
    EXPECT_TRUE(one.row.needed != (one.optional || initial)) << key_of(one);
    EXPECT_FALSE(one.row.says.empty()) << key_of(one);
  }
}

TEST(Questions, LetAStepBeLeftOutByTheFirstOne) {
  for (const StepInfo& info : steps())
    EXPECT_TRUE(!info.optional || questions_of(info.step).front()->optional) << info.name;
}

TEST(Questions, AreSameAsOnesThatExist) {
  for (const Question& one : questions())
    EXPECT_TRUE(one.same_as.empty() || key_of(question(std::string{one.same_as})) == one.same_as);
}

TEST(Questions, AcceptTheirOwnSamples) {
  for (const Question& one : questions()) {
    if (one.row.sample.empty()) continue;
    Report report{"", ""};
    const auto root = read_toml(std::string{one.row.name} + " = " + std::string{one.row.sample}, report);
    ASSERT_TRUE(root) << key_of(one);
    const auto value = read_value(one.row, root->entries.front(), report);
    ASSERT_TRUE(value) << show(report.in_order());
    EXPECT_EQ(unfit(one, value->texts), "");
  }
}

TEST(Questions, StandInTheDocumentation) {
  std::ifstream file{HASIM_SOURCE_DIR "/docs/setup.md"};
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const Question& one : questions())
    EXPECT_NE(page.find("`" + key_of(one) + "`"), std::string::npos) << key_of(one);
}

TEST(Answers, AreTypedWithBlanksOrCommasBetween) {
  EXPECT_EQ(read_typed(question("arbiter.voters"), "10.1.0.1, 10.1.0.2 10.1.0.3").texts,
            (Typed{"10.1.0.1", "10.1.0.2", "10.1.0.3"}));
  EXPECT_EQ(read_typed(question("internal.interface"), "bond0").texts, (Typed{"bond0", "bond0"}));
  EXPECT_EQ(read_typed(question("internal.interface"), "bond0 eth2").texts, (Typed{"bond0", "eth2"}));
  EXPECT_EQ(read_typed(question("internal.first"), "FD00::1").texts, (Typed{"fd00::1"}));
  EXPECT_EQ(read_typed(question("bmc.password"), "a, b").texts, (Typed{"a, b"}));
}

TEST(Answers, ThatCannotBeRightSayWhy) {
  const auto wrong = [](const char* key, const char* line) { return read_typed(question(key), line).wrong; };
  EXPECT_EQ(wrong("internal.first", "10.1"), "\"10.1\" is not a value of first; expected: an IPv4 or IPv6 address");
  EXPECT_NE(wrong("internal.interface", "a b c"), "");
  EXPECT_NE(wrong("cell.name", "a b"), "");
  EXPECT_NE(wrong("arbiter.store", "nas:/export"), "");
  EXPECT_NE(wrong("storage.mounts", "/home"), "");
  EXPECT_EQ(wrong("storage.mounts", "/home=nas:/home /cm/shared=/dev/sdb1"), "");
}

TEST(Answers, OfMountsAreADirectoryAndADevice) {
  EXPECT_TRUE(read_mount("/home=nas:/export/home")->is_nfs());
  EXPECT_FALSE(read_mount("/home=/dev/mapper/home")->is_nfs());
  EXPECT_EQ(read_mount("/home=[fd00::1]:/export")->device, "[fd00::1]:/export");
  for (const char* wrong : {"/home", "home=nas:/x", "/home=", "/home=nas", "/home=:/x", "=nas:/x", "/home=/srv"})
    EXPECT_FALSE(read_mount(wrong)) << wrong;
}

TEST(Answers, ThatAreMissingAreNamedAndThoseOfStepsThatAreLeftOutAreNot) {
  Answers answers;
  complete(answers);
  answers.set("bmc.agent", {});
  EXPECT_EQ(missing(answers), (std::vector<std::string>{"cell.name", "cell.first", "cell.second", "internal.interface",
                                                        "internal.first", "internal.second", "internal.virtual"}));
  answers.set("management.interface", {"bond1", "bond1"});
  EXPECT_EQ(missing(answers).size(), 9U);
  EXPECT_TRUE(missing(all_answers()).empty());
}

TEST(Answers, OfTheSecondBmcAreThoseOfTheFirstUnlessItHasItsOwn) {
  Answers answers;
  answers.set("bmc.agent", {"fence_hacore_ipmi"});
  answers.set("bmc.password", {"one"});
  complete(answers);
  EXPECT_EQ(answers.text("bmc.second_password"), "one");
}

}  // namespace
}  // namespace hacored::setup
