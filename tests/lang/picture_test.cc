// What the picture knows after which events, and what observations make of it.
#include "lang/picture.h"

#include "lang/observe.h"
#include "tests/lang/fake_world.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;

/// A settled cell, event by event.
/// A picture of a world, told one event after the other.
class Told : public testing::Test {
 protected:
  explicit Told(const WorldSpec& spec) : spec_{spec} { picture_.reset(spec_); }
  void tell(EventKind kind, const std::string& who, const std::string& with = "", int x = 0, int y = 0,
            std::uint64_t value = 0, ha::Cause cause = ha::Cause::none, ha::Reason reason = ha::Reason::none) {
    Event e;
    e.id = ++id_;
    e.t = Duration{id_};
    e.kind = kind;
    e.who = spec_.find(who);
    e.with = with.empty() ? kNoThing : spec_.find(with);
    e.x = static_cast<std::uint8_t>(x);
    e.y = static_cast<std::uint8_t>(y);
    e.value = value;
    e.cause = cause;
    e.reason = reason;
    picture_.apply(e);
    last_ = e;
  }

  WorldSpec spec_;
  Picture picture_;
  Event last_;
  std::uint32_t id_ = 0;
};

class PictureTest : public Told {
 protected:
  PictureTest()
      : Told(*test::scenario("  start\n  +60s  note  \"x\"\n  +0s..+1s  always  head1 on\n").cases.at(0).world) {
    boots("head1");
    boots("head2");
    tell(EventKind::role, "head2", "", 0, static_cast<int>(ha::Role::passive));
    serves("head1");
  }
  void boots(const std::string& head) {
    tell(EventKind::power, head, "", 1);
    tell(EventKind::boots, head);
    tell(EventKind::up, head, "", 1);
    tell(EventKind::core_runs, head, "", 1);
  }
  void serves(const std::string& head) {
    tell(EventKind::role, head, "", 0, static_cast<int>(ha::Role::starting), ++epoch_);
    tell(EventKind::address_up, "main.vip", head, 1);
    tell(EventKind::mounted, "home", head, 1);
    tell(EventKind::may_write, "home", head, 1, 0, epoch_);
    tell(EventKind::part_runs, "main.spool", head, 1);
    tell(EventKind::role, head, "", 4, static_cast<int>(ha::Role::owner), epoch_);
  }
  /// Does the state of a claim hold now?
  bool is(const std::string& observed) {
    const Scenario story = test::scenario("  start\n  +60s  note  \"x\"\n  +0s..+1s  expect  " + observed + "\n");
    return holds(compile(story.cases.at(0).lines.back().claims.at(0).alternatives[0][0].first[0][0].observed, spec_),
                 picture_);
  }
  /// How often does the last event count for it?
  std::int64_t counts(const std::string& observed) {
    const Scenario story = test::scenario("  start\n  +60s  note  \"x\"\n  +0s..+1s  expect  " + observed + "\n");
    return matches(compile(story.cases.at(0).lines.back().claims.at(0).alternatives[0][0].first[0][0].observed, spec_),
                   last_, picture_);
  }

  std::uint64_t epoch_ = 1;
};

TEST_F(PictureTest, RolesFollowFromWhatAHeadRunsAndHolds) {
  EXPECT_TRUE(is("head1 active"));
  EXPECT_TRUE(is("head2 passive"));
  EXPECT_TRUE(is("exactly one head active"));
  EXPECT_TRUE(is("head1 owns main"));
  EXPECT_FALSE(is("head2 owns main"));
  tell(EventKind::part_runs, "main.spool", "head1", 0);
  EXPECT_FALSE(is("head1 active")) << "it must run all parts";
  EXPECT_TRUE(is("exactly one owner of main")) << "and yet it holds some";
  tell(EventKind::part_runs, "main.spool", "head2", 1);
  EXPECT_TRUE(is("two owners of main"));
  EXPECT_FALSE(is("head2 passive")) << "a passive head holds nothing";
}

TEST_F(PictureTest, AHungHeadIsNotActiveButStillOwnsWhatItHeld) {
  tell(EventKind::hung, "head1", "", 1);
  EXPECT_TRUE(is("head1 hung"));
  EXPECT_FALSE(is("head1 up"));
  EXPECT_FALSE(is("head1 active"));
  EXPECT_TRUE(is("head1 owns main"));
  EXPECT_TRUE(is("exactly one owner of main"));
  EXPECT_TRUE(is("home mounted on head1"));
}

