// Each invariant: what breaks it, and what looks like it but does not.
#include "lang/invariants.h"

#include "tests/lang/broken_by.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;
using test::broken_by;
using test::ordered;
using test::Stage;
using World = test::FakeWorld;

TEST(Invariants, HoldInAQuietWorldAndInAHandover) {
  EXPECT_EQ(broken_by([](World&) {}), "holds");
  EXPECT_EQ(broken_by([](World& w) {
              w.stops(60s, "head1");
              w.proof(61s, "head2", ha::Proof::peer_passive, 5);
              w.serves(62s, "head2", 5);
            }),
            "holds");
}

TEST(OneWriter, BreaksWhenTwoHeadsCouldWriteAtOneInstant) {
  Stage stage("  start\n  +5min  note  \"x\"\n  +0s..+1s  always  head2 on\n");
  stage.world.plan(60s, EventKind::may_write, "home", "head2", 1, 0, 5);
  stage.world.plan(64s, EventKind::may_write, "home", "head1", 0);
  const RunResult& result = stage.run(1, true);
  ASSERT_EQ(result.broken.size(), 1U);
  EXPECT_EQ(result.broken[0].invariant, 1);
  EXPECT_EQ(result.broken[0].message, "head1 (epoch 1) and head2 (epoch 2) could both write home");
  EXPECT_EQ(result.broken[0].from, 60s);
  EXPECT_EQ(result.broken[0].to, 64s);
  EXPECT_EQ(result.broken[0].facts.size(), 2U);
}

TEST(OneWriter, AMachineWithoutPowerCannotWrite) {
  EXPECT_EQ(broken_by([](World& w) {
              w.loses_power(60s, "head1");
              w.plan(61s, EventKind::may_write, "home", "head2", 1, 0, 5);
              w.boots(90s, "head1");
            }),
            "holds");
}

TEST(OneWriter, AMachineThatHangsStillCould) {
  EXPECT_NE(broken_by([](World& w) {
              w.plan(60s, EventKind::hung, "head1", "", 1);
              w.plan(61s, EventKind::may_write, "home", "head2", 1, 0, 5);
            }),
            "holds");
}

TEST(OneWriter, BreaksWhenAnOlderEpochWritesAfterANewer) {
  EXPECT_EQ(broken_by([](World& w) {
              w.plan(60s, EventKind::wrote, "home", "head1", 0, 0, 2);
              w.plan(61s, EventKind::wrote, "home", "head2", 0, 0, 5);
              w.plan(62s, EventKind::wrote, "home", "head1", 0, 0, 2);
            }),
            "I1 head1 wrote home (epoch 1) after head2 (epoch 2)");
}

/// head2 begins to start, by its own decision, and brings up the first part.
void starts(World& w, Duration t, std::uint64_t epoch) {
  w.role(t, "head2", ha::Role::starting, epoch, ha::Cause::proof_off);
  w.plan(t, EventKind::part_runs, "main.spool", "head2", 1);
}

TEST(ProofFirst, BreaksWhenACoreStartsWithoutAProof) {
  EXPECT_EQ(broken_by([](World& w) { starts(w, 60s, 5); }), "I2 head2 starts under epoch 2 without a proof");
  EXPECT_EQ(broken_by([](World& w) {
              w.loses_power(50s, "head1");
              starts(w, 60s, 5);
              w.boots(90s, "head1");
            }),
            "I2 head2 starts under epoch 2 without a proof")
      << "also where it did no harm";
  EXPECT_EQ(broken_by([](World& w) { w.plan(60s, EventKind::part_runs, "main.spool", "head2", 1); }), "holds")
      << "somebody else than the core started it";
}

