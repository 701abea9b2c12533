// Where answers stand in hacore.toml: put there, they are found there; what is not asked about stays.
#include <fstream>
#include <iterator>

#include "daemon/config_file.h"
#include "daemon/setup/document.h"
#include "daemon/setup/toml_writer.h"
#include "daemon/setup/tree.h"
#include "tests/daemon_setup/pretended.h"

namespace hacored::setup {
namespace {

using Texts = std::vector<std::string>;

Node tree(const std::string& text) {
  Report report{"test", text};
  auto root = read_toml(text, report);
  EXPECT_TRUE(root) << show(report.in_order());
  return root.value_or(Node{});
}

Document document_of(const std::string& config, const std::string& secrets = "") {
  return {tree(config), tree(secrets)};
}

/// As it comes back from the disk.
Document reread(const Document& document) { return document_of(config_text(document), secrets_text(document)); }

ReadConfig judged(const Document& document) {
  return read_config(config_text(document), "hacore.toml", {.head = "head1", .files = false});
}

std::string example() {
  std::ifstream file{HASIM_SOURCE_DIR "/packaging/hacore.toml.example"};
  return {std::istreambuf_iterator<char>(file), {}};
}

constexpr const char* kSecrets = "bmc1 = \"one\"\nbmc2 = \"two\"\npdu = \"three\"\n";

std::uint32_t digest(const std::string& text) {
  const ReadConfig read = read_config(text, "hacore.toml", {.head = "T06-HEAD-01", .files = false});
  EXPECT_TRUE(read.settings) << show(read.diagnostics);
  return read.settings ? read.settings->core.digest : 0;
}

TEST(Document, OfAllAnswersIsAcceptedByHacoredAndHasThemAll) {
  Document document;
  put(document, all_answers());
  EXPECT_TRUE(judged(document).settings) << show(judged(document).diagnostics);
  EXPECT_EQ(answers_of(reread(document)), all_answers());
}

TEST(Document, SaysAnyTextSoThatItIsReadBack) {
  for (const char* text : {"", "C:\\x", "say \"so\"", "two\nlines", "a\ttab", "Bücherei", "it's"}) {
    const std::string line = "cell = " + toml_quoted(text) + "\n";
    Report report{"hacore.toml", line};
    const auto read = read_toml(line, report);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->entries.front().value.text, text);
  }
}

TEST(Document, IsAcceptedWithoutAnyOfTheStepsThatCanBeLeftOut) {
  for (const StepInfo& info : steps()) {
    if (!info.optional) continue;
    Answers answers = all_answers();
    for (const Question* question : questions_of(info.step)) answers.set(key_of(*question), {});
    Document document;
    put(document, answers);
    EXPECT_TRUE(judged(document).settings) << info.name << "\n" << show(judged(document).diagnostics);
    EXPECT_TRUE(left_out(info.step, answers_of(reread(document)))) << info.name;
  }
}

TEST(Document, LosesAStepThatIsAnsweredWithNone) {
  for (const StepInfo& info : steps()) {
    if (!info.optional) continue;
    Document document;
    put(document, all_answers());
    document = reread(document);
    Answers answers = all_answers();
    for (const Question* question : questions_of(info.step)) answers.set(key_of(*question), {});
    put(document, answers);
    Document fresh;
    put(fresh, answers);
    EXPECT_EQ(config_text(document), config_text(fresh)) << info.name;
  }
}

TEST(Document, TakesEveryAnswerThatChanges) {
  for (const Question& question : questions()) {
    Document document;
    put(document, all_answers());
    document = reread(document);
    Answers answers = all_answers();
    Texts texts = answers.texts(key_of(question));
    // Something else of the same shape.
    texts.front() += question.row.shape == Shape::network ? "" : "1";
    if (question.row.shape == Shape::network) texts.front() = "10.1.0.77/16";
    answers.set(key_of(question), texts);
    put(document, answers);
    EXPECT_EQ(answers_of(reread(document)), answers) << key_of(question);
  }
}

TEST(Document, OfTheExampleIsUnderstoodAndNotChangedByItsOwnAnswers) {
  Document document = document_of(example(), kSecrets);
  const Answers answers = standing_answers(document);
  EXPECT_TRUE(missing(answers).empty());
  EXPECT_EQ(answers.texts("management.interface"), (Texts{"bond1", "eth2"}));
  EXPECT_EQ(answers.text("failover.first"), "10.50.255.251");
  EXPECT_EQ(answers.texts("storage.mounts").front(), "/cm/shared=10.141.255.200:/export/cm/shared");
  EXPECT_EQ(answers.text("bmc.second_password"), "two");
  EXPECT_EQ(answers.texts("pdu.addresses"), (Texts{"10.150.1.1", "10.150.1.2"}));
  EXPECT_EQ(answers.text("pdu.first_plug"), "7");
  put(document, answers);
  EXPECT_EQ(digest(config_text(document)), digest(example()));
  EXPECT_EQ(secrets_text(document), secrets_text(document_of("", kSecrets)));
}

TEST(Document, KeepsWhatIsNotAskedAboutInAStepThatChanges) {
  Document document = document_of(example(), kSecrets);
  Answers answers = standing_answers(document);
  answers.set("internal.virtual", {"10.141.255.250/16"});
  answers.set("bmc.first", {"10.150.0.77"});
  answers.set("storage.mounts", {"/cm/shared=10.141.255.200:/export/cm/shared", "/data=nas:/data"});
  put(document, answers);
  const std::string text = config_text(document);
  for (const char* kept : {"off_takes = \"4s\"", "start_max = \"15s\"", "name = \"vip-internal\"", "proves = true",
                           "failures = 2", "marker = \"cm-shared\"", "on_poweroff = \"handover\""})
    EXPECT_NE(text.find(kept), std::string::npos) << kept;
  for (const char* changed : {"10.141.255.250/16", "10.150.0.77", "directory = \"/data\""})
    EXPECT_NE(text.find(changed), std::string::npos) << changed;
  for (const char* gone : {"10.141.255.254", "\"10.150.0.1\"", "/export/home"})
    EXPECT_EQ(text.find(gone), std::string::npos) << gone;
  digest(text);
}

TEST(Document, StartsStorageBeforeAddressesAndTheseBeforeWhatUsesThem) {
  Document document;
  Answers answers = all_answers();
  answers.set("storage.mounts", {});
  put(document, answers);
  put(document, all_answers());
  Texts types;
  const Node& service = document.config.find("service")->value.items.front();
  for (const Node& resource : service.find("resource")->value.items) types.push_back(text_at(resource, "type"));
  EXPECT_EQ(types, (Texts{"mount", "mount", "address", "address", "mariadb", "unit", "unit", "script"}));
}

TEST(Document, StartsUnitsAndMountsInTheOrderOfTheAnswer) {
  Document document;
  put(document, all_answers());
  Answers answers = all_answers();
  answers.set("services.units", {"new.service", "slurmctld.service", "slurmdbd.service"});
  answers.set("storage.mounts", {"/new=nas:/new", "/home=nas:/export/home", "/cm/shared=nas:/export/shared"});
  put(document, answers);
  EXPECT_EQ(answers_of(reread(document)), answers);
}

TEST(Document, HasOneDatabaseWhateverElseIsSaidOfIt) {
  const std::string config =
      "cell = \"demo\"\nheads = [\"head1\", \"head2\"]\n[[service]]\nname = \"main\"\n"
      "[[service.resource]]\nname = \"db\"\ntype = \"mariadb\"\nlag_max = \"10s\"\n";
  Document document = document_of(config);
  Answers answers = standing_answers(document);
  EXPECT_EQ(answers.text("services.mariadb"), "/run/mysqld/mysqld.sock");
  answers.set("services.units", {"slurmctld.service"});
  put(document, answers);
  EXPECT_EQ(config_text(document).find("socket"), std::string::npos);
  answers.set("services.mariadb", {"/srv/mysqld.sock"});
  put(document, answers);
  EXPECT_NE(config_text(document).find("socket = \"/srv/mysqld.sock\""), std::string::npos);
  EXPECT_NE(config_text(document).find("lag_max = \"10s\""), std::string::npos);
  answers.set("services.mariadb", {});
  put(document, answers);
  EXPECT_EQ(config_text(document).find("mariadb"), std::string::npos);
}

TEST(Document, NamesDevicesAndPreferencesByHeadsThatChangedTheirNames) {
  Document document = document_of(example(), kSecrets);
  Answers answers = standing_answers(document);
  answers.set("cell.first", {"T06-HEAD-02"});
  answers.set("cell.second", {"T06-HEAD-01"});
  put(document, answers);
  const Node& bmc = document.config.find("fence")->value.items.front();
  EXPECT_EQ(text_at(bmc.find("T06-HEAD-02")->value, "ip"), "10.150.0.1");
  EXPECT_EQ(text_at(bmc.find("T06-HEAD-01")->value, "ip"), "10.150.0.2");
  EXPECT_EQ(text_at(document.config.find("service")->value.items.front(), "prefers"), "T06-HEAD-02");
}

TEST(Document, GivesTwoHeadsThatSharedASecretOneEachWhenOnePasswordChanges) {
  const std::string config = R"(cell = "demo"
heads = ["head1", "head2"]
[[fence]]
name = "bmc"
agent = "fence_hacore_ipmi"
[fence.head1]
ip = "10.2.1.1"
username = "admin"
password = { secret = "bmc" }
[fence.head2]
ip = "10.2.1.2"
username = "admin"
password = { secret = "bmc" }
)";
  for (const char* changed : {"bmc.password", "bmc.second_password"}) {
    Document document = document_of(config, "bmc = \"old\"\nbmc1 = \"of something else\"\n");
    Answers answers = standing_answers(document);
    answers.set(changed, {"new"});
    put(document, answers);
    const Answers after = answers_of(reread(document));
    EXPECT_EQ(after.text("bmc.password"), answers.text("bmc.password"));
    EXPECT_EQ(after.text("bmc.second_password"), answers.text("bmc.second_password"));
    EXPECT_EQ(text_at(document.secrets, "bmc1"), "of something else");
  }
}