TEST_F(PictureTest, AHeadWithoutPowerHoldsNothing) {
  tell(EventKind::power, "head1", "", 0);
  EXPECT_TRUE(is("head1 off"));
  EXPECT_TRUE(is("no owners of main"));
  EXPECT_TRUE(is("home unmounted"));
  EXPECT_TRUE(is("exactly one head off"));
  EXPECT_FALSE(is("head1 joining"));
  boots("head1");
  EXPECT_TRUE(is("head1 joining"));
}

TEST_F(PictureTest, ACoreThatDiesForgetsWhatItSaidButNotWhatRuns) {
  tell(EventKind::hold, "head1", "", 1, 0, 0, ha::Cause::none, ha::Reason::no_proof);
  tell(EventKind::condition, "head1", "", 1, 0, 0, ha::Cause::none, ha::Reason::path_degraded);
  EXPECT_TRUE(is("head1 holds"));
  EXPECT_TRUE(is("head1 holds because no_proof"));
  EXPECT_FALSE(is("head1 holds because tie"));
  EXPECT_TRUE(is("head1 reports path_degraded"));
  tell(EventKind::core_runs, "head1", "", 0);
  EXPECT_FALSE(is("head1 holds"));
  EXPECT_TRUE(is("head1 active"));
}

TEST_F(PictureTest, AProofStandsUntilTheHeadIsPassiveAgain) {
  tell(EventKind::proof, "head1", "", static_cast<int>(ha::Proof::power_off), 1, 5);
  EXPECT_TRUE(is("head1 active because power_off"));
  EXPECT_FALSE(is("head1 active because self_fenced"));
  tell(EventKind::role, "head1", "", 0, static_cast<int>(ha::Role::passive));
  EXPECT_FALSE(is("head1 active because power_off"));
}

TEST_F(PictureTest, AnUnplannedChangeOfOwnerIsAFailover) {
  tell(EventKind::power, "head1", "", 0);
  serves("head2");
  tell(EventKind::role, "head1", "", 0, 0);
  EXPECT_EQ(counts("no failovers"), 0) << "only the event that completes it counts";
  boots("head1");
  tell(EventKind::power, "head2", "", 0);
  tell(EventKind::address_up, "main.vip", "head1", 1);
  tell(EventKind::mounted, "home", "head1", 1);
  tell(EventKind::part_runs, "main.spool", "head1", 1);
  EXPECT_EQ(counts("no failovers"), 1);
  EXPECT_EQ(counts("no failovers of main"), 1);
  EXPECT_EQ(counts("no handovers"), 0);
}

TEST_F(PictureTest, AChangeOfOwnerThatWasAskedForIsAHandover) {
  tell(EventKind::operation, "head1", "", static_cast<int>(ha::Operation::handover), 1);
  tell(EventKind::part_runs, "main.spool", "head1", 0);
  tell(EventKind::address_up, "main.vip", "head2", 1);
  tell(EventKind::mounted, "home", "head2", 1);
  tell(EventKind::part_runs, "main.spool", "head2", 1);
  EXPECT_EQ(counts("no handovers"), 1);
  EXPECT_EQ(counts("no failovers"), 0);
}

TEST_F(PictureTest, AHandoverThatEndsInFencingIsAFailover) {
  tell(EventKind::operation, "head1", "", static_cast<int>(ha::Operation::handover), 1);
  tell(EventKind::operation, "head2", "", static_cast<int>(ha::Operation::fencing), 1);
  tell(EventKind::power, "head1", "", 0);
  tell(EventKind::address_up, "main.vip", "head2", 1);
  tell(EventKind::mounted, "home", "head2", 1);
  tell(EventKind::part_runs, "main.spool", "head2", 1);
  EXPECT_EQ(counts("no failovers"), 1);
}