TEST(ProofFirst, WantsTheProofOfThisEpochAndThisCore) {
  const auto off = [](World& w, Duration t, std::uint64_t epoch) {
    w.loses_power(50s, "head1");
    w.proof(t, "head2", ha::Proof::power_off, epoch);
    w.boots(90s, "head1");
  };
  EXPECT_EQ(broken_by([&](World& w) {
              off(w, 59s, 5);
              starts(w, 60s, 5);
            }),
            "holds");
  EXPECT_EQ(broken_by([&](World& w) {
              off(w, 59s, 5);
              starts(w, 60s, 7);
            }),
            "I2 head2 starts under epoch 3 with a proof for epoch 2");
  EXPECT_EQ(broken_by([&](World& w) {
              off(w, 58s, 5);
              w.plan(59s, EventKind::core_runs, "head2", "", 0);
              w.plan(59s, EventKind::core_runs, "head2", "", 1);
              starts(w, 60s, 5);
            }),
            "I2 head2 starts under epoch 2 without a proof");
}

TEST(ProofFirst, BreaksWhenWhatIsBelievedIsNotTrueAndItMatters) {
  EXPECT_EQ(broken_by([](World& w) {
              w.proof(59s, "head2", ha::Proof::power_off, 5);
              starts(w, 60s, 5);
            }),
            "I2 head2 started main.spool by the proof power_off while head1 held main");
  EXPECT_EQ(broken_by([](World& w) {
              w.proof(59s, "head2", ha::Proof::power_off, 5);
              w.stops(60s, "head1");
              starts(w, 61s, 5);
            }),
            "holds")
      << "false, but the other had stopped";
}

TEST(ProofFirst, AWordRestsOnAPromiseOrOnAPerson) {
  const auto proof = [](World& w, ha::Proof what) {
    w.stops(50s, "head1");
    w.plan(60s, EventKind::proof, "head2", "", static_cast<int>(what), 1, 5);
  };
  EXPECT_EQ(broken_by([&](World& w) { proof(w, ha::Proof::peer_passive); }),
            "I2 head2 took the word of head1 for epoch 2, which head1 never promised");
  EXPECT_EQ(broken_by([&](World& w) {
              w.plan(55s, EventKind::promise, "head1", "", 0, 0, 5);
              proof(w, ha::Proof::peer_passive);
            }),
            "holds");
  EXPECT_EQ(broken_by([&](World& w) { proof(w, ha::Proof::operator_word); }),
            "I2 head2 took an operator's word, and nobody had given it");
  EXPECT_EQ(broken_by([&](World& w) {
              w.plan(55s, EventKind::reply, "head2", "", static_cast<int>(ha::CommandKind::acknowledge),
                     static_cast<int>(ha::Outcome::unknown), 9);
              proof(w, ha::Proof::operator_word);
            }),
            "holds");
}

TEST(RightChassis, BreaksWhenBothAreOffByFencing) {
  const auto shot = [](World& w, Duration t, const std::string& who, const std::string& by) {
    w.plan(t, EventKind::fence_executed, who, by);
    w.loses_power(t, who);
  };
  EXPECT_EQ(broken_by([&](World& w) {
              shot(w, 60s, "head1", "head2");
              shot(w, 60s + 50ms, "head2", "head1");
            }),
            "I3 head1 and head2 are both off by fencing");
  EXPECT_EQ(broken_by([&](World& w) {
              shot(w, 60s, "head1", "head2");
              w.loses_power(70s, "head2");
            }),
            "holds")
      << "the second lost its mains";
  EXPECT_EQ(broken_by([&](World& w) {
              shot(w, 60s, "head1", "head2");
              w.boots(100s, "head1");
              shot(w, 150s, "head2", "head1");
              w.boots(160s, "head2");
            }),
            "holds")
      << "never both at once";
}

TEST(RightChassis, BreaksWhenAHeadCutsItsOwnPower) {
  EXPECT_EQ(broken_by([](World& w) { w.plan(60s, EventKind::fence_executed, "head2", "head2"); }),
            "I3 head2 cut the power of head2, which is not its peer");
}

void take_over(World& w, bool announces) {
  w.loses_power(60s, "head1");
  w.proof(70s, "head2", ha::Proof::power_off, 5);
  w.serves(75s, "head2", 5);
  if (!announces) w.plan(75s, EventKind::answered, "main.vip", "", 0, 0, 1);
  w.plan(100s, EventKind::alert, "head2").reason = ha::Reason::path_lost;
}

