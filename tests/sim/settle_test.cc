// Instant 0 is a settled world.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

TEST(Settle, TheOwnerServesAndThePeerIsArmedAtInstantZero) {
  for (const char* world : {"pair", "bcm"}) {
    Lab lab(world);
    lab.settle();
    EXPECT_EQ(lab.sim().now(), Time{0});
    EXPECT_EQ(lab.role("head1"), ha::Role::owner) << world;
    EXPECT_EQ(lab.role("head2"), ha::Role::passive) << world;
    EXPECT_EQ(lab.last(EventKind::armed, "head2").x, 1) << world;
    EXPECT_EQ(lab.last(EventKind::served, "main").x, 1) << world;
    EXPECT_LT(lab.last(EventKind::up, "head1").t, Time{0}) << "booting is before instant 0";
  }
}

TEST(Settle, AColdWorldIsOffUntilSomebodyPowersItOn) {
  Lab lab;
  lab.reset(1, true);
  ASSERT_TRUE(lab.sim().settle(lab));
  lab.run(60s);
  EXPECT_EQ(lab.count(EventKind::power, "head1"), 0);
  lab.act("power on head1");
  lab.act("power on head2");
  lab.run(5min);
  EXPECT_EQ(lab.role("head1"), ha::Role::owner);
}

TEST(Settle, GivenFaultsAreInForceBeforeThePowerComes) {
  Lab lab("bcm");
  lab.reset();
  lab.fault("voters off");
  ASSERT_TRUE(lab.sim().settle(lab)) << lab.sim().why_not_settled();
  ASSERT_EQ(lab.count(EventKind::fault, "node001"), 1);
  EXPECT_LT(lab.last(EventKind::fault, "node001").t, lab.last(EventKind::boots, "head1").t + 1ns);
}

TEST(Settle, EveryServiceOfACellSettlesAtItsHome) {
  Lab lab("bull-lustre");
  lab.settle();
  EXPECT_EQ(lab.role("xena1", "lustre-xena1"), ha::Role::owner);
  EXPECT_EQ(lab.role("xena1", "lustre-xena2"), ha::Role::passive);
  EXPECT_EQ(lab.role("xena2", "lustre-xena1"), ha::Role::passive);
  EXPECT_EQ(lab.role("xena2", "lustre-xena2"), ha::Role::owner);
  EXPECT_EQ(lab.last(EventKind::armed, "xena1").x, 1);
  EXPECT_EQ(lab.last(EventKind::armed, "xena2").x, 1);
}

TEST(Settle, TheModelsOfOtherSystemsRefuseACellWithSeveralServices) {
  const ParsedWorld parsed = parse_world_file(HASIM_SOURCE_DIR "/scenarios/worlds/bull-lustre.world",
                                              SearchPath{{HASIM_SOURCE_DIR "/scenarios/worlds"}});
  auto spec = std::make_shared<WorldSpec>(*std::get<std::shared_ptr<const WorldSpec>>(parsed));
  spec->system = "bull_rules";
  const auto sim = make_simulator();
  Lab nobody;
  sim->reset({.spec = spec});
  EXPECT_FALSE(sim->settle(nobody));
  EXPECT_EQ(sim->why_not_settled(), "io-cell has 2 services, and by bull_rules its heads decide about one");
}

TEST(Settle, AWorldThatCannotSettleSaysWhy) {
  Lab lab;
  lab.reset();
  lab.fault("boot of head1 fails");
  EXPECT_FALSE(lab.sim().settle(lab));
  EXPECT_NE(lab.sim().why_not_settled().find("head1 does not serve"), std::string::npos) << lab.sim().why_not_settled();
}

}  // namespace
}  // namespace hasim
