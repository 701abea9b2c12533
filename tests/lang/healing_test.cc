// Which faults a `heal` ends, and which it must leave.
#include "lang/healing.h"

#include "sample.h"

namespace hasim {
namespace {

/// Texts of the faults that the `heal` ends, of these fault lines above it.
std::vector<std::string> healed(const std::vector<std::string>& faults, const std::string& heal) {
  std::string body = "  start\n";
  for (const std::string& fault : faults) body += "  +1s  fault  " + fault + "\n";
  const Script script = sample::script(body + "  +1s  heal  " + heal + "\n  +0s..+9s  expect  head1 active\n");
  const Stimulus* healing = nullptr;
  for (const Line& line : script.lines) {
    for (const Stimulus& stimulus : line.stimuli) {
      if (stimulus.verb == StimulusVerb::heal) healing = &stimulus;
    }
  }
  std::vector<std::string> ended;
  if (healing == nullptr) return ended;
  for (const Line& line : script.lines) {
    for (const Stimulus& stimulus : line.stimuli) {
      if (stimulus.verb != StimulusVerb::fault) continue;
      const Sentence& fault = stimulus.alternatives[0][0];
      if (heals(*script.world, *healing, fault)) ended.push_back(fault.text);
    }
  }
  return ended;
}

using Strings = std::vector<std::string>;

TEST(Heal, OfAHeadLeavesItsBmc) {
  EXPECT_EQ(healed({"head1 hangs", "bmc of head1 silent", "head2 hangs", "core of head1 gone"}, "head1"),
            (Strings{"head1 hangs", "core of head1 gone"}));
}

TEST(Heal, OfAPartLeavesTheRest) {
  EXPECT_EQ(healed({"head1 hangs", "bmc of head1 silent", "core of head1 gone"}, "core of head1"),
            Strings{"core of head1 gone"});
  EXPECT_EQ(healed({"head1 hangs", "bmc of head1 silent", "bmc of head2 silent"}, "bmc of head1"),
            Strings{"bmc of head1 silent"});
  EXPECT_EQ(healed({"bmc of head1 silent", "bmc of head2 silent"}, "bmc of head1, head2"),
            (Strings{"bmc of head1 silent", "bmc of head2 silent"}));
  EXPECT_EQ(healed({"head1 hangs", "fence agent on head1 hangs"}, "fence agent on head1"),
            Strings{"fence agent on head1 hangs"});
}

TEST(Heal, OfALinkMeansThatLink) {
  EXPECT_EQ(healed({"link of head1 to internal down", "link of head1 to backup down"}, "link of head1 to internal"),
            Strings{"link of head1 to internal down"});
}

TEST(Heal, OfAGroupMeansItsThings) {
  EXPECT_EQ(healed({"backup cut", "external cut", "internal drops 30%"}, "paths"),
            (Strings{"backup cut", "internal drops 30%"}));
  EXPECT_EQ(healed({"head1 hangs", "bmc of head2 silent"}, "bmcs"), Strings{"bmc of head2 silent"});
  EXPECT_EQ(healed({"node001 off", "head1 hangs"}, "voters"), Strings{"node001 off"});
}

TEST(Heal, WithAFaultsOwnWordsMeansThatFault) {
  EXPECT_EQ(healed({"internal cut", "internal drops 30%"}, "internal drops 30%"), Strings{"internal drops 30%"});
}

TEST(Heal, AllMeansAll) { EXPECT_EQ(healed({"internal cut", "bmc of head1 silent"}, "all").size(), 2u); }

TEST(Heal, OfWhatIsWholeIsRefused) {
  const auto refused = [](const std::string& heal) {
    return sample::message(sample::story("  start\n  +1s fault internal cut\n  +1s heal " + heal + "\n"));
  };
  EXPECT_EQ(refused("backup"), "nothing to heal: no line above breaks \"backup\"");
  EXPECT_EQ(refused("core of head1"), "nothing to heal: no line above breaks \"core of head1\"");
  EXPECT_EQ(refused("nothing"), "this world has no \"nothing\"");
  EXPECT_EQ(refused("internal cut at nas"), "no line above says \"fault internal cut at nas\"");
}

}  // namespace
}  // namespace hasim
