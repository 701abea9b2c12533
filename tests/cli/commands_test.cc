// check, fmt, list, explain, completion, version: as people meet them.
#include <sys/stat.h>

#include "tests/cli/hasim.h"

namespace hasim {
namespace {

class Commands : public HasimTest {};

TEST_F(Commands, CheckShowsEveryMistakeOnceAndCounts) {
  write("all/a.scn", power_loss(kHolds));
  write("all/b.scn", power_loss("+0s..+50s       expect  head3 active"));
  write("all/w.world", "world w \"x\"\nlike nosuch\n");
  const Ran ran = hasim("check all");
  EXPECT_EQ(ran.exit, 2);
  EXPECT_TRUE(has(ran.out, "all/b.scn:8:27: error: ")) << ran.out;
  EXPECT_TRUE(has(ran.out, "all/w.world:2:")) << ran.out;
  EXPECT_TRUE(has(ran.out, "3 files, 2 errors\n")) << ran.out;
  const Ran good = hasim("check all/a.scn");
  EXPECT_EQ(good.exit, 0);
  EXPECT_EQ(good.out, "1 file, no errors\n");
}

TEST_F(Commands, CheckSurvivesWhateverAFileHolds) {
  write("empty.scn", "");
  write("binary.scn", std::string("scenario \"\0\xff\xfe", 13));
  write("large.scn", std::string(10UL * 1024 * 1024, 'x'));
  std::string nested = power_loss(kHolds);
  for (int i = 1; i <= 10'000; ++i)
    nested += std::string(static_cast<std::size_t>(2 + (i % 200)), ' ') + "+1s repeat 2 times\n";
  write("nested.scn", nested);
  for (const char* file : {"empty.scn", "binary.scn", "large.scn", "nested.scn"}) {
    const Ran ran = hasim(std::string("check ") + file);
    EXPECT_EQ(ran.exit, 2) << file;
    EXPECT_TRUE(has(ran.out, std::string(file) + ":")) << file << "\n" << ran.out.substr(0, 300);
  }
}

TEST_F(Commands, CheckSaysWhatCannotBeRead) {
  const Ran ran = hasim("check no/such.scn");
  EXPECT_EQ(ran.exit, 2);
  EXPECT_TRUE(has(ran.err, "no such file or folder: no/such.scn")) << ran.err;
}

TEST_F(Commands, BudgetFindsAWorldByItsName) {
  const Ran ran = hasim("budget bull-io");
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_TRUE(has(ran.out, "cell io-cell")) << ran.out;
  EXPECT_TRUE(has(ran.out, "Failures with an automatic answer: ")) << ran.out;
  const Ran json = hasim("budget bull-io --json");
  EXPECT_EQ(json.exit, 0);
  EXPECT_TRUE(json.out.starts_with("{\"v\":1,\"type\":\"budget\"")) << json.out.substr(0, 100);
}

TEST_F(Commands, BudgetTakesTheSettingsOfAScenarioAndRefusesThoseThatCollide) {
  std::string story = power_loss(kHolds);
  story.insert(story.find("\n\n"), "\nset dead_after = 4s");
  write("a.scn", story);
  const Ran ran = hasim("budget a.scn");
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(has(ran.out, "dead_after (4.000 s) and warn_after (5.000 s) collide")) << ran.out;
  EXPECT_EQ(hasim("budget bcm --set right_to_run=11s").exit, 1);
}

TEST_F(Commands, BudgetSaysWhatItCannotRead) {
  EXPECT_EQ(hasim("budget nosuch").exit, 2);
  EXPECT_TRUE(has(hasim("budget nosuch").err, "no such world or scenario: nosuch"));
  write("bad.world", "world bad \"x\"\nlike nosuch\n");
  const Ran bad = hasim("budget bad.world");
  EXPECT_EQ(bad.exit, 2);
  EXPECT_TRUE(has(bad.err, "bad.world:2:")) << bad.err;
  EXPECT_EQ(hasim("budget bcm --set nosuch=1s").exit, 2);
}

TEST_F(Commands, FmtRewritesInPlaceAndKeepsTheMode) {
  write("a.scn",
        "scenario \"x\"\nsource \"x\"\ntags power\nworld pair\n start\n +5s fault head1 loses power\n +0s..+50s expect "
        "head2 active\n");
  ASSERT_EQ(chmod(at("a.scn").c_str(), 0640), 0);
  const Ran differs = hasim("fmt --check a.scn");
  EXPECT_EQ(differs.exit, 1);
  EXPECT_TRUE(has(differs.out, "run: hasim fmt a.scn")) << differs.out;
  EXPECT_EQ(hasim("fmt a.scn").exit, 0);
  EXPECT_TRUE(has(text_of(at("a.scn")), "\n  +5s           fault   head1 loses power\n")) << text_of(at("a.scn"));
  EXPECT_EQ(hasim("fmt --check a.scn").exit, 0);
  struct stat now {};
  ASSERT_EQ(stat(at("a.scn").c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 07777, 0640U);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    files += entry.path().filename().string().starts_with("a.scn") ? 1 : 0;
  EXPECT_EQ(files, 1U) << "no temporary file is left";
}

TEST_F(Commands, FmtLeavesAloneWhatItCannotRead) {
  write("a.scn", "\tscenario \"x\"\n");
  EXPECT_EQ(hasim("fmt a.scn").exit, 2);
  EXPECT_EQ(text_of(at("a.scn")), "\tscenario \"x\"\n");
}

TEST_F(Commands, ListShowsClassesRowsAndDocuments) {
  const std::string file = write("cls/a.scn", power_loss(kHolds));
  EXPECT_TRUE(has(hasim("list cls").out, "cls  1 scenario\n  cls/a.scn  the active head loses power\n"));
  const Ran rows = hasim("list cls --by row --require-complete");
  EXPECT_EQ(rows.exit, 1);
  EXPECT_TRUE(has(rows.out, "144 rows: 1 have a scenario, 143 missing")) << rows.out.substr(rows.out.size() - 200);
  EXPECT_EQ(hasim("list cls --by row").exit, 0);
  EXPECT_TRUE(has(hasim("list cls --by seed").out, "  002  Bull"));
  EXPECT_EQ(hasim("list cls --by colour").exit, 2);
}

TEST_F(Commands, ExplainKnowsReasonsInvariantsAndRows) {
  EXPECT_TRUE(has(hasim("explain contradiction").out, "contradicts"));
  EXPECT_TRUE(has(hasim("explain I1").out, "at most one head may write shared state"));
  EXPECT_TRUE(has(hasim("explain bm03").out, "BM03: lying BMC"));
  EXPECT_TRUE(has(hasim("explain P2").out, "power_off (proof): P2: the peer's power was verified off"));
  EXPECT_TRUE(has(hasim("explain pair").out, "head      head1, head2\n"));
  EXPECT_EQ(hasim("explain Head").out, hasim("explain head").out);
  const Ran unknown = hasim("explain nosuchword");
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_TRUE(has(unknown.err, "nothing is called \"nosuchword\""));
}

TEST_F(Commands, VersionNamesLanguageAndCore) {
  const Ran ran = hasim("version");
  EXPECT_EQ(ran.exit, 0);
  EXPECT_TRUE(ran.out.starts_with("hasim ")) << ran.out;
  EXPECT_TRUE(has(ran.out, "language 1")) << ran.out;
}

TEST_F(Commands, EveryCommandHasAHelpOfAtMostAHundredColumns) {
  for (const char* command : {"", "run ", "check ", "budget ", "fmt ", "list ", "explain ", "replay ", "completion ",
                              "compare ", "clean ", "doctor ", "version "}) {
    const Ran ran = hasim(std::string(command) + "--help");
    EXPECT_EQ(ran.exit, 0) << command;
    EXPECT_TRUE(has(ran.out, "Usage: hasim ")) << command;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 105U) << line;
  }
}

TEST_F(Commands, CompletionOffersWhatFits) {
  write("sub/a.scn",
        "scenario \"{victim} dies\"\nsource   \"x\"\ntags     power\nworld    pair\nfor victim in [head1, head2]\n\n"
        "  start\n  +5s           fault   {victim} loses power\n  +0s..+50s     expect  peer of {victim} active\n");
  EXPECT_EQ(hasim("completion words -- ru").out, "run\n");
  EXPECT_EQ(hasim("completion words -- run --ju").out, "--junit\n");
  EXPECT_EQ(hasim("completion words -- run su").out, "sub/\n");
  EXPECT_EQ(hasim("completion words -- run sub/").out, "sub/a.scn\n");
  EXPECT_EQ(hasim("completion words -- run sub/a.scn:victim=head2").out, "sub/a.scn:victim=head2:1\n");
  EXPECT_EQ(hasim("completion words -- run sub/a.scn --case vic").out, "victim=head1\nvictim=head2\n");
  EXPECT_TRUE(has(hasim("completion words -- explain contr").out, "contradiction\n"));
  EXPECT_EQ(hasim("completion words -- run --color a").out, "auto\nalways\n");
}

TEST_F(Commands, CompletionWorksInBash) {
  write("sub/a.scn", power_loss(kHolds));
  write("try.sh", "source <(" HASIM_BINARY
                  " completion bash)\n"
                  "COMP_LINE='" HASIM_BINARY
                  " run sub/a.scn:'; COMP_POINT=${#COMP_LINE}; _hasim; echo \"${COMPREPLY[@]}\"\n"
                  "COMP_LINE='" HASIM_BINARY " ch'; COMP_POINT=${#COMP_LINE}; _hasim; echo \"${COMPREPLY[@]}\"\n");
  EXPECT_EQ(shell("bash try.sh").out, "1\ncheck\n");
}

TEST_F(Commands, CompletionWorksInZsh) {
  // A second zsh in a terminal of its own, into which the first one types.
  write("try.zsh",
        "zmodload zsh/zpty\nzpty shell zsh -f -i\n"
        "zpty -w shell \"PS1=; PATH=${${:-" HASIM_BINARY
        "}:h}:$PATH; autoload -U compinit; compinit -u -D; source <(hasim completion zsh); echo rea''dy\"\n"
        "until zpty -r shell line '*ready*'; do :; done\n"
        "zpty -n -w shell $'hasim ch\\t'\n"
        "zpty -r shell line '*hasim check*' && echo completes\n");
  EXPECT_EQ(shell("timeout 60 zsh -f try.zsh").out, "completes\n");
}

}  // namespace
}  // namespace hasim
