// Spelling, settings, explanations and pages.
#include "lang/capability.h"
#include "lang/explain.h"
#include "lang/settings.h"
#include "lang/spelling.h"
#include "lang/vocabulary_page.h"
#include "sample.h"

namespace hasim {
namespace {

TEST(Spelling, FindsTheNearestWord) {
  EXPECT_EQ(nearest("haed1", {"head1", "head2", "nas"}), "head1");
  EXPECT_EQ(nearest("falut", {"fault", "heal", "do"}), "fault");
  EXPECT_EQ(nearest("zebra", {"fault", "heal"}), std::nullopt);
  EXPECT_EQ(nearest("aa", {"ab", "ac"}), std::nullopt);
  // Of equals the last in the alphabet.
  EXPECT_EQ(nearest("head", {"head1", "head2"}), "head2");
}

TEST(Settings, HaveTheirDefaults) {
  const Settings settings = default_settings();
  EXPECT_EQ(settings.duration("failover_max"), std::chrono::seconds{55});
  EXPECT_EQ(settings.number("restarts_max"), 3);
  EXPECT_EQ(settings.number("drift_max"), 200);
  EXPECT_TRUE(settings.is("failback", "never"));
  EXPECT_TRUE(settings.is("fence_levels", "watchdog"));
  EXPECT_EQ(initial_text(*find_setting("damping_window")), "10min");
}

TEST(Explain, KnowsWordsInAllTheirRoles) {
  EXPECT_NE(explain_word("no_vote")->find("the voters have not answered yet"), std::string::npos);
  const std::string both = *explain_word("maintenance");
  EXPECT_NE(both.find("(reason)"), std::string::npos);
  EXPECT_NE(both.find("(command)"), std::string::npos);
  EXPECT_EQ(explain_word("I1"), explain_word("one_writer"));
  EXPECT_EQ(explain_word("cannot-fence"), explain_word("cannot_fence"));
  for (const std::string word :
       {"language", "reasons", "causes", "proofs", "invariants", "settings", "verbs", "units", "kinds", "groups",
        "systems", "vocabulary", "operator", "fence_max", "expect", "ppm", "nas", "HEAD", "mark"}) {
    EXPECT_TRUE(explain_word(word)) << word;
  }
  EXPECT_FALSE(explain_word("gizmo"));
  EXPECT_FALSE(explain_word(""));
}

TEST(VocabularyPage, IsWhatTheTablesSay) {
  EXPECT_EQ(sample::file_text(std::string(HASIM_SOURCE_DIR) + "/docs/vocabulary.md"), vocabulary_markdown())
      << "write it anew: hasim explain vocabulary > docs/vocabulary.md";
}

TEST(Capabilities, OfASmallMachineAreNamedWhenTheyAreMissing) {
  const Scenario scenario =
      sample::read(sample::story("  start\n  +1s  fault  internal cut\n  +0s..+9s  expect  head1 active\n"));
  EXPECT_FALSE(cannot_on(scenario, netns_capabilities()));
  const auto missing = cannot_on(scenario, {"netns", {"box", "bmc"}});
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->message, "netns cannot \"NET cut SCOPE\": this machine lacks \"tap\"");
}

/// The fenced blocks of a page that show whole scenario files.
std::vector<std::string> examples(const std::string& page) {
  std::vector<std::string> found;
  const std::string open = "```scenario\n";
  for (std::size_t at = page.find(open); at != page.npos; at = page.find(open, at)) {
    at += open.size();
    found.push_back(page.substr(at, page.find("```", at) - at));
  }
  return found;
}

TEST(LanguagePage, ShowsFilesThatAreRightAndLaidOut) {
  const std::string root = HASIM_SOURCE_DIR;
  const std::vector<std::string> shown = examples(sample::file_text(root + "/docs/language.md"));
  EXPECT_GE(shown.size(), 10u);
  for (const std::string& text : shown) {
    const Parsed parsed = parse_scenario(text, "language.scn", {{root + "/scenarios/worlds"}});
    if (const auto* no = std::get_if<Diagnostic>(&parsed)) ADD_FAILURE() << no->show();
    EXPECT_EQ(std::get<std::string>(format_text(text, "language.scn")), text);
  }
}

}  // namespace
}  // namespace hasim