TEST(Document, HasNoPasswordInTheConfiguration) {
  Document document;
  put(document, all_answers());
  for (const char* secret : {"three", "zwei", "plugs"})
    EXPECT_EQ(config_text(document).find(secret), std::string::npos) << secret;
}

TEST(Document, ThatMakesNoSenseIsLeftToTheReader) {
  for (const char* config :
       {"path = 5\n", "path = [5]\n", "fence = [\"x\"]\nheads = 5\n", "service = [[1]]\n", "service = \"main\"\n",
        "heads = [\"a\"]\n[[service]]\nresource = 5\n", "store = 5\nvoters = []\nkeys = true\ndaemon = 1\n"}) {
    Document document = document_of(config);
    Answers answers = all_answers();
    put(document, answers);
    put_files(document, files_of(document, "/srv/hacore.toml"));
    judged(document);
    answers.set("bmc.agent", {});
    answers.set("pdu.agent", {});
    put(document, answers);
    judged(reread(document));
  }
}

TEST(Document, SaysWhereKeysLieOnlyIfThatIsNotTheUsualPlace) {
  Document document;
  put(document, all_answers());
  const std::string before = config_text(document);
  put_files(document, files_of(document, "/etc/hacore/hacore.toml"));
  EXPECT_EQ(config_text(document), before);
  put_files(document, files_of(document, "/srv/cell/hacore.toml"));
  EXPECT_NE(config_text(document).find("file = \"/srv/cell/key\""), std::string::npos);
  EXPECT_NE(config_text(document).find("key_file = \"/srv/cell/voter.key\""), std::string::npos);
}

TEST(Document, MakesResourcesOfOneNameOutOfTwo) {
  Answers answers = all_answers();
  answers.set("services.units", {"cmdaemon.service", "user@1.service"});
  answers.set("services.scripts", {"/opt/cmdaemon", "/srv/--/.x"});
  Document document;
  put(document, answers);
  EXPECT_TRUE(judged(document).settings) << show(judged(document).diagnostics);
  EXPECT_NE(config_text(document).find("name = \"cmdaemon-2\""), std::string::npos);
}

TEST(Toml, IsReadBackAsItWasWritten) {
  const std::string text =
      "a = \"x \\\"y\\\" \\\\ z ä\"\nb = 5\nc = true\nd = [\"p\", \"q\"]\n"
      "\"odd key.\" = { secret = \"s\" }\n\n[t]\nu = \"v\"\n\n[t.sub]\nw = 1\n\n"
      "[[l]]\nm = \"1\"\n\n[[l.n]]\no = false\n\n[[l]]\n";
  EXPECT_EQ(toml_text(tree(text), ""), text);
}

}  // namespace
}  // namespace hacored::setup
