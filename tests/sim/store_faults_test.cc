// What goes wrong with storage beside being away: errors, handles, identities, locks, and answers that never come.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

bool said(const Lab& lab, const std::string& head, ha::Reason reason) {
  for (const Event& e : lab.all(EventKind::alert, head)) {
    if (e.reason == reason) return true;
  }
  return false;
}

TEST(Mount, OfAnEmptyDirectoryIsRefusedByItsIdentity) {
  Lab lab;
  lab.settle();
  lab.fault("mount of home on head2 empty");
  lab.act("makeactive on head2");
  lab.run(60s);
  EXPECT_TRUE(said(lab, "head2", ha::Reason::wrong_mount));
  EXPECT_EQ(lab.count(EventKind::mounted, "home", 1), 2) << "head1 had it, and has it again";
  EXPECT_EQ(lab.role("head1"), ha::Role::owner);
}

TEST(Mount, OfAnotherFileSystemIsRefusedByItsIdentity) {
  Lab lab;
  lab.settle();
  lab.fault("home renumbered on head2");
  lab.act("makeactive on head2");
  lab.run(60s);
  EXPECT_TRUE(said(lab, "head2", ha::Reason::wrong_mount));
  EXPECT_EQ(lab.role("head1"), ha::Role::owner);
}

TEST(Mount, WithStaleHandlesIsMountedAgain) {
  Lab lab;
  lab.settle();
  lab.fault("home stale");
  lab.run(100ms);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 0);
  lab.run(20s);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 1) << "checked every 10s";
  EXPECT_EQ(lab.role("head1"), ha::Role::owner);
}

TEST(Store, ThatLosesNfs4LocksBreaksTheDaemonsThatHeldThem) {
  Lab lab{"two-rooms"};
  lab.settle();
  lab.fault("nas loses locks");
  lab.run(100ms);
  EXPECT_EQ(lab.last(EventKind::part_runs, "main.spool").y, 1);
  lab.run(20s);
  EXPECT_EQ(lab.last(EventKind::part_runs, "main.spool").y, 2) << "restarted";
}

TEST(Store, ThatLosesNfs3LocksTellsNobody) {
  Lab lab;
  lab.settle();
  const std::size_t before = lab.seen().size();
  lab.fault("nas loses locks");
  EXPECT_EQ(lab.seen().size(), before + 1) << "the fault itself";
}

TEST(Store, ThatFailsAllWritesTakesNoMarker) {
  Lab lab;
  lab.settle();
  lab.fault("home fails 100% of writes");
  lab.fault("head1 loses power");
  lab.run(60s);
  EXPECT_NE(lab.role("head2"), ha::Role::owner);
}

TEST(Store, ThatFailsSomeOfThemTakesItInTheEnd) {
  Lab lab;
  lab.settle();
  lab.fault("home fails 50% of writes");
  lab.fault("head1 loses power");
  lab.run(2min);
  EXPECT_EQ(lab.role("head2"), ha::Role::owner);
}

TEST(Store, ThatSyncsSlowlyCarriesOutWhatItsClientHasGivenUp) {
  Lab lab("bcm");
  lab.settle();
  lab.fault("fsync of cm-shared takes 5s");
  const std::size_t before = lab.all(EventKind::store_wrote, "quorum").size();
  lab.run(30s);
  EXPECT_GE(lab.all(EventKind::store_wrote, "quorum").size(), before + 10);
  EXPECT_EQ(lab.role("head1"), ha::Role::owner) << "the word of its peer is enough";
}

TEST(Controller, OfOneHeadTakesTheArrayFromThatHeadAlone) {
  Lab lab("bull-nfs");
  lab.settle();
  const std::uint32_t failed = lab.fault("controller of export1 fails on xena1");
  lab.run(100ms);
  EXPECT_EQ(lab.last(EventKind::served, "nfs").x, 0);
  lab.heal(failed);
  lab.run(100ms);
  EXPECT_EQ(lab.last(EventKind::served, "nfs").x, 1);
  lab.fault("controller of export1 fails on xena11");
  lab.run(100ms);
  EXPECT_EQ(lab.last(EventKind::served, "nfs").x, 1);
}

TEST(Nas, DiesAfterTheNextWriteAndStaysDead) {
  Lab lab;
  lab.settle();
  lab.fault("nas dies unanswered");
  lab.run(1s);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 0);
  lab.run(1min);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 0);
  lab.act("power on nas");
  lab.run(15s);
  EXPECT_EQ(lab.last(EventKind::served, "main").x, 1);
  EXPECT_EQ(lab.count(EventKind::writes_lost, "home"), 0);
}

}  // namespace
}  // namespace hasim
