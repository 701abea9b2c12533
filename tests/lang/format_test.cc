// The formatter on text that nobody laid out.
#include "sample.h"

namespace hasim {
namespace {

std::string formatted(const std::string& text, const std::string& path = "x.scn") {
  const auto result = format_text(text, path);
  if (const auto* no = std::get_if<Diagnostic>(&result)) return no->message;
  return std::get<std::string>(result);
}

TEST(Format, LaysOutHeadersAndVerbs) {
  EXPECT_EQ(formatted("scenario   \"x\"\nworld bcm\nset  dead_after=5s\n\n\n\n start\n +5s fault head1   hangs # why\n"
                      " +0s .. +failover_max+10s expect head1,head2 off\n\n"),
            "scenario \"x\"\nworld    bcm\nset dead_after = 5s\n\n  start\n"
            "  +5s                     fault   head1 hangs  # why\n"
            "  +0s..+failover_max+10s  expect  head1, head2 off\n");
}

TEST(Format, PutsALongWhenOnALineOfItsOwn) {
  EXPECT_EQ(formatted("scenario \"x\"\n\n  +0s..+failover_max+failover_max expect head1 off\n"),
            "scenario \"x\"\n\n  +0s..+failover_max+failover_max\n                expect  head1 off\n");
}

TEST(Format, TakesAnOnlyLineUp) {
  EXPECT_EQ(formatted("scenario \"x\"\n\n  +5s\n      fault head1 hangs\n"),
            "scenario \"x\"\n\n  +5s           fault   head1 hangs\n");
}

TEST(Format, BreaksLongListsBehindCommas) {
  std::string values = "a, b";
  for (int i = 0; i < 40; ++i) values += ", value" + std::to_string(i);
  const std::string text = formatted("for x in [" + values + "]\n");
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = text.find('\n', i);
    EXPECT_LE(end - i, 120u);
    i = end + 1;
  }
  EXPECT_EQ(formatted(text), text);
}

TEST(Format, KeepsTheMeaning) {
  const std::string ugly =
      "scenario \"x\"\nsource \"guess\"\nworld bcm\n  start\n  on head1 active and head2 passive +5s\n"
      "     fault head1 hangs\n     expect head1 hung\n  +0s..+9s expect any of [head1 off,\n head2 off]\n";
  EXPECT_EQ(sample::read(formatted(ugly)).cases[0].lines.size(), sample::read(ugly).cases[0].lines.size());
  EXPECT_EQ(formatted(formatted(ugly)), formatted(ugly));
}

TEST(Format, IsTheSameTwiceOnEveryBeginningOfAFile) {
  const std::string text = sample::file_text(sample::folder() + "drafts/transition/swarm.scn");
  for (std::size_t n = 0; n < text.size(); ++n) {
    const auto once = format_text(text.substr(0, n), "x.scn");
    if (const auto* laid_out = std::get_if<std::string>(&once)) { EXPECT_EQ(formatted(*laid_out), *laid_out) << n; }
  }
}

TEST(Format, LeavesTheTablesOfWorldsAlone) {
  EXPECT_EQ(formatted("world   x \"y\"   \n\n\n\nnetwork  a  at 10.0.0.0/8\n\n", "x.world"),
            "world   x \"y\"\n\nnetwork  a  at 10.0.0.0/8\n");
}

TEST(Format, RefusesWhatHasNoLines) {
  EXPECT_EQ(formatted("for x in [a, b\n"), "a [ of this line is never closed");
  EXPECT_EQ(formatted("\tstart\n"), "tab: indent with blanks");
  EXPECT_EQ(formatted("scenario \"x\"\n\n  +5s\n  fault head1 hangs\n"), "this line says what, but not when");
}

}  // namespace
}  // namespace hasim