TEST(OneAnswer, BreaksTwoSecondsAfterTheRoleChanged) {
  EXPECT_EQ(broken_by([](World& w) { take_over(w, true); }), "holds");
  EXPECT_EQ(broken_by([](World& w) { take_over(w, false); }),
            "I4 main.vip is answered by head1 2 s after head2 began to serve");
  EXPECT_EQ(broken_by([](World& w) {
              take_over(w, false);
              w.plan(77s, EventKind::answered, "main.vip", "", 0, 0, 2);
            }),
            "holds")
      << "in time";
  EXPECT_EQ(broken_by([](World& w) { w.plan(60s, EventKind::answered, "main.vip", "", 0, 0, 3); }),
            "I4 head1 and head2 have both answered for main for 2 s");
}

TEST(OneAnswer, TwoAnswersAreWrongWhoeverOwns) {
  const auto stopped = [](World& w, std::uint64_t answered) {
    w.stops(50s, "head1");
    w.plan(60s, EventKind::answered, "main.vip", "", 0, 0, answered);
    w.plan(100s, EventKind::alert, "head2").reason = ha::Reason::path_lost;
  };
  EXPECT_EQ(broken_by([&](World& w) { stopped(w, 3); }), "I4 head1 and head2 have both answered for main for 2 s")
      << "nobody owns";
  EXPECT_EQ(broken_by([&](World& w) { stopped(w, 1); }), "holds");
  EXPECT_EQ(broken_by([](World& w) {
              w.plan(60s, EventKind::answered, "main.vip", "", 0, 0, 3);
              w.plan(61s, EventKind::answered, "main.vip", "", 0, 0, 1);
            }),
            "holds")
      << "for less than 2 s";
  EXPECT_EQ(broken_by([&](World& w) { stopped(w, 1U << 20); }), "holds") << "a stranger took it: that is no head";
  const std::string cut = "  start\n  +50s  fault  internal cut\n  +5min  note  \"x\"\n  +0s..+1s  always  head2 on\n";
  EXPECT_EQ(broken_by([&](World& w) { stopped(w, 3); }, cut), "I4 head1 and head2 have both answered for main for 2 s")
      << "no fault of a network excuses it";
  const std::string by_hand =
      "  start\n  +50s  do  add main.vip on head2\n  +5min  note  \"x\"\n  +0s..+1s  always  head2 on\n";
  EXPECT_EQ(broken_by([&](World& w) { stopped(w, 3); }, by_hand), "holds") << "somebody did it";
}

TEST(OneAnswer, IsExcusedByAFaultOfTheNetwork) {
  const std::string story =
      "  start\n  +50s  fault  internal cut\n  +5min  note  \"x\"\n  +0s..+1s  always  head2 on\n";
  EXPECT_EQ(broken_by([](World& w) { take_over(w, false); }, story), "holds");
}

TEST(OneAnswer, WaitsForTheNextAnnouncementAfterAFault) {
  const std::string story =
      "  start\n  +50s  fault  internal cut for 60s\n  +5min  note  \"x\"\n  +0s..+1s  always  head2 on\n";
  const auto learned = [](World& w, Duration when) {
    take_over(w, false);
    w.plan(when, EventKind::answered, "main.vip", "", 0, 0, 2);
  };
  EXPECT_EQ(broken_by([&](World& w) { learned(w, 169s); }, story), "holds") << "60 s after the network is back";
  EXPECT_EQ(broken_by([&](World& w) { learned(w, 171s); }, story),
            "I4 main.vip is answered by head1 60 s after head2 began to serve or could be heard again");
}

TEST(OneAnswer, IsExcusedWhileAServerDoesNotServeAndNoLonger) {
  const auto with_nas_away = [](World& w, Duration back) {
    w.plan(50s, EventKind::server, "nas", "", 0);
    take_over(w, false);
    w.plan(back, EventKind::server, "nas", "", 1);
    w.plan(110s, EventKind::answered, "main.vip", "", 0, 0, 2);
  };
  EXPECT_EQ(broken_by([&](World& w) { with_nas_away(w, 109s); }), "holds");
  EXPECT_EQ(broken_by([&](World& w) { with_nas_away(w, 80s); }),
            "I4 main.vip is answered by head1 2 s after head2 began to serve");
}

