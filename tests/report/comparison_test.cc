// Two worlds beside one another, from runs made by hand.
#include "report/comparison_text.h"

#include "report/numbers.h"
#include "tests/report/golden.h"
#include "tests/report/story.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kTolerance = 20ms;

/// head2 loses head1, holds, and serves; each so much later.
ComparedRun run_of(double later = 0, bool swapped = false) {
  story::Events events;
  Event& fault = events.add(60, EventKind::fault, story::kHead1);
  fault.line = 10;
  Event& lost = events.add(swapped ? 71.5 : 70 + later, EventKind::peer_view, story::kHead2, story::kHead1);
  lost.x = static_cast<std::uint8_t>(ha::PeerView::suspect);
  lost.y = static_cast<std::uint8_t>(ha::PeerView::lost);
  Event& hold = events.add(71 + later, EventKind::hold, story::kHead2);
  hold.x = 1;
  hold.reason = ha::Reason::no_proof;
  events.add(72 + later, EventKind::served, story::kMain).x = 1;
  return {"", events.list()};
}

Comparison compared(const std::vector<ComparedRun>& simulated, const std::vector<ComparedRun>& real) {
  return compare(simulated, real, story::that_holds().scenario.cases[0], kTolerance);
}

TEST(Comparison, OfARunWithItselfIsTheSame) {
  const Comparison comparison = compared({run_of()}, {run_of()});
  EXPECT_TRUE(comparison.same());
  EXPECT_EQ(comparison.rows.size(), 4U);
  EXPECT_DOUBLE_EQ(comparison.fidelity(), 1);
}

TEST(Comparison, AllowsTheToleranceAndATwentiethBesideAllThatTheSimulatorHas) {
  EXPECT_TRUE(compared({run_of(0), run_of(0.2)}, {run_of(0.7)}).same());  // 10 s after the fault: 20 ms + 500 ms
  const Comparison late = compared({run_of(0), run_of(0.2)}, {run_of(0.8)});
  EXPECT_FALSE(late.rows[1].in_time);
  EXPECT_EQ(late.rows[1].later, 800ms);
  EXPECT_FALSE(late.same());
}

TEST(Comparison, TakesTheMedianOfTheRealRuns) {
  EXPECT_TRUE(compared({run_of()}, {run_of(), run_of(0.1), run_of(5)}).same());
}

TEST(Comparison, NamesWhatHappensInOneWorldOnly) {
  ComparedRun less = run_of();
  less.events.pop_back();
  const Comparison missing = compared({run_of(), run_of()}, {less});
  EXPECT_TRUE(missing.rows.back().only_simulated);
  const Comparison more = compared({less}, {run_of()});
  EXPECT_TRUE(more.rows.back().only_real);
  EXPECT_TRUE(compared({run_of(), less}, {less}).same()) << "what only some seeds have is no difference";
}

TEST(Comparison, NamesAnOrderThatTheSimulatorNeverHas) {
  const Comparison comparison = compared({run_of()}, {run_of(0, true)});
  ASSERT_EQ(comparison.order.size(), 1U);
  EXPECT_NE(comparison.order[0].find("then lost head1"), std::string::npos) << comparison.order[0];
  EXPECT_TRUE(compared({run_of(), run_of(0, true)}, {run_of(0, true)}).order.empty());
}

TEST(Comparison, HasDifferentVerdictsWhereOneWorldBreaks) {
  ComparedRun broken = run_of();
  broken.broken = "line 13";
  EXPECT_FALSE(compared({run_of()}, {broken}).same_verdict());
  EXPECT_TRUE(compared({broken}, {broken, run_of()}).same_verdict());
}

TEST(Comparison, IsToldInAHundredColumns) {
  const Style style;
  const Comparison comparison = compared({run_of()}, {run_of(2)});
  const std::string text = comparison_text("pair/a.scn", comparison, kTolerance, style);
  EXPECT_LE(widest(text), kColumns);
  expect_golden("compared", text + comparison_summary({{"pair/a.scn", comparison}}, style) + "\n" +
                                fidelity_page({{"pair/a.scn", comparison}}, kTolerance, "on 2 cores with a load of 4"));
}

}  // namespace
}  // namespace hasim
