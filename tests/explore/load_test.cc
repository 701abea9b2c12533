// What a world cannot do is said by name, at the place where it stands, before anything starts.
#include "explore/load.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <variant>

#include "core/reason.h"
#include "sim/simulator.h"

namespace hasim {
namespace {

Scenario scenario(const std::string& world, const std::string& claim = "expect  head2 on") {
  const std::string text = "scenario \"s\"\nsource   \"test\"\nworld    " + world +
                           "\n\n  start\n  +60s          fault   head1 loses power\n  +0s..+60s     " + claim + "\n";
  Parsed parsed = parse_scenario(text, "s.scn", SearchPath{{HASIM_SOURCE_DIR "/scenarios/worlds"}});
  if (const auto* problem = std::get_if<Diagnostic>(&parsed)) throw std::runtime_error(problem->show());
  return std::get<Scenario>(std::move(parsed));
}

TEST(Unsupported, NamesASystemThatRunsElsewhereAtItsPlace) {
  const auto world = make_simulator();
  const std::vector<Diagnostic> found = unsupported(scenario("pair running keepalived"), *world);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].show(),
            "s.scn:3:23: error: keepalived is a real system and runs in namespaces only; sim has hacore, bcm_rules, "
            "bull_rules, slurm_rules, xcat_rules\n"
            "  world    pair running keepalived\n"
            "                        ^^^^^^^^^^");
}

TEST(Unsupported, HasNothingAgainstAModel) {
  const auto world = make_simulator();
  EXPECT_TRUE(unsupported(scenario("pair running bcm_rules"), *world).empty());
  EXPECT_TRUE(unsupported(scenario("pair"), *world).empty());
}

TEST(Unsupported, IsAClaimAboutAReasonThatTheCoreNeverSays) {
  ASSERT_FALSE(ha::kReasonsNotSaid.empty());
  const auto world = make_simulator();
  const std::string word(to_string(ha::kReasonsNotSaid.front()));
  const auto found = unsupported(scenario("pair", "never   head2 holds because " + word), *world);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "the core of this version never says \"" + word + "\": nothing here can come true");
  EXPECT_EQ(found[0].place.line, 7);
  EXPECT_TRUE(unsupported(scenario("pair", "never   head2 holds because contradiction"), *world).empty());
  const Scenario other = scenario("pair running bcm_rules", "never   head2 holds because " + word);
  EXPECT_TRUE(unsupported(other, *world).empty()) << "that is another system";
}

}  // namespace
}  // namespace hasim
