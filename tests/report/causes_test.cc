// The walk back from a broken fact, and the ledger beside the truth.
#include "report/causes.h"

#include <gtest/gtest.h>

#include "report/ledger.h"
#include "tests/report/story.h"

namespace hasim {
namespace {

TEST(Causes, KeepsFaultsDecisionsAndTheLieOldestFirst) {
  const story::Run run = story::that_breaks();
  std::vector<EventKind> kinds;
  for (const Event& event : events_that_matter(EventIndex(run.events), run.result.broken[0]))
    kinds.push_back(event.kind);
  EXPECT_EQ(kinds, (std::vector<EventKind>{EventKind::fault, EventKind::fault, EventKind::bmc_reading, EventKind::proof,
                                           EventKind::role}));
}

TEST(Causes, NeverGivesMoreThanFive) {
  story::Run run = story::that_breaks();
  for (std::uint32_t id = 19; id < 60; ++id) {
    Event fault = run.events[7];
    fault.id = id;
    fault.t = Time{72'000'000'000};
    run.events.push_back(fault);
    run.result.broken[0].facts.push_back(id);
  }
  EXPECT_EQ(events_that_matter(EventIndex(run.events), run.result.broken[0]).size(), 5U);
}

TEST(Causes, WithoutFactsTakesTheLastEventsBeforeTheBreak) {
  const story::Run run = story::that_breaks();
  Broken never_came;
  never_came.from = Time{90'000'000'000};
  EXPECT_FALSE(events_that_matter(EventIndex(run.events), never_came).empty());
}

TEST(Ledger, LaysTheEvidenceBesideTheTruth) {
  const story::Run run = story::that_breaks();
  const auto ledger = ledger_before(Time{80'000'000'000}, run.events, *story::world());
  ASSERT_TRUE(ledger);
  EXPECT_EQ(ledger->head, "head2");
  EXPECT_EQ(ledger->epoch, 8U);
  ASSERT_EQ(ledger->rows.size(), 2U);
  EXPECT_EQ(ledger->rows[1].source, "power");
  EXPECT_EQ(ledger->rows[1].truth, LedgerRow::Truth::refutes);
  EXPECT_EQ(ledger->rows[1].was_true, "head1 was alive");
}

TEST(Ledger, IsMissingWhenNobodyTookAProof) {
  const story::Run run = story::that_holds();
  EXPECT_FALSE(ledger_before(Time{80'000'000'000}, run.events, *story::world()));
}

}  // namespace
}  // namespace hasim
