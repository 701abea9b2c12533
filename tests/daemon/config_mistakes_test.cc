// What people are told about the mistakes that they make: tests/daemon/config_mistakes.txt, word for word.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "config_sample.h"

namespace hacored {
namespace {

struct Mistake {
  std::string title, before, after, said;
};

std::string take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string line{text.substr(0, end)};
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// "== TITLE", lines with "-", lines with "+", an empty line, and what is said up to the next title.
std::vector<Mistake> mistakes() {
  const std::string file = sample::file_text("tests/daemon/config_mistakes.txt");
  std::string_view text = file;
  std::vector<Mistake> found;
  while (!text.empty()) {
    const std::string line = take_line(text);
    if (line.starts_with("== ")) {
      found.push_back({line.substr(3), "", "", ""});
    } else if (!found.empty() && found.back().said.empty() && line.starts_with('-')) {
      found.back().before += line.substr(1) + "\n";
    } else if (!found.empty() && found.back().said.empty() && line.starts_with('+')) {
      found.back().after += line.substr(1) + "\n";
    } else if (!found.empty() && !(found.back().said.empty() && line.empty())) {
      found.back().said += line + "\n";
    }
  }
  for (Mistake& mistake : found)
    while (mistake.said.ends_with("\n\n")) mistake.said.pop_back();
  return found;
}

TEST(Mistakes, AreToldWithTheirPlaceAndTheirFix) {
  ASSERT_GE(mistakes().size(), 30U);
  for (const Mistake& mistake : mistakes())
    EXPECT_EQ(sample::said_after(mistake.before, mistake.after), mistake.said) << mistake.title;
}

TEST(Mistakes, AreAllToldAtOnceUpToTwenty) {
  std::string text = sample::kGood;
  for (int i = 0; i < 25; ++i) text += fmt::format("nonsense_{} = 1\n", i);
  const std::string said = sample::said(text);
  EXPECT_NE(said.find("nonsense_0"), std::string::npos);
  EXPECT_NE(said.find("nonsense_19"), std::string::npos);
  EXPECT_EQ(said.find("nonsense_20"), std::string::npos);
  EXPECT_TRUE(said.ends_with("and 5 more messages\n")) << said;
}

TEST(Mistakes, NeverShowAPassword) {
  const std::string said = sample::said_after("password = { secret = \"bmc1\" }", "password = \"Pa55w0rd\"");
  EXPECT_NE(said.find("password"), std::string::npos);
  EXPECT_EQ(said.find("Pa55w0rd"), std::string::npos);
}

}  // namespace
}  // namespace hacored
