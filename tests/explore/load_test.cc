// What is refused of a file that can be read.
#include "explore/load.h"

#include <gtest/gtest.h>

#include "core/reason.h"
#include "sim/simulator.h"

namespace hasim {
namespace {

std::vector<Diagnostic> wrong_with(const std::string& what, const std::string& world = "pair") {
  const std::string text =
      "scenario \"x\"\nsource \"x\"\nworld " + world + "\n\n  start\n  +0s..+50s  never  " + what + "\n";
  const Parsed parsed = parse_scenario(text, "a.scn", SearchPath{{HASIM_SOURCE_DIR "/scenarios/worlds"}});
  if (const auto* no = std::get_if<Diagnostic>(&parsed)) return {*no};
  return unsupported(std::get<Scenario>(parsed), *make_simulator());
}

TEST(Unsupported, IsAReasonThatTheCoreNeverSays) {
  ASSERT_FALSE(ha::kReasonsNotSaid.empty());
  const std::string word(to_string(ha::kReasonsNotSaid.front()));
  const auto found = wrong_with("head2 holds because " + word);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().message, "the core of this version never says \"" + word + "\": nothing here can come true");
  EXPECT_EQ(found.front().place.line, 6);
  EXPECT_TRUE(wrong_with("head2 holds because contradiction").empty());
  EXPECT_TRUE(wrong_with("head2 holds because " + word, "pair running bcm_rules").empty()) << "that is another system";
}

}  // namespace
}  // namespace hasim
