// What a world means for the core of a head.
#include <chrono>

#include "lang/power_levels.h"
#include "sample.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;

Script in_world(const std::string& world, const std::string& headers = "") {
  return sample::script("  start\n  +1s..+9s  expect  heads on\n", world, headers);
}

ha::Config config_of(const Script& script, const std::string& head) {
  return core_config(*script.world, script.world->find(head));
}

TEST(CoreConfig, TellsAHeadWhoItIsAndWhatItCanUse) {
  const Script bcm = in_world("bcm");
  const ha::Config head2 = config_of(bcm, "head2");
  EXPECT_EQ(head2.self, 1);
  EXPECT_EQ(head2.services, 1);
  EXPECT_EQ(head2.service[0].preferred, 0);
  EXPECT_EQ(head2.paths, 2);
  EXPECT_EQ(head2.resources(), 7);
  EXPECT_EQ(head2.fence_levels, 2);
  EXPECT_TRUE(head2.store);
  EXPECT_TRUE(head2.watchdog);
  EXPECT_TRUE(head2.watchdog_proves);
  EXPECT_TRUE(head2.ping);
  EXPECT_EQ(head2.voters, 16);
}

TEST(CoreConfig, HasAllServicesOfTheCellInTheOrderOfTheFile) {
  const Script lustre = in_world("bull-lustre");
  const ha::Config xena2 = config_of(lustre, "xena2");
  ASSERT_EQ(xena2.services, 2);
  EXPECT_EQ(xena2.service[0].resources, 2);
  EXPECT_EQ(xena2.service[0].preferred, 0);
  EXPECT_EQ(xena2.service[1].first, 2);
  EXPECT_EQ(xena2.service[1].resources, 1);
  EXPECT_EQ(xena2.service[1].preferred, 1);
  EXPECT_EQ(config_of(lustre, "xena10").services, 1);
  EXPECT_EQ(surroundings(*lustre.world, lustre.world->find("xena1")).parts.back().service, 1);
}

TEST(CoreConfig, AQuorumDiskIsForTheHeadsThatAreCabledToIt) {
  const Script lustre = in_world("bull-lustre");
  EXPECT_TRUE(config_of(lustre, "xena1").store);
  EXPECT_FALSE(config_of(lustre, "xena10").store);
}

TEST(CoreConfig, OfBothHeadsAgreesUnlessASettingDiffers) {
  const Script same = in_world("bcm");
  EXPECT_EQ(config_of(same, "head1").digest, config_of(same, "head2").digest);
  EXPECT_NE(config_of(same, "head1").hardware_id, config_of(same, "head2").hardware_id);
  const Script other = in_world("bcm", "set dead_after on head2 = 3s\n");
  EXPECT_NE(config_of(other, "head1").digest, config_of(other, "head2").digest);
  EXPECT_EQ(config_of(other, "head2").dead_after, 3s);
}

TEST(CoreConfig, DiffersWhereOneHeadHasFewerWaysToFence) {
  const Script less = in_world("bcm", "set fence_levels on head2 = redfish, watchdog\n");
  EXPECT_EQ(config_of(less, "head2").fence_levels, 1);
  EXPECT_NE(config_of(less, "head1").digest, config_of(less, "head2").digest);
}

TEST(CoreConfig, SaysWhereTheDataLieAndWhatIsAMount) {
  EXPECT_EQ(config_of(in_world("bcm"), "head1").service[0].storage, ha::Storage::shared);
  EXPECT_EQ(config_of(in_world("bcm"), "head1").mounts, 0b0001100u) << "after its two addresses";
  const Script copies = in_world("bcm", "without quorum, nas\n");
  EXPECT_EQ(config_of(copies, "head1").service[0].storage, ha::Storage::local) << "what is left is the database";
  EXPECT_EQ(config_of(copies, "head1").mounts, 0u);
  EXPECT_EQ(config_of(in_world("bcm", "without quorum, nas, main.mysql\n"), "head1").service[0].storage,
            ha::Storage::none);
}

TEST(CoreConfig, KnowsItsSurroundings) {
  const Script bcm = in_world("bcm");
  const ha::Surroundings known = surroundings(*bcm.world, bcm.world->find("head2"));
  EXPECT_EQ(known.watchdog, 5s);
  EXPECT_EQ(known.off_takes, 200ms) << "of a BMC of which nothing is said";
  EXPECT_EQ(known.fence_levels, (std::vector<std::string>{"redfish", "pdu"}));
  ASSERT_EQ(known.parts.size(), 7u);
  EXPECT_EQ(known.parts[4].group, "db");
  EXPECT_EQ(known.parts[4].start, 3s);
}

TEST(CoreConfig, TakesTheWatchdogForAProofOnlyWithAStoreOnBothHeadsAndInTheList) {
  EXPECT_FALSE(config_of(in_world("bcm", "without quorum\n"), "head1").watchdog_proves);
  EXPECT_FALSE(config_of(in_world("bcm", "without watchdogs\n"), "head1").watchdog_proves);
  EXPECT_FALSE(config_of(in_world("bcm", "set fence_levels = redfish\n"), "head1").watchdog_proves);
  EXPECT_TRUE(config_of(in_world("bcm", "set fence_levels = watchdog\n"), "head1").watchdog_proves);
}

TEST(CoreConfig, KnowsSettings) {
  const ha::Config config = config_of(
      in_world("pair", "set without_votes = hold\nset on_poweroff = stay\nset fences_max = 7\nset drift_max = 50ppm\n"),
      "head1");
  EXPECT_EQ(config.without_votes, ha::WithoutVotes::hold);
  EXPECT_EQ(config.on_poweroff, ha::OnPoweroff::stay);
  EXPECT_EQ(config.fences_max, 7);
  EXPECT_EQ(config.drift_max, ha::Drift{50});
  EXPECT_FALSE(config.store);
  EXPECT_EQ(config.voters, 0);
}

TEST(PowerLevels, AreThoseThatTheSettingNamesAndThePeerHas) {
  const auto levels = [](const Script& script) { return power_levels(*script.world, script.world->find("head1")); };
  EXPECT_EQ(levels(in_world("bcm")), (std::vector{PowerLevel::bmc, PowerLevel::pdu}));
  EXPECT_EQ(levels(in_world("bcm", "set fence_levels = pdu, ipmi, redfish\n")),
            (std::vector{PowerLevel::pdu, PowerLevel::bmc}));
  EXPECT_EQ(levels(in_world("bcm", "without bmcs\n")), std::vector{PowerLevel::pdu});
  EXPECT_EQ(levels(in_world("pair")), std::vector{PowerLevel::bmc});
}

}  // namespace
}  // namespace hasim