TEST(NothingLost, BreaksWhenAnAcknowledgedWriteIsGone) {
  EXPECT_EQ(broken_by([](World& w) { w.plan(60s, EventKind::writes_lost, "home", "", 0, 0, 3); }),
            "I5 3 acknowledged writes to home are gone");
}

TEST(Live, BreaksWhenNobodyServesAlthoughSomebodyCould) {
  const std::string story =
      "  start\n  +60s  fault  head1 loses power\n  +10min  note  \"x\"\n  +0s..+1s  always  head2 on\n";
  const auto speaks = [](World& w) { w.plan(300s, EventKind::alert, "head2").reason = ha::Reason::path_lost; };
  EXPECT_EQ(broken_by(speaks, story), "I7 nobody of main-cell serves, although head2 could verify that head1 is off");
  EXPECT_EQ(broken_by(
                [&](World& w) {
                  speaks(w);
                  w.proof(70s, "head2", ha::Proof::power_off, 5);
                  w.serves(100s, "head2", 5);
                },
                story),
            "holds");
}

TEST(Live, IsExcusedByWhateverElseIsWrong) {
  const std::string story =
      "  start\n  +60s  fault  head1 loses power\n  +10min  note  \"x\"\n  +0s..+1s  always  head2 on\n";
  const std::string with_fault =
      "  start\n  +50s  fault  bmc of head1 silent\n  +10s  fault  head1 loses power\n  +10min  note  \"x\"\n"
      "  +0s..+1s  always  head2 on\n";
  const auto speaks = [](World& w) { w.plan(300s, EventKind::alert, "head2").reason = ha::Reason::path_lost; };
  EXPECT_EQ(broken_by(speaks, with_fault), "holds");
  EXPECT_EQ(broken_by(
                [&](World& w) {
                  speaks(w);
                  w.plan(55s, EventKind::maintenance, "head2", "", 1);
                },
                story),
            "holds");
  EXPECT_EQ(broken_by(
                [&](World& w) {
                  speaks(w);
                  w.plan(65s, EventKind::bmc_reachable, "head1", "", 0);
                },
                story),
            "holds");
}

TEST(Live, CoversEveryRowOfItsTable) {
  const auto story = [](const std::string& fault) {
    return "  start\n  +60s  fault  head1 " + fault + "\n  +20min  note  \"x\"\n  +0s..+1s  always  head2 on\n";
  };
  const auto speaks = [](World& w, Duration t = 1000s) {
    w.plan(t, EventKind::alert, "head2").reason = ha::Reason::path_lost;
  };
  EXPECT_EQ(broken_by(
                [&](World& w) {
                  w.plan(60s, EventKind::hung, "head1", "", 1);
                  speaks(w);
                },
                story("hangs")),
            "I7 nobody of main-cell serves, although head2 could verify that head1 is off");
  EXPECT_EQ(broken_by([&](World& w) { speaks(w); }, story("isolated")),
            "I7 nobody of main-cell serves, although head2 could verify that head1 is off");
  const auto booting = [](World& w) {
    w.plan(-20s, EventKind::armed, "head2", "", 0);
    w.role(-20s, "head2", ha::Role::init);
  };
  EXPECT_EQ(broken_by(
                [&](World& w) {
                  booting(w);
                  speaks(w);
                },
                story("loses power")),
            "I7 nobody of main-cell serves, although head2 could read that head1 is off");
  EXPECT_EQ(broken_by(
                [&](World& w) {
                  booting(w);
                  w.plan(60s, EventKind::hung, "head1", "", 1);
                  speaks(w);
                },
                story("hangs")),
            "holds")
      << "a booting head never fences";
  const std::string quiet = "  start\n  +20min  note  \"x\"\n  +0s..+1s  always  head2 on\n";
  EXPECT_EQ(broken_by(
                [&](World& w) {
                  w.stops(60s, "head1");
                  w.role(61s, "head1", ha::Role::init);
                  booting(w);
                  speaks(w);
                },
                quiet),
            "I7 nobody of main-cell serves, although head1 could have the word of head2");
  EXPECT_EQ(broken_by(
                [&](World& w) {
                  w.stops(60s, "head1");
                  w.plan(62s, EventKind::hold, "head1", "", 1).reason = ha::Reason::start_failed;
                  speaks(w);
                },
                quiet),
            "holds")
      << "it waits for a person";
}

