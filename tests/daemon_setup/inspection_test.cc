// What the tests of a set-up find on a head that answers as it is told to.
#include "daemon/setup/inspection.h"

#include "daemon/setup/conversation.h"
#include "tests/daemon_setup/pretended.h"

namespace hacored::setup {
namespace {

class Inspections : public testing::Test {
 protected:
  /// The gravest state, and what was said.
  std::pair<State, std::string> inspect(Step step) {
    std::string said;
    Inspection inspection{machine, {"/bin"}, standing, [&](const Finding& finding) { said += shown(finding); }};
    const State state = inspection.of(step, answers);
    return {state, said};
  }

  void expect(Step step, State state, const std::string& text) {
    const auto [found, said] = inspect(step);
    EXPECT_EQ(found, state) << said;
    EXPECT_NE(said.find(text), std::string::npos) << said;
  }

  PretendedMachine machine;
  Answers standing;
  Answers answers = all_answers();
};

std::string told(const Program& program, const std::string& key) {
  const std::size_t at = ("\n" + program.input).find("\n" + key + "=");
  if (at == std::string::npos) return {};
  const std::string rest = program.input.substr(at + key.size() + 1);
  return rest.substr(0, rest.find('\n'));
}

TEST_F(Inspections, FindThatThisHostIsNoHead) {
  machine.name = "login1";
  expect(Step::cell, State::fail, "this host is login1");
  expect(Step::internal, State::unknown, "neither of the heads");
}

TEST_F(Inspections, AreMadeFromTheSecondHeadToo) {
  machine.name = "head2";
  machine.local = {{"bond0", "10.1.0.2/16"}};
  machine.answer = [](const Program& program) {
    return PretendedMachine::exit(program.arguments.back() == "probe" ? 7 : 0);
  };
  answers.set("internal.virtual", {"10.1.0.9/16"});
  const auto [state, said] = inspect(Step::internal);
  EXPECT_EQ(state, State::fail) << said;  // there is no program of that name here
  EXPECT_NE(said.find("bond0 carries 10.1.0.2/16"), std::string::npos);
  EXPECT_EQ(machine.ran.front().arguments.back(), "10.1.0.1");
}

TEST_F(Inspections, WarnAboutAHeadThatDoesNotAnswerYet) {
  machine.answer = [](const Program&) { return PretendedMachine::exit(1); };
  expect(Step::failover, State::fail, "eth3 carries 10.3.0.1");
  machine.local.push_back({"eth3", "10.3.0.1/24"});
  expect(Step::failover, State::warn, "the other head is off, or the line is cut");
  machine.programs.clear();
  expect(Step::failover, State::unknown, "install iputils-ping");
}

TEST_F(Inspections, FindCrossedBmcsByTheChassisOfThisHead) {
  const auto crossed = [](const Program& program) {
    return PretendedMachine::exit(
        0, told(program, "ip") == "10.2.1.1" ? "Status: ON\nchassis=AA-02\n" : "Status: ON\nchassis=AA-01\n");
  };
  answers.set("bmc.agent", {"/bin/true"});
  machine.answer = crossed;
  machine.files["/sys/class/dmi/id/product_uuid"] = "aa01";
  expect(Step::bmc, State::fail, "the one of head2 switches this head: the addresses are crossed");
  EXPECT_EQ(answers.text("bmc.first_chassis"), "aa-01");
}

TEST_F(Inspections, LearnTheChassisAndWarnIfItIsAnotherThanBefore) {
  answers.set("bmc.agent", {"/bin/true"});
  machine.answer = [](const Program& program) {
    return PretendedMachine::exit(0, "Status: ON\nchassis=" + told(program, "ip") + "\n");
  };
  expect(Step::bmc, State::warn, "right if the machine was exchanged");
  EXPECT_EQ(answers.text("bmc.first_chassis"), "10.2.1.1");
  expect(Step::bmc, State::ok, "the BMC of head2 tells its power: on");
}

TEST_F(Inspections, TellAFenceAgentItsPasswordOnStandardInputOnly) {
  answers.set("bmc.agent", {"/bin/true"});
  inspect(Step::bmc);
  ASSERT_EQ(machine.ran.size(), 2U);
  EXPECT_EQ(told(machine.ran[1], "password"), "zwei");
  EXPECT_EQ(told(machine.ran[1], "username"), "root");
  EXPECT_EQ(machine.ran[1].arguments, std::vector<std::string>{"/bin/true"});
  EXPECT_TRUE(machine.ran[1].environment.empty());
}

TEST_F(Inspections, BelieveAFenceAgentOnlyIfItsWordsSayWhatItsExitCodeSays) {
  answers.set("bmc.agent", {"/bin/true"});
  for (const auto& [code, words] : {std::pair{0, ""}, {0, "Status: OFF\n"}, {2, "Status: ON\n"}, {1, "Status: ON\n"}}) {
    machine.answer = [code = code, words = words](const Program&) { return PretendedMachine::exit(code, words); };
    EXPECT_EQ(inspect(Step::bmc).first, State::fail) << code << words;
  }
}

TEST_F(Inspections, TestEveryOutletOfEveryPowerSupply) {
  answers.set("pdu.agent", {"/bin/true"});
  machine.answer = [](const Program& program) {
    return told(program, "plug") == "7" ? PretendedMachine::exit(2, "Status: OFF\n")
                                        : PretendedMachine::exit(0, "Status: ON\n");
  };
  expect(Step::pdu, State::fail, "this head runs: it hangs on another outlet");
  EXPECT_EQ(machine.ran.size(), 4U);
}

TEST_F(Inspections, DoNotMountADiskThatTheOtherHeadMayHave) {
  answers.set("storage.mounts", {"/home=/dev/shared"});
  expect(Step::storage, State::fail, "there is no /dev/shared");
  machine.files["/dev/shared"] = "";
  expect(Step::storage, State::unknown, "the other head may have this disk mounted");
  EXPECT_TRUE(machine.ran.empty());
}

TEST_F(Inspections, OfArbitersLookAtEachOfThem) {
  answers.set("arbiter.store", {"block:/dev/shared"});
  machine.files = {{"/dev/shared", ""}, {"/dev/watchdog0", ""}};
  machine.files["/sys/class/watchdog/watchdog0/identity"] = "Software Watchdog";
  machine.answer = [](const Program& program) {
    return PretendedMachine::exit(program.arguments.back() == "10.1.1.2" ? 1 : 0);
  };
  expect(Step::arbiter, State::warn, "2 of 3 voters answer ping");
  expect(Step::arbiter, State::warn, "it does not outlive the kernel that hangs");
  machine.files.clear();
  expect(Step::arbiter, State::fail, "both heads must see this disk");
  expect(Step::arbiter, State::fail, "load the driver of the watchdog");
}

TEST_F(Inspections, OfACellWithoutArbitersWarn) {
  for (const Question* question : questions_of(Step::arbiter)) answers.set(key_of(*question), {});
  expect(Step::arbiter, State::warn, "only the fencing race does");
}

TEST_F(Inspections, RememberWhatTheNewestTestOfAStepFound) {
  Inspection inspection{machine, {"/bin"}, standing, [](const Finding&) {}};
  machine.name = "login1";
  inspection.of(Step::cell, answers);
  EXPECT_EQ(inspection.open().size(), 1U);
  machine.name = "head1";
  inspection.of(Step::cell, answers);
  EXPECT_TRUE(inspection.open().empty());
}

TEST(Conversations, OfferWhatIsFoundHereAndCompleteWhatIsTyped) {
  PretendedMachine machine;
  PretendedPerson person{{"demo", "", "head2", "bond0", "", "10.1.0.2", "10.1.0.9"}};
  Inspection inspection{machine, {"/bin"}, {}, [](const Finding&) {}};
  Conversation conversation{person, machine, inspection, {}};
  conversation.ask(Step::cell);
  EXPECT_THROW(conversation.ask(Step::internal), NobodyAnswers);  // one test fails: the answer to that is missing
  EXPECT_EQ(conversation.answers().text("cell.first"), "head1");
  EXPECT_EQ(conversation.answers().text("internal.first"), "10.1.0.1");
  EXPECT_EQ(conversation.answers().text("internal.virtual"), "10.1.0.9/16");
  EXPECT_NE(person.screen.find("Address of head1 [10.1.0.1]: "), std::string::npos);
}

TEST(Conversations, ShowNoPasswordInTheOverview) {
  const std::string text = overview(all_answers());
  for (const char* secret : {"three", "zwei", "plugs"}) EXPECT_EQ(text.find(secret), std::string::npos);
  EXPECT_NE(text.find("management.interface    bond1 eth2"), std::string::npos) << text;
}

}  // namespace
}  // namespace hacored::setup
