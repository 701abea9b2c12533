// The screens of hactl, from fixed documents: each is the text that lies beside its document. HACTL_SCREENS=write
// writes the texts anew, for somebody to read the difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>

#include "daemon/hactl/completion.h"
#include "daemon/hactl/move_screen.h"
#include "daemon/hactl/screen.h"
#include "daemon/hactl/status_screen.h"
#include "daemon/hactl/words.h"

namespace hactl {
namespace {

using nlohmann::json;

const std::string kFolder = std::string{HASIM_SOURCE_DIR} + "/tests/daemon_hactl/screens/";

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

json document(const std::string& name) { return json::parse(content_of(kFolder + name + ".json")); }

void expect_screen(const std::string& name, const std::string& text) {
  const std::string path = kFolder + name + ".txt";
  if (std::getenv("HACTL_SCREENS")) std::ofstream{path} << text;
  EXPECT_EQ(text, content_of(path));
}

class Screens : public testing::Test {
 protected:
  Screens() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

TEST_F(Screens, OfStatusShowBothDirectionsAndTheForecast) {
  for (const char* name : {"status-passive", "status-active", "status-no-fence"})
    expect_screen(name, status_screen(document(name)));
}

TEST_F(Screens, OfStatusFitAHundredColumns) {
  for (const char* name : {"status-passive", "status-active", "status-no-fence"}) {
    std::size_t begin = 0;
    const std::string text = status_screen(document(name));
    for (std::size_t end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin))
      EXPECT_LE(end - begin, kColumns) << text.substr(begin, end - begin);
  }
}

TEST_F(Screens, OfAPluginAreOneLineWithPerformanceData) {
  expect_screen("line-no-fence", status_line(document("status-no-fence")));
  expect_screen("line-passive", status_line(document("status-passive")));
}

TEST_F(Screens, OfAPreflightEndWithWhatItMeans) {
  const json preflight = document("preflight");
  expect_screen("preflight", preflight_screen(preflight) + announcement(preflight) + "\n");
}

TEST_F(Screens, OfARefusalNameReasonAndRemedy) { expect_screen("refused", refusal(document("refused"))); }

TEST_F(Screens, OfWhyNameProofAndEvidence) {
  expect_screen("why", why_screen(document("why")));
  expect_screen("why-not", why_not_screen(document("status-no-fence"), "T06-HEAD-02"));
}

TEST_F(Screens, OfTheBudgetAddUp) { expect_screen("budget", budget_screen(document("budget"))); }

TEST_F(Screens, SurviveADocumentOfAnotherVersion) {
  for (const json& strange :
       {json::object(), json::array(), json{{"heads", 7}, {"forecast", "none"}, {"services", {1, 2}}}}) {
    EXPECT_FALSE(status_screen(strange).empty());
    EXPECT_FALSE(status_line(strange).empty());
    EXPECT_FALSE(preflight_screen(strange).empty());
    EXPECT_FALSE(refusal(strange).empty());
    EXPECT_FALSE(why_screen(strange).empty());
    EXPECT_FALSE(budget_screen(strange).empty());
  }
}

TEST_F(Screens, AreColouredOnlyByTheirMarks) {
  const std::string text = "  fit [ OK ]  x\n  fence [FAIL]  y\n";
  EXPECT_EQ(Screen{false}.paint(text), text);
  EXPECT_EQ(Screen{true}.paint(text), "  fit \x1b[32m[ OK ]\x1b[0m  x\n  fence \x1b[1;35m[FAIL]\x1b[0m  y\n");
}

TEST(Words, OfTheCoreAreExplained) {
  EXPECT_NE(explained("bmc-swapped"), std::nullopt);
  EXPECT_EQ(explained("bmc-swapped"), explained("bmc_swapped"));
  EXPECT_EQ(explained("no such word"), std::nullopt);
  for (const std::string& word : explained_words()) EXPECT_NE(explained(word), std::nullopt) << word;
}

TEST(Completion, KnowsCommandsAndTheirWords) {
  EXPECT_EQ(completions({"ma"}), (std::vector<std::string>{"maintenance", "makeactive"}));
  EXPECT_EQ(completions({"standby", ""}), (std::vector<std::string>{"on", "off"}));
  EXPECT_EQ(completions({"makeactive", "--force", "database_l"}), (std::vector<std::string>{"database_lag"}));
}

}  // namespace
}  // namespace hactl
