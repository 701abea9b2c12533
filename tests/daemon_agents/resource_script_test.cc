// resource-script and resource-ocf with scripts that the tests write: a service that is a file, and its faults.
#include "daemon/agents/resource_script.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/daemon_agents/agent_run.h"

namespace hacored::agents {
namespace {

using testing::Ran;

class Scripts : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/scripts-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << "#!/bin/sh\ncd " << folder_.string() << "\n" << text;
    ::chmod(path.c_str(), 0755);
    return path;
  }
  std::string read(const char* name) const {
    std::ostringstream text;
    text << std::ifstream{folder_ / name}.rdbuf();
    return text.str();
  }

  std::filesystem::path folder_;
};

constexpr const char* kService =
    "case $1 in start) touch up;; stop) rm -f up;; status) [ -e up ] || exit 3;; *) exit 2;; esac\n";

class ResourceScript : public Scripts {
 protected:
  Ran act(const std::string& action) const {
    return testing::run("resource-script", action, {{"HACORE_PATH", (folder_ / "service").string()}});
  }
};

TEST_F(ResourceScript, StartsAndStopsWhatTheScriptLooksAfter) {
  write("service", kService);
  EXPECT_EQ(act("status").exit, 7);
  EXPECT_EQ(act("start").exit, 0);
  EXPECT_EQ(act("status").exit, 0);
  EXPECT_EQ(act("stop").exit, 0);
  EXPECT_EQ(act("status").exit, 7);
  EXPECT_EQ(act("start").exit, 0);
  EXPECT_EQ(act("kill").exit, 0);
}

TEST_F(ResourceScript, WhatIsDeadAndLeftSomethingBehindHasNotStopped) {
  write("service", "[ $1 != status ] || exit 1\n");
  EXPECT_EQ(act("status").exit, 1);
  EXPECT_EQ(act("stop").exit, 1);
}

TEST_F(ResourceScript, DoesNotTakeTheWordOfAScriptThatDidNotStop) {
  write("service", "exit 0\n");
  EXPECT_EQ(act("stop").exit, 1) << "its status says that it runs";
  write("service", "[ $1 != status ] || exit 3\n");
  EXPECT_EQ(act("start").exit, 7) << "its status says that it does not run";
}

TEST_F(ResourceScript, SaysThatAScriptFailedOrIsMissing) {
  EXPECT_EQ(act("start").exit, 5);
  write("service", "echo out of order; exit 9\n");
  const Ran start = act("start");
  EXPECT_EQ(start.exit, 1);
  EXPECT_EQ(start.out, "reason=start_failed\n") << "what the script prints is for the log";
  EXPECT_NE(start.err.find("out of order"), std::string::npos);
  EXPECT_EQ(testing::run("resource-script", "start", {{"HACORE_PATH", "service"}}).exit, 6);
  EXPECT_EQ(testing::run("resource-script", "start", {}).exit, 6);
}

TEST_F(ResourceScript, SaysWhetherItCouldBeStartedWithoutStartingIt) {
  EXPECT_EQ(act("ready").exit, 5);
  write("service", "touch called\n");
  EXPECT_EQ(act("ready").exit, 0);
  EXPECT_EQ(read("called"), "");
}

TEST_F(ResourceScript, HasItsOwnWordForAStopByForceIfTheScriptKnowsOne) {
  write("service", "case $1 in halt) rm -f up;; stop) exit 1;; status) [ -e up ] || exit 3;; esac\n");
  write("up", "");
  EXPECT_EQ(act("kill").exit, 1);
  EXPECT_EQ(testing::run("resource-script", "kill",
                         {{"HACORE_PATH", (folder_ / "service").string()}, {"HACORE_KILL_ACTION", "halt"}})
                .exit,
            0);
}

class ResourceOcf : public Scripts {
 protected:
  Ran act(const std::string& action, const std::map<std::string, std::string>& more = {}) const {
    std::map<std::string, std::string> all = more;
    all.emplace("HACORE_AGENT", "ocf:house:Thing");
    all.emplace("HACORE_OCF_ROOT", folder_.string());
    all.emplace("HACORE_RESOURCE", "thing1");
    all.emplace("HACORE_EPOCH", "25");
    return testing::run("resource-ocf", action, all);
  }
};

constexpr const char* kOcf =
    "env | grep ^OCF_ | sort > seen\n"
    "case $1 in start) touch up;; stop) rm -f up;; monitor) [ -e up ] || exit 7;; *) exit 3;; esac\n";

TEST_F(ResourceOcf, StartsAndStopsWhatTheAgentLooksAfter) {
  write("resource.d/house/Thing", kOcf);
  EXPECT_EQ(act("status").exit, 7);
  EXPECT_EQ(act("start").exit, 0);
  EXPECT_EQ(act("status").exit, 0);
  EXPECT_EQ(act("stop").exit, 0);
  EXPECT_EQ(act("kill").exit, 0);
  EXPECT_EQ(act("status").exit, 7);
}

TEST_F(ResourceOcf, GivesTheAgentItsParametersAsTheStandardSays) {
  write("resource.d/house/Thing", kOcf);
  act("status", {{"HACORE_PARAM_cidr_netmask", "16"}, {"HACORE_PARAM_SID", "NDB"}});
  EXPECT_EQ(read("seen"),
            "OCF_RA_VERSION_MAJOR=1\nOCF_RA_VERSION_MINOR=1\nOCF_RESKEY_SID=NDB\n"
            "OCF_RESKEY_cidr_netmask=16\nOCF_RESOURCE_INSTANCE=thing1\nOCF_RESOURCE_PROVIDER=house\n"
            "OCF_RESOURCE_TYPE=Thing\nOCF_ROOT=" +
                folder_.string() + "\n");
}

TEST_F(ResourceOcf, TranslatesTheExitCodesOfTheStandard) {
  const std::map<int, int> codes{{0, 0}, {1, 1}, {2, 6}, {3, 6}, {4, 6}, {5, 5},
                                 {6, 6}, {7, 7}, {8, 0}, {9, 1}, {77, 1}};
  for (const auto& [theirs, ours] : codes) {
    write("resource.d/house/Thing", "exit " + std::to_string(theirs) + "\n");
    EXPECT_EQ(act("status").exit, ours) << theirs;
  }
}

TEST_F(ResourceOcf, DoesNotTakeTheWordOfAnAgentThatDidNotStop) {
  write("resource.d/house/Thing", "exit 0\n");
  EXPECT_EQ(act("stop").exit, 1);
  write("resource.d/house/Thing", "[ $1 = monitor ] && exit 7; exit 0\n");
  EXPECT_EQ(act("start").exit, 7);
  write("resource.d/house/Thing", "exit 5\n");
  EXPECT_EQ(act("stop").exit, 1) << "what is not installed any more may still run";
}

TEST_F(ResourceOcf, AnAgentThatThereIsNotIsNotInstalled) {
  EXPECT_EQ(act("start").exit, 5);
  EXPECT_EQ(act("ready").exit, 5);
  EXPECT_EQ(act("start", {{"HACORE_AGENT", "Thing"}}).exit, 6);
  EXPECT_EQ(act("start", {{"HACORE_AGENT", "house:../house/Thing"}}).exit, 6);
}

}  // namespace
}  // namespace hacored::agents
