// What the scenarios that come with hasim cover: rows of the catalogue, and words of the vocabulary.
#include "explore/coverage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include "explore/catalogue.h"
#include "explore/scenario_files.h"
#include "lang/declarations.h"
#include "lang/world_file.h"

namespace hasim {
namespace {

const std::string kRoot = HASIM_SOURCE_DIR "/scenarios";

/// Every scenario of the tree, read once.
const std::vector<Loaded>& all_scenarios() {
  static const LoadedFiles loaded = load_scenarios(find_files({kRoot}, {".scn"}, kRoot).files, {}, kRoot);
  EXPECT_TRUE(loaded.diagnostics.empty());
  return loaded.scenarios;
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

Loaded sample(std::string name, std::string source) {
  Loaded loaded;
  loaded.name = std::move(name);
  loaded.scenario.source = std::move(source);
  return loaded;
}

TEST(Coverage, CountsNoStoryInWhichAnotherSystemDecides) {
  Loaded file = sample("others/a.scn", "catalogue HB01");
  auto world = std::make_shared<WorldSpec>();
  file.scenario.cases.resize(1);
  file.scenario.cases[0].world = world;
  EXPECT_EQ(rows_shown({file}), 1U);
  world->system = "bcm_rules";
  EXPECT_EQ(rows_shown({file}), 0U);
}

TEST(Coverage, PageIsWhatTheScenariosSay) {
  EXPECT_EQ(text_of(HASIM_SOURCE_DIR "/docs/coverage.md"), coverage_markdown(all_scenarios()))
      << "write it anew: hasim list --by row --markdown > docs/coverage.md";
}

TEST(Coverage, EveryRowHasALine) {
  const std::string page = coverage_markdown({});
  for (const CatalogueRow& row : catalogue_rows()) {
    EXPECT_NE(page.find("\n| " + std::string(row.id) + " | "), page.npos) << row.id;
  }
}

TEST(Coverage, LinksTheScenariosOfARowAndCountsItOnce) {
  const std::vector<Loaded> scenarios{sample("bmc/lies.scn", "catalogue BM03"),
                                      sample("bmc/lies-again.scn", "catalogue BM03, BM05")};
  EXPECT_EQ(rows_shown(scenarios), 2U);
  const std::string page = coverage_markdown(scenarios);
  EXPECT_NE(page.find("| BM03 | lying BMC | [lies](../scenarios/bmc/lies.scn), [lies-again]("), page.npos);
  EXPECT_NE(page.find("**2 of 144 rows"), page.npos);
}

TEST(Coverage, LinksLeadToFiles) {
  for (const Loaded& file : all_scenarios()) EXPECT_TRUE(std::filesystem::exists(kRoot + "/" + file.name)) << file.name;
}

TEST(Vocabulary, EverySentenceHasAScenario) {
  std::set<SentenceId> used;
  for (const Loaded& file : all_scenarios()) {
    for (const Script& script : file.scenario.cases) {
      each_sentence(script, [&](const Sentence& sentence) { used.insert(sentence.id); });
    }
  }
  for (const SentenceInfo& sentence : sentences()) {
    EXPECT_TRUE(used.contains(sentence.id)) << "no scenario uses: " << sentence.pattern;
  }
}

TEST(Vocabulary, EveryClauseHasAWorld) {
  std::set<ClauseId> used;
  for (const std::string& path : find_files({kRoot + "/worlds"}, {".world"}, kRoot).files) {
    WorldLibrary library(path, {});
    for (const Declaration& thing : library.read(text_of(path), path).things) {
      for (const Clause& clause : thing.clauses) used.insert(clause.id);
    }
  }
  for (const ClauseInfo& clause : clauses()) {
    EXPECT_TRUE(used.contains(clause.id)) << "no world uses: " << clause.kind << " " << clause.pattern;
  }
}

TEST(Vocabulary, EveryWorldHasAScenario) {
  std::set<std::string> used;
  for (const Loaded& file : all_scenarios()) {
    for (const Script& script : file.scenario.cases) used.insert(script.world->name);
  }
  for (const std::string& path : find_files({kRoot + "/worlds"}, {".world"}, kRoot).files) {
    EXPECT_TRUE(used.contains(std::filesystem::path(path).stem().string())) << "no scenario plays in " << path;
  }
}

}  // namespace
}  // namespace hasim
