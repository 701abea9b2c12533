// JSON Lines: every line parses, every field is documented.
#include "report/json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "report/summary.h"
#include "tests/report/story.h"

namespace hasim {
namespace {

using nlohmann::json;

/// The row of a kind in docs/trace.md.
std::string documented(EventKind kind) {
  std::ifstream file(HASIM_SOURCE_DIR "/docs/trace.md");
  const std::string begin = "| `" + std::string(to_string(kind)) + "` |";
  bool among_events = false;  // `broken` is also the type of a line
  for (std::string line; std::getline(file, line);) {
    among_events |= line == "## Events";
    if (among_events && line.starts_with(begin)) return line;
  }
  return "";
}

std::string section_of(EventKind kind) {
  std::ifstream file(HASIM_SOURCE_DIR "/docs/trace.md");
  const std::string begin = "| `" + std::string(to_string(kind)) + "` |";
  std::string section;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("### ")) section = line;
    if (!section.empty() && line.starts_with(begin)) return section;
  }
  return "";
}

TEST(Json, EveryKindIsDocumentedWithItsFieldsAndItsLayer) {
  for (int i = 0; i < kEventKinds; ++i) {
    const auto kind = static_cast<EventKind>(i);
    const std::string row = documented(kind);
    ASSERT_FALSE(row.empty()) << to_string(kind) << " is not in docs/trace.md";
    EXPECT_NE(section_of(kind).find("`" + std::string(to_string(layer_of(kind))) + "`"), std::string::npos)
        << to_string(kind);
    std::string wanted;
    for (const std::string_view field : json_fields(kind))
      wanted += (wanted.empty() ? "`" : ", `") + std::string(field) + "`";
    EXPECT_NE(row.find("| " + wanted + " |"), std::string::npos) << to_string(kind) << " has the fields " << wanted;
  }
}

TEST(Json, EveryEventHasTheFieldsOfItsKind) {
  const auto world = story::world();
  for (int i = 0; i < kEventKinds; ++i) {
    Event event;
    event.kind = static_cast<EventKind>(i);
    event.who = story::kHead1;
    event.x = event.y = 1;
    event.value = 3;
    const json line = json::parse(json_event(event, *world));
    EXPECT_EQ(line["v"], 1);
    EXPECT_EQ(line["kind"], to_string(event.kind));
    EXPECT_EQ(line.contains("data") ? line["data"].size() : 0, json_fields(event.kind).size()) << to_string(event.kind);
    for (const std::string_view field : json_fields(event.kind))
      EXPECT_TRUE(line["data"].contains(std::string(field))) << field;
  }
}

TEST(Json, AnEventSaysWhatItMeansInWords) {
  const story::Run run = story::that_breaks();
  const json role = json::parse(json_event(run.events[17], *story::world()));
  EXPECT_EQ(role["who"], "head2");
  EXPECT_EQ(role["data"]["to"], "owner");
  EXPECT_EQ(role["data"]["epoch"], 8);
  EXPECT_EQ(role["cause"], "started");
  EXPECT_EQ(role["because"], json::array({17}));
  EXPECT_EQ(role["t_ns"], 71'700'000'000);
}

TEST(Json, ARunOpensBreaksAndEndsOnALineEach) {
  const story::Run run = story::that_breaks();
  EXPECT_EQ(json::parse(json_run(run.view()))["in"], "sim");
  std::istringstream lines(json_broken(run.view()));
  std::vector<json> broken;
  for (std::string line; std::getline(lines, line);) broken.push_back(json::parse(line));
  ASSERT_EQ(broken.size(), 2U);
  EXPECT_EQ(broken[0]["property"], "I1");
  EXPECT_TRUE(broken[0]["line"].is_null());
  EXPECT_EQ(broken[0]["five"].size(), 5U);
  EXPECT_EQ(broken[1]["line"], 8);
  const json verdict = json::parse(json_verdict(run.view()));
  EXPECT_EQ(verdict["verdict"], "broken");
  EXPECT_EQ(verdict["first"], "I1");
  EXPECT_EQ(verdict["trace"], "9c41d2b700000000");
}

TEST(Json, TextThatIsNoUtf8DoesNotBreakALine) {
  story::Run run = story::that_breaks();
  run.result.broken[0].message = "a \xff byte";
  const std::string said = json_broken(run.view());
  EXPECT_TRUE(json::accept(said.substr(0, said.find('\n'))));
}

TEST(Json, TheSummaryCarriesTheExitCode) {
  SweepView view;
  view.runs = 10;
  view.broken = 1;
  const json summary = json::parse(json_summary(view, 1));
  EXPECT_EQ(summary["hold"], 9);
  EXPECT_EQ(summary["exit"], 1);
  EXPECT_TRUE(summary["cut_short"].is_null());
}

}  // namespace
}  // namespace hasim