TEST_F(PictureTest, AnswersToCommandsDependOnWhatWasSaidBefore) {
  const auto reply = [&](ha::Outcome outcome, ha::Reason reason = ha::Reason::none) {
    tell(EventKind::reply, "head2", "", static_cast<int>(ha::CommandKind::makeactive), static_cast<int>(outcome), 7,
         ha::Cause::none, reason);
  };
  reply(ha::Outcome::refused, ha::Reason::address_taken);
  EXPECT_EQ(counts("makeactive on head2 refused"), 1);
  EXPECT_EQ(counts("makeactive on head2 refused because address_taken"), 1);
  EXPECT_EQ(counts("makeactive on head2 refused because tie"), 0);
  EXPECT_EQ(counts("makeactive on head1 refused"), 0);
  reply(ha::Outcome::unknown);
  EXPECT_EQ(counts("makeactive on head2 accepted"), 1);
  EXPECT_EQ(counts("makeactive on head2 done"), 0);
  reply(ha::Outcome::refused, ha::Reason::start_failed);
  EXPECT_EQ(counts("makeactive on head2 failed"), 1) << "it was accepted and then did not succeed";
  EXPECT_EQ(counts("makeactive on head2 refused"), 0);
  reply(ha::Outcome::done);
  EXPECT_EQ(counts("makeactive on head2 done"), 1);
}

TEST_F(PictureTest, AddressesAreAnsweredByTheirOwnerByTwoOrByNobody) {
  tell(EventKind::answered, "main.vip", "", 0, 0, 1);
  EXPECT_TRUE(is("main.vip answered by head1"));
  EXPECT_TRUE(is("addresses of main answered by head1"));
  EXPECT_FALSE(is("main.vip answered by head2"));
  tell(EventKind::answered, "main.vip", "", 0, 0, 3);
  EXPECT_TRUE(is("main.vip answered twice"));
  EXPECT_FALSE(is("main.vip answered by head1")) << "by its MAC and no other";
  tell(EventKind::answered, "main.vip", "", 0, 0, 0);
  EXPECT_TRUE(is("addresses of main unanswered"));
}

TEST_F(PictureTest, AServiceIsServedAtAPlaceOrEverywhere) {
  tell(EventKind::served, "main", "", 1);
  EXPECT_TRUE(is("main served"));
  EXPECT_TRUE(is("main served at users"));
  tell(EventKind::served, "main", "users", 0);
  EXPECT_TRUE(is("main unserved at users"));
  EXPECT_TRUE(is("main unserved"));
}

TEST_F(PictureTest, FencesAreCountedForTheHeadsNamedAndTheSender) {
  tell(EventKind::fence_executed, "head1", "head2");
  EXPECT_EQ(counts("no fences of heads"), 1);
  EXPECT_EQ(counts("no fences of head1 by head2"), 1);
  EXPECT_EQ(counts("no fences of head2"), 0);
  EXPECT_EQ(counts("fence of head1 executed by head2"), 1);
  EXPECT_EQ(counts("fence of head1 executed by head1"), 0);
  EXPECT_EQ(counts("fence of head1 sent"), 0);
}

TEST_F(PictureTest, PartsStartFailRestartAndStop) {
  tell(EventKind::part_runs, "main.spool", "head1", 0, 1);
  EXPECT_EQ(counts("main.spool fails"), 1);
  EXPECT_EQ(counts("main.spool stops on head1"), 0);
  tell(EventKind::part_runs, "main.spool", "head1", 1, 2);
  EXPECT_EQ(counts("main.spool restarts on head1"), 1);
  EXPECT_EQ(counts("no restarts of main.spool"), 1);
  EXPECT_EQ(counts("main.spool starts on head2"), 0);
  tell(EventKind::part_runs, "main.spool", "head1", 0);
  EXPECT_EQ(counts("main.spool stops"), 1);
}

TEST_F(PictureTest, PathsAreHeardOneByOne) {
  tell(EventKind::path_view, "head2", "internal", 1);
  EXPECT_TRUE(is("head2 hears head1 on internal"));
  EXPECT_FALSE(is("head2 hears head1 on cross"));
  EXPECT_TRUE(is("head2 hears head1"));
  tell(EventKind::path_view, "head2", "internal", 0);
  EXPECT_FALSE(is("head2 hears head1"));
  tell(EventKind::peer_view, "head2", "head1", 0, static_cast<int>(ha::PeerView::suspect));
  EXPECT_TRUE(is("head2 suspects head1"));
}

TEST_F(PictureTest, PromisesAreTakenBackWhenALowerOneFollows) {
  tell(EventKind::promise, "head2", "", 0, 0, 9);
  EXPECT_EQ(counts("head2 promises"), 1);
  tell(EventKind::promise, "head2", "", 0, 0, 7);
  EXPECT_EQ(counts("head2 takes back promise"), 1);
  EXPECT_EQ(counts("head2 promises"), 0);
}