TEST(Live, AHeadThatTriedHasDoneWhatItCould) {
  const std::string quiet = "  start\n  +20min  note  \"x\"\n  +0s..+1s  always  head2 on\n";
  EXPECT_EQ(broken_by(
                [](World& w) {
                  w.stops(60s, "head1");
                  w.role(70s, "head2", ha::Role::stopping, 0, ha::Cause::start_failed);
                  w.role(71s, "head2", ha::Role::init, 0, ha::Cause::start_failed);
                },
                quiet),
            "holds");
}

TEST(Live, AnOperatorsWordIsAProof) {
  const std::string story =
      "  start\n  +50s  fault  bmc of head1 silent\n  +10s  fault  head1 loses power\n  +20min  note  \"x\"\n"
      "  +0s..+1s  always  head2 on\n";
  EXPECT_EQ(broken_by(
                [&](World& w) {
                  w.plan(55s, EventKind::bmc_reachable, "head1", "", 0);
                  ordered(w, 100s, ha::CommandKind::acknowledge, ha::Outcome::unknown);
                  w.plan(900s, EventKind::alert, "head2").reason = ha::Reason::path_lost;
                },
                story),
            "I7 nobody of main-cell serves, although head2 has an operator's word that head1 is off");
}

TEST(NoLoop, ATakeoverIsNoneByTheWordOfThePeer) {
  const std::string story = "  start\n  +60min  note  \"x\"\n  +0s..+1s  always  head1 on\n";
  EXPECT_EQ(broken_by(
                [](World& w) {
                  Duration t = 20s;
                  std::uint64_t epoch = 10;
                  for (const auto& [gives, takes] :
                       {std::pair{"head1", "head2"}, {"head2", "head1"}, {"head1", "head2"}, {"head2", "head1"}}) {
                    w.stops(t, gives, ha::Cause::right_expired);
                    w.proof(t + 1s, takes, ha::Proof::peer_passive, epoch);
                    w.serves(t + 2s, takes, epoch++);
                    t += 1min;
                  }
                },
                story),
            "holds");
}

TEST(NoLoop, BreaksWhenOneHeadTakesOverTwiceInTheWindow) {
  const auto ping_pong = [](World& w, Duration apart) {
    Duration t = 20s;
    for (const auto& [dies, takes] : {std::pair{"head1", "head2"}, {"head2", "head1"}, {"head1", "head2"}}) {
      w.loses_power(t, dies);
      w.proof(t, takes, ha::Proof::power_off, static_cast<std::uint64_t>(t.count()));
      w.serves(t, takes, static_cast<std::uint64_t>(t / 1s));
      w.boots(t + 5s, dies);
      t += apart;
    }
  };
  const std::string story = "  start\n  +60min  note  \"x\"\n  +0s..+1s  always  head1 on\n";
  EXPECT_EQ(broken_by([&](World& w) { ping_pong(w, 2min); }, story),
            "I8 head2 took over more than 1 times within damping_window");
  EXPECT_EQ(broken_by([&](World& w) { ping_pong(w, 11min); }, story), "holds");
}

TEST(NoLoop, CountsFencesOfOneHead) {
  const auto tells = [](World& w, Duration t, ha::FenceStep step) {
    w.plan(t, EventKind::fence, "head2", "head1", static_cast<int>(step));
  };
  const auto shots = [&](World& w, int n, bool gives_up) {
    for (int i = 0; i < n; ++i) {
      tells(w, 60s + i * 1min, ha::FenceStep::ordered);
      w.plan(60s + i * 1min, EventKind::fence_executed, "head2", "head1");
      if (gives_up) tells(w, 70s + i * 1min, ha::FenceStep::unknown);
    }
  };
  EXPECT_EQ(broken_by([&](World& w) { shots(w, 2, true); }), "holds");
  EXPECT_EQ(broken_by([&](World& w) { shots(w, 3, true); }),
            "I8 head2 was fenced more than 2 times within damping_window");
  EXPECT_EQ(broken_by([&](World& w) { shots(w, 3, false); }), "holds")
      << "one try: its OFF is told again until the chassis reads off";
}

