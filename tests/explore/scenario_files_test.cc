// Paths of the command line, folders, and what files are called.
#include "explore/scenario_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace hasim {
namespace {

namespace fs = std::filesystem;

class ScenarioFiles : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) /
            ("scenario_files_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(root_);
    for (const char* file : {"bmc/lies.scn", "bmc/b.scn", "pair/a.scn", "pair/readme.txt", "worlds/pair.world"}) {
      fs::create_directories((root_ / file).parent_path());
      std::ofstream(root_ / file) << "x\n";
    }
    fs::create_directories(root_ / "empty");
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string at(const std::string& file) const { return (root_ / file).string(); }
  fs::path root_;
};

TEST_F(ScenarioFiles, AFolderStandsForItsScenariosSorted) {
  const FoundFiles found = find_files({root_.string()}, {".scn"}, "");
  EXPECT_EQ(found.files, (std::vector<std::string>{at("bmc/b.scn"), at("bmc/lies.scn"), at("pair/a.scn")}));
  EXPECT_TRUE(found.errors.empty());
}

TEST_F(ScenarioFiles, TheSameFileCountsOnce) {
  const FoundFiles found = find_files({at("pair/a.scn"), at("pair"), at("pair/../pair/a.scn")}, {".scn"}, "");
  EXPECT_EQ(found.files, std::vector<std::string>{at("pair/a.scn")});
}

TEST_F(ScenarioFiles, WhatIsMissingOrEmptyIsSaid) {
  EXPECT_EQ(find_files({"no/such.scn"}, {".scn"}, "").errors,
            std::vector<std::string>{"no such file or folder: no/such.scn"});
  EXPECT_EQ(find_files({at("empty")}, {".scn"}, "").errors, std::vector<std::string>{"no .scn file in " + at("empty")});
}

TEST_F(ScenarioFiles, NamesAreRelativeToTheScenariosOfHasimAndLeadBackToTheFile) {
  const std::string name = name_of_file(at("bmc/lies.scn"), root_.string());
  EXPECT_EQ(name, "bmc/lies.scn");
  EXPECT_EQ(existing_path(name, root_.string()), at("bmc/lies.scn"));
  EXPECT_EQ(name_of_file("/elsewhere/x.scn", root_.string()), "/elsewhere/x.scn");
}

TEST_F(ScenarioFiles, TheClassIsTheFolder) { EXPECT_EQ(class_of_file(at("bmc/lies.scn")), "bmc"); }

TEST_F(ScenarioFiles, WorldsAreLookedForBesideTheScenarioFirst) {
  const SearchPath search = search_path_of(at("bmc/lies.scn"), "/root");
  ASSERT_EQ(search.world_dirs.size(), 4U);
  EXPECT_EQ(search.world_dirs[0], at("bmc"));
  EXPECT_TRUE(fs::exists(fs::path(search.world_dirs[2]) / "pair.world"));
  EXPECT_EQ(search.world_dirs[3], "/root/worlds");
}

}  // namespace
}  // namespace hasim