TEST_F(PictureTest, PlacesAreServedOneByOne) {
  tell(EventKind::served, "main", "users", 0);
  tell(EventKind::served, "main", "", 0);
  EXPECT_TRUE(is("main unserved at users"));
  tell(EventKind::served, "main", "users", 1);
  tell(EventKind::served, "main", "", 1);
  EXPECT_TRUE(is("main served at users"));
}

TEST_F(PictureTest, ClientsReachTheHeadThatAnswersThem) {
  EXPECT_FALSE(is("users reach head1"));
  tell(EventKind::clients_reach, "users", "head1", 1);
  EXPECT_TRUE(is("users reach head1"));
  EXPECT_FALSE(is("users reach head2"));
  tell(EventKind::clients_reach, "users", "head1", 0);
  EXPECT_FALSE(is("users reach head1"));
}

/// The active/active cell: what a head says of one service is nothing that it says of the other.
class TwoServices : public Told {
 protected:
  TwoServices()
      : Told(*std::get<std::shared_ptr<const WorldSpec>>(
            parse_world_file(HASIM_SOURCE_DIR "/scenarios/worlds/bull-lustre.world", SearchPath{}))) {
    for (const std::string head : {"xena1", "xena2"}) {
      for (const EventKind kind : {EventKind::power, EventKind::up, EventKind::core_runs}) tell(kind, head, "", 1);
    }
    runs("xena1", {"lustre-xena1.mdt0", "lustre-xena1.ost0"});
    runs("xena2", {"lustre-xena2.ost1", "lustre-xena2.statsd"});
    role("xena1", "lustre-xena1", ha::Role::owner, 2);
    role("xena1", "lustre-xena2", ha::Role::passive, 0);
    role("xena2", "lustre-xena1", ha::Role::passive, 0);
    role("xena2", "lustre-xena2", ha::Role::owner, 3);
  }
  void role(const std::string& head, const std::string& service, ha::Role to, std::uint64_t epoch) {
    tell(EventKind::role, head, service, 0, static_cast<int>(to), epoch);
  }
  void runs(const std::string& head, const std::vector<std::string>& parts) {
    for (const std::string& part : parts) tell(EventKind::part_runs, part, head, 1);
  }
  const HeadPicture& head(const std::string& name) { return picture_.head(spec_.things[spec_.find(name)].index); }
  int index(const std::string& name) { return spec_.things[spec_.find(name)].index; }
};

TEST_F(TwoServices, BothHeadsAreActiveAndNeitherIsPassive) {
  for (const std::string name : {"xena1", "xena2"}) {
    EXPECT_EQ(head(name).services, 2);
    EXPECT_TRUE(picture_.active(index(name))) << name;
    EXPECT_FALSE(picture_.passive(index(name))) << name;
    EXPECT_TRUE(head(name).is(ha::Role::passive)) << "for the other one";
  }
}

TEST_F(TwoServices, AHoldAndAProofAreOfTheServiceThatTheEventNames) {
  tell(EventKind::hold, "xena1", "lustre-xena2", 1, 0, 0, ha::Cause::none, ha::Reason::tie);
  tell(EventKind::proof, "xena1", "lustre-xena2", static_cast<int>(ha::Proof::power_off), 1, 5);
  EXPECT_FALSE(head("xena1").service[0].holds.any());
  EXPECT_TRUE(head("xena1").service[1].holds.has(ha::Reason::tie));
  EXPECT_EQ(head("xena1").holds_because(), ha::Reason::tie);
  EXPECT_FALSE(picture_.active_because(index("xena1"), ha::Proof::power_off)) << "it does not own that one yet";
  runs("xena1", {"lustre-xena2.ost1", "lustre-xena2.statsd"});
  EXPECT_TRUE(picture_.active_because(index("xena1"), ha::Proof::power_off));
}

TEST_F(TwoServices, EpochsAndMovesAreCountedForEach) {
  EXPECT_EQ(picture_.service(index("lustre-xena1")).epoch, 2u);
  EXPECT_EQ(picture_.service(index("lustre-xena2")).epoch, 3u);
  tell(EventKind::operation, "xena1", "lustre-xena2", static_cast<int>(ha::Operation::handover), 1);
  EXPECT_TRUE(picture_.service(index("lustre-xena2")).planned);
  EXPECT_FALSE(picture_.service(index("lustre-xena1")).planned);
  tell(EventKind::operation, "xena2", "", static_cast<int>(ha::Operation::fencing), 1);
  EXPECT_FALSE(picture_.service(index("lustre-xena2")).planned) << "who fences takes what nobody gave";
}

}  // namespace
}  // namespace hasim