TEST(Reasons, BreaksOnARefusalOrAHoldWithoutOne) {
  EXPECT_EQ(broken_by([](World& w) { w.plan(60s, EventKind::hold, "head2", "", 1); }),
            "I9 head2 holds and does not say why");
  EXPECT_EQ(broken_by([](World& w) {
              w.plan(60s, EventKind::reply, "head2", "", static_cast<int>(ha::CommandKind::makeactive),
                     static_cast<int>(ha::Outcome::refused), 7);
            }),
            "I9 head2 refused a command and did not say why");
  EXPECT_EQ(broken_by([](World& w) { w.plan(60s, EventKind::hold, "head2", "", 1).reason = ha::Reason::no_proof; }),
            "holds");
}

TEST(Relax, NotesTheDangerInsteadOfFailing) {
  Stage stage("  start\n  +5min  note  \"x\"\n  +0s..+1s  always  head2 on\n", "relax I5 because \"a test\"");
  stage.world.plan(60s, EventKind::writes_lost, "home", "", 0, 0, 3);
  const RunResult& result = stage.run();
  EXPECT_TRUE(result.holds);
  EXPECT_EQ(result.relaxed_broken[5], 60s);
  EXPECT_EQ(result.relaxed_broken[1], Time{0});
}

TEST(ExpectViolation, TurnsAnInvariantRoundForOtherSystems) {
  const std::string text =
      "scenario \"a test\"\nsource \"test\"\ntags test\nworld pair running bcm_rules\n\n"
      "  start\n  +5min  note  \"x\"\n  start..end  expect  violation of I5\n";
  Parsed parsed = parse_scenario(text, "test.scn", SearchPath{{HASIM_SOURCE_DIR "/scenarios/worlds"}});
  ASSERT_TRUE(std::holds_alternative<Scenario>(parsed)) << std::get<Diagnostic>(parsed).show();
  const Script& script = std::get<Scenario>(parsed).cases.at(0);
  test::FakeWorld world(script.world);
  world.settled();
  EXPECT_FALSE(Runner(world).run(script, 1, {}).holds);
  world.plan(60s, EventKind::writes_lost, "home", "", 0, 0, 3);
  EXPECT_TRUE(Runner(world).run(script, 1, {}).holds);
}

TEST(ExpectViolation, SeesWhatBreaksByLastingInAWorldThatStandsStill) {
  const std::string text =
      "scenario \"a test\"\nsource \"test\"\ntags test\nworld pair running bcm_rules\n\n"
      "  start\n  +5min  note  \"x\"\n  start..@5min  expect  violation of I7\n";
  Parsed parsed = parse_scenario(text, "test.scn", SearchPath{{HASIM_SOURCE_DIR "/scenarios/worlds"}});
  ASSERT_TRUE(std::holds_alternative<Scenario>(parsed)) << std::get<Diagnostic>(parsed).show();
  const Script& script = std::get<Scenario>(parsed).cases.at(0);
  test::FakeWorld world(script.world);
  world.settled();
  world.plan(60s, EventKind::power, "head1", "", 0);
  EXPECT_TRUE(Runner(world).run(script, 1, {}).holds);
}

TEST(Gravest, GoesByTheOrderOfHarmThenByLine) {
  const auto broken = [](int invariant, int line) { return Broken{invariant, line, {}, {}, "", {}}; };
  EXPECT_EQ(gravest({}), nullptr);
  const std::vector<Broken> some{broken(0, 12), broken(7, 0), broken(3, 0), broken(5, 0), broken(0, 9)};
  EXPECT_EQ(gravest(some)->invariant, 5);
  const std::vector<Broken> lines{broken(0, 12), broken(0, 9)};
  EXPECT_EQ(gravest(lines)->line, 9);
}

}  // namespace
}  // namespace hasim
