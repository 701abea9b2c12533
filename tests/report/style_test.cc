// Marks, colours and widths.
#include "report/style.h"

#include <gtest/gtest.h>

namespace hasim {
namespace {

TEST(Style, PaintsOnlyWhereColourIsWanted) {
  EXPECT_EQ((Style{false, true}.paint(Paint::broken, "BROKEN")), "BROKEN");
  EXPECT_EQ((Style{true, true}.paint(Paint::broken, "BROKEN")), "\x1b[1;35mBROKEN\x1b[0m");
  EXPECT_EQ((Style{true, true}.paint(Paint::plain, "x")), "x");
}

TEST(Style, MarksAreAsciiWhereTheLocaleIsNotUtf8) {
  const Style ascii{false, false};
  for (const std::string_view mark :
       {ascii.holds(), ascii.breaks(), ascii.fault(), ascii.open(), ascii.ellipsis(), ascii.micro()}) {
    for (const char c : mark) EXPECT_GT(c, 0) << mark;
  }
  EXPECT_EQ(ascii.bar(0.5, 4), "##  ");
}

TEST(Style, BarsAreAlwaysAsWideAsAsked) {
  const Style style;
  for (int i = -1; i <= 21; ++i) EXPECT_EQ(width_of(style.bar(i / 20.0, 11)), 11) << i;
  EXPECT_EQ(style.bar(1, 3), "███");
}

TEST(Style, CountsColumnsAndNotBytes) {
  EXPECT_EQ(width_of("✓ 9"), 3);
  EXPECT_EQ(pad("µs", 4), "µs  ");
  EXPECT_EQ(pad_left("µs", 4), "  µs");
  EXPECT_EQ(pad("longer", 3), "longer");
}

TEST(Style, WrapsAtBlanks) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrap("head2 holds because tie", 12), (Lines{"head2 holds", "because tie"}));
  EXPECT_EQ(wrap("averyveryverylongword x", 5), (Lines{"averyveryverylongword", "x"}));
  EXPECT_EQ(wrap("", 5), Lines{""});
}

}  // namespace
}  // namespace hasim
