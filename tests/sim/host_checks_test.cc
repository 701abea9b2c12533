// What a host finds out about its own head, and when it is believed.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

/// The reasons for which a head called itself unready so far.
std::vector<ha::Reason> unready(const Lab& lab, const std::string& head) {
  std::vector<ha::Reason> reasons;
  for (const Event& e : lab.all(EventKind::unready, head)) {
    if (e.x == 1) reasons.push_back(e.reason);
  }
  return reasons;
}

TEST(HostChecks, FindEveryKindOfTroubleOfAPassiveHead) {
  const std::pair<const char*, ha::Reason> kinds[] = {
      {"disk of head2 full", ha::Reason::disk_full},
      {"disk of head2 hangs", ha::Reason::disk_dead},
      {"nas unreachable from head2", ha::Reason::storage_lost},
      {"home fails 100% of reads", ha::Reason::storage_lost},
      {"home renumbered on head2", ha::Reason::wrong_mount},
      {"internal has a foreign owner of main.vip", ha::Reason::address_taken},
      {"gateway of head2 lost", ha::Reason::gateway_lost},
      {"head2 cannot fork", ha::Reason::start_failed},
  };
  for (const auto& [words, reason] : kinds) {
    Lab lab;
    lab.settle();
    lab.fault(words);
    lab.run(10s);
    EXPECT_EQ(unready(lab, "head2"), std::vector{reason}) << words;
  }
}

TEST(HostChecks, TellOfAPathThatTakesShortFramesOnlyAndWhenItIsWholeAgain) {
  Lab lab;
  lab.settle();
  const std::uint32_t shrunk = lab.fault("cross drops frames over 1400B");
  lab.run(10s);
  EXPECT_EQ(lab.last(EventKind::condition, "head1").reason, ha::Reason::path_degraded);
  EXPECT_EQ(lab.last(EventKind::condition, "head2").reason, ha::Reason::path_degraded);
  EXPECT_EQ(lab.last(EventKind::condition, "head2").x, 1);
  EXPECT_TRUE(unready(lab, "head2").empty()) << "it can serve";
  lab.heal(shrunk);
  lab.run(10s);
  EXPECT_EQ(lab.last(EventKind::condition, "head2").x, 0);
}

TEST(HostChecks, DoNotBelieveWhatIsOverInAMoment) {
  Lab lab;
  lab.settle();
  const std::uint32_t away = lab.fault("nas unreachable from head2");
  lab.run(2s);
  lab.heal(away);
  lab.run(30s);
  EXPECT_TRUE(unready(lab, "head2").empty());
}

TEST(HostChecks, OfTheOwnerTakeOneLookMoreThanThoseOfItsPeer) {
  Lab lab;
  lab.settle();
  lab.fault("nas hangs");
  lab.run(60s);
  const std::vector<Event> owner = lab.all(EventKind::unready, "head1");
  const std::vector<Event> peer = lab.all(EventKind::unready, "head2");
  ASSERT_FALSE(owner.empty());
  ASSERT_FALSE(peer.empty());
  EXPECT_LT(peer.front().t, owner.front().t);
  EXPECT_EQ(lab.role("head1"), ha::Role::owner) << "moving would not help";
}

TEST(HostChecks, MoveNothingForAVolumeThatIsFullForEverybody) {
  Lab lab;
  lab.settle();
  lab.fault("home full");
  lab.run(2min);
  EXPECT_EQ(unready(lab, "head1"), std::vector{ha::Reason::storage_full});
  EXPECT_EQ(lab.role("head1"), ha::Role::owner);
}

}  // namespace
}  // namespace hasim
