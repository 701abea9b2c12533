// The port for models of other systems, and the rules of each model.
#include <array>

#include "tests/sim/lab.h"

namespace hasim {
namespace {

struct Pairing {
  const char* world;
  const char* active;
  const char* passive;
};

constexpr Pairing kEverySystem[] = {{"pair running bcm_rules", "head1", "head2"},
                                    {"bcm running bcm_rules", "head1", "head2"},
                                    {"bull-management running bull_rules", "xena10", "xena11"},
                                    {"bull-nfs running bull_rules", "xena1", "xena11"},
                                    {"slurm running slurm_rules", "mgmt01", "mgmt02"},
                                    {"xcat running xcat_rules", "sn1", "sn2"}};

/// Heads that became owner, with when.
std::vector<Time> became_owner(const Lab& lab, const std::string& head) {
  std::vector<Time> times;
  for (const Event& e : lab.all(EventKind::role, head)) {
    if (static_cast<ha::Role>(e.y) == ha::Role::owner && e.t > Time{0}) times.push_back(e.t);
  }
  return times;
}

std::array<std::uint32_t, 2> cut_heads(Lab& lab) {
  return {lab.fault("internal cut between head1 and head2"), lab.fault("backup cut between head1 and head2")};
}

TEST(Decider, EverySystemSettlesInItsWorlds) {
  for (const Pairing& each : kEverySystem) {
    Lab lab(each.world);
    lab.settle();
    EXPECT_EQ(lab.role(each.active), ha::Role::owner) << each.world;
    EXPECT_EQ(lab.role(each.passive), ha::Role::passive) << each.world;
  }
}

TEST(Decider, AnyModelGivesTheSameTraceForTheSameSeed) {
  for (const Pairing& each : kEverySystem) {
    Lab lab(each.world);
    const auto hash = [&](std::uint64_t seed) {
      lab.settle(seed);
      lab.fault(std::string(each.active) + " loses power");
      lab.run(3min);
      return lab.sim().hash();
    };
    const std::uint64_t first = hash(7);
    EXPECT_NE(hash(8), first) << each.world;
    EXPECT_EQ(hash(7), first) << each.world
                              << ": a settled world was copied, and goes on as the one it was copied from";
  }
}

TEST(Decider, RealSystemsAreRefusedByName) {
  Lab lab;
  const auto cannot_run = [&lab](const char* system) {
    WorldSpec spec;
    spec.system = system;
    return lab.sim().cannot_run(spec);
  };
  for (const char* system : {"keepalived", "pacemaker", "corosync", "ucarp", "heartbeat", "slurmctld"}) {
    const auto why = cannot_run(system);
    ASSERT_TRUE(why) << system;
    EXPECT_EQ(why->find(system), 0U) << *why;
  }
  for (const char* system : {"hacore", "bcm_rules", "bull_rules", "slurm_rules", "xcat_rules"}) {
    EXPECT_FALSE(cannot_run(system)) << system;
  }
}

TEST(Decider, EveryModelMovesItsServiceForAnOperator) {
  for (const Pairing& each : kEverySystem) {
    Lab lab(each.world);
    lab.settle();
    lab.act(std::string("makeactive on ") + each.passive);
    lab.run(3min);
    EXPECT_EQ(lab.role(each.passive), ha::Role::owner) << each.world;
    EXPECT_EQ(lab.role(each.active), ha::Role::passive) << each.world;
    EXPECT_EQ(static_cast<ha::Outcome>(lab.last(EventKind::reply, each.passive).y), ha::Outcome::done) << each.world;
  }
}

// ---------------------------------------------------------------------------------------------------------------
// Base Command Manager

TEST(BcmRules, TheVoteOfTheNodesKeepsAnActiveHeadThatTheyHear) {
  Lab lab("bcm running bcm_rules");
  lab.settle();
  cut_heads(lab);
  lab.run(10min);
  EXPECT_EQ(lab.count(EventKind::fence_sent, "head1"), 0);
  EXPECT_EQ(lab.role("head2"), ha::Role::claiming) << "it asks again and again";
}

TEST(BcmRules, MoreThanHalfOfAllNodesMustHaveLostTheActiveHead) {
  for (const int blind : {8, 9}) {
    Lab lab("bcm running bcm_rules");
    lab.settle();
    lab.fault(std::to_string(blind) + " of voters cannot see head1");
    cut_heads(lab);
    lab.run(2min);
    EXPECT_EQ(lab.count(EventKind::fence_sent, "head1"), blind == 9 ? 1 : 0) << blind << " of 16";
  }
}

TEST(BcmRules, AHeadThatIsHeardAgainEndsThePoll) {
  Lab lab("bcm running bcm_rules");
  lab.settle();
  const std::array<std::uint32_t, 2> cut = cut_heads(lab);
  lab.run(30s);
  ASSERT_EQ(lab.role("head2"), ha::Role::claiming);
  for (const std::uint32_t fault : cut) lab.heal(fault);
  lab.run(10s);
  EXPECT_EQ(lab.role("head2"), ha::Role::passive);
}

TEST(BcmRules, APowerOffThatWasAcceptedIsBelieved) {
  Lab lab("bcm running bcm_rules");
  lab.settle();
  lab.fault("bmc of head1 ignores off");
  lab.fault("head1 hangs");
  lab.run(1min);
  EXPECT_EQ(lab.role("head2"), ha::Role::owner);
  EXPECT_EQ(lab.count(EventKind::power, "head1", 0), 0) << "and head1 is still on";
}

TEST(BcmRules, APowerOffThatFailsIsTriedForEver) {
  Lab lab("bcm-slim running bcm_rules");
  lab.settle();
  lab.fault("head1 unplugged");
  lab.run(10min);
  EXPECT_EQ(lab.role("head2"), ha::Role::fencing);
  EXPECT_GT(lab.count(EventKind::fence, "head1", static_cast<int>(ha::FenceStep::ordered)), 50);
}

TEST(BcmRules, AFailedServiceIsStartedAgainWhereItWas) {
  Lab lab("bcm running bcm_rules");
  lab.settle();
  lab.act("stop main.dhcpd on head1");
  lab.run(30s);
  EXPECT_EQ(lab.last(EventKind::part_runs, "main.dhcpd").x, 1);
  EXPECT_EQ(lab.role("head1"), ha::Role::owner);
}

TEST(BcmRules, ARestartedDaemonAdoptsWhatRuns) {
  Lab lab("bcm running bcm_rules");
  lab.settle();
  lab.fault("core of head1 crashes");
  lab.run(30s);
  EXPECT_EQ(lab.last(EventKind::role, "head1").cause, ha::Cause::adopted);
  EXPECT_EQ(lab.role("head2"), ha::Role::passive);
}

// ---------------------------------------------------------------------------------------------------------------
// Bull

TEST(BullRules, TakesOverOnlyWhenTheChassisReadsOff) {
  Lab lab("bull-io running bull_rules");
  lab.settle();
  lab.fault("bmc of xena1 ignores off");
  const std::uint32_t hang = lab.fault("xena1 hangs");
  lab.run(5min);
  EXPECT_EQ(lab.role("xena2"), ha::Role::fencing);
  lab.heal(hang);
  lab.run(10s);
  EXPECT_EQ(lab.role("xena2"), ha::Role::passive) << "heard again before anything was done";
}

TEST(BullRules, ANodeThatBootsStaysOutUntilItIsLetIn) {
  Lab lab("bull-io running bull_rules");
  lab.settle();
  lab.act("reset xena2");
  lab.run(1min);
  EXPECT_EQ(lab.count(EventKind::fence_executed, "xena2"), 1) << "it was silent while it booted";
  lab.act("power on xena2");
  lab.run(10min);
  EXPECT_EQ(lab.role("xena2"), ha::Role::init);
  EXPECT_EQ(lab.last(EventKind::hold, "xena2").reason, ha::Reason::standby);
  lab.act("leave standby on xena2");
  lab.run(10s);
  EXPECT_EQ(lab.role("xena2"), ha::Role::passive);
}

TEST(BullRules, TheQuorumDiskLetsTheFirstNodeShootAndNotTheOther) {
  Lab lab("bull-nfs running bull_rules");
  lab.settle();
  lab.fault("heartbeat cut between xena1 and xena11");
  lab.run(5min);
  EXPECT_GT(lab.count(EventKind::fence_executed, "xena11"), 0);
  EXPECT_EQ(lab.count(EventKind::fence_sent, "xena1"), 0);
  EXPECT_EQ(lab.role("xena1"), ha::Role::owner);
}

TEST(BullRules, ANodeThatCannotWriteToTheQuorumDiskDoesNotShoot) {
  Lab lab("bull-nfs running bull_rules");
  lab.settle();
  lab.fault("qdisk unreachable from xena1");
  lab.run(20s);
  lab.fault("heartbeat cut between xena1 and xena11");
  lab.run(2min);
  EXPECT_EQ(lab.count(EventKind::fence_sent, "xena11"), 0);
  EXPECT_GT(lab.count(EventKind::fence_executed, "xena1"), 0);
}

TEST(BullRules, AServiceThatDoesNotComeBackRebootsItsNode) {
  Lab lab("bull-io running bull_rules");
  lab.settle();
  lab.fault("lustre.lnet fails to start on xena1");
  lab.act("stop lustre.lnet on xena1");
  lab.run(2min);
  EXPECT_GT(lab.count(EventKind::resets, "xena1"), 0);
  EXPECT_EQ(lab.role("xena2"), ha::Role::owner);
}

TEST(BullRules, AServiceWhoseStopIsNotVerifiedIsNotStartedElsewhere) {
  Lab lab("bull-io running bull_rules");
  lab.settle();
  lab.fault("unmount of ost0 on xena1 lies");
  lab.act("makeactive on xena2");
  lab.run(5min);
  EXPECT_EQ(lab.role("xena2"), ha::Role::passive);
  EXPECT_EQ(lab.last(EventKind::hold, "xena1").reason, ha::Reason::stop_hung);
}

// ---------------------------------------------------------------------------------------------------------------
// Slurm

TEST(SlurmRules, TheBackupLeadsAfterSlurmctldTimeoutAndNotBefore) {
  Lab lab("slurm running slurm_rules");
  lab.settle();
  lab.fault("mgmt01 loses power");
  lab.run(5min);
  const std::vector<Time> led = became_owner(lab, "mgmt02");
  ASSERT_EQ(led.size(), 1U);
  EXPECT_GT(led[0], Time{119s});
  EXPECT_LT(led[0], Time{180s});
  EXPECT_EQ(lab.count(EventKind::fence_sent, "mgmt01"), 0) << "nobody is fenced";
}

TEST(SlurmRules, AMovingHeartbeatFileKeepsTheBackupAway) {
  for (const bool shared : {true, false}) {
    Lab lab("slurm running slurm_rules", shared ? "set state_dir = shared\n" : "set state_dir = private\n");
    lab.settle();
    lab.fault("internal cut between mgmt01 and mgmt02");
    lab.run(10min);
    EXPECT_EQ(became_owner(lab, "mgmt02").size(), shared ? 0U : 1U);
  }
}

TEST(SlurmRules, APrimaryThatStartsWhileTheBackupLeadsIsItsBackup) {
  Lab lab("slurm running slurm_rules");
  lab.settle();
  lab.fault("mgmt01 loses power");
  lab.run(5min);
  lab.act("power on mgmt01");
  lab.run(10min);
  EXPECT_EQ(lab.role("mgmt02"), ha::Role::owner);
  EXPECT_EQ(lab.role("mgmt01"), ha::Role::passive);
}

// ---------------------------------------------------------------------------------------------------------------
// xCAT

TEST(XcatRules, ASilentServiceNodeIsAnAlertAndNothingElse) {
  Lab lab("xcat running xcat_rules");
  lab.settle();
  lab.fault("sn1 loses power");
  lab.run(30min);
  EXPECT_EQ(lab.count(EventKind::alert, "sn2"), 1);
  EXPECT_TRUE(became_owner(lab, "sn2").empty());
  EXPECT_EQ(lab.count(EventKind::fence_sent, "sn1"), 0);
}

TEST(XcatRules, TheMoveByHandAsksForNoProof) {
  Lab lab("xcat running xcat_rules");
  lab.settle();
  lab.fault("sn1 hangs");
  lab.run(1min);
  lab.act("makeactive on sn2");
  lab.run(1min);
  EXPECT_EQ(became_owner(lab, "sn2").size(), 1U);
  EXPECT_EQ(lab.last(EventKind::mounted, "nodedata1").with, lab.id("sn2"));
}

TEST(XcatRules, AServiceNodeThatReturnsLeavesItsFilesWhereTheyWereMoved) {
  Lab lab("xcat running xcat_rules");
  lab.settle();
  lab.fault("sn1 loses power");
  lab.run(1min);
  lab.act("makeactive on sn2");
  lab.run(1min);
  lab.act("power on sn1");
  lab.run(10min);
  EXPECT_EQ(lab.role("sn1"), ha::Role::passive);
  EXPECT_EQ(lab.role("sn2"), ha::Role::owner);
}

}  // namespace
}  // namespace hasim
