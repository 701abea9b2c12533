// How numbers are written.
#include "report/numbers.h"

#include <gtest/gtest.h>

namespace hasim {
namespace {

using namespace std::chrono_literals;

TEST(Numbers, SecondsHaveThreeDecimalsAndRoundToTheNearest) {
  EXPECT_EQ(seconds(60s), "60.000");
  EXPECT_EQ(seconds(-18220ms), "-18.220");
  EXPECT_EQ(seconds(-500us), "-0.001");
  EXPECT_EQ(seconds(-400us), "0.000");
  EXPECT_EQ(seconds(1499us), "0.001");
}

TEST(Numbers, ASpanHasTheUnitThatFits) {
  const Style style;
  EXPECT_EQ(span_text(4224ms, style), "4.224 s");
  EXPECT_EQ(span_text(306ms, style), "306 ms");
  EXPECT_EQ(span_text(3100us, style), "3.1 ms");
  EXPECT_EQ(span_text(250us, style), "250 µs");
  EXPECT_EQ(span_text(250us, (Style{false, false})), "250 us");
  EXPECT_EQ(span_text(7ns, style), "7 ns");
  EXPECT_EQ(span_text(0ns, style), "0 s");
  EXPECT_EQ(span_text(999'600us, style), "1.000 s");
}

TEST(Numbers, CountsGetCommasFromTenThousandOn) {
  EXPECT_EQ(count_text(9'999), "9999");
  EXPECT_EQ(count_text(10'000), "10,000");
  EXPECT_EQ(count_text(1'234'567), "1,234,567");
}

TEST(Numbers, OneIsSingular) {
  EXPECT_EQ(plural(1, "run"), "1 run");
  EXPECT_EQ(plural(0, "run"), "0 runs");
}

TEST(Numbers, AHashIsShownByItsFirstEightDigits) { EXPECT_EQ(short_hash(0x77e0b91cdeadbeefU), "77e0b91c"); }

}  // namespace
}  // namespace hasim
