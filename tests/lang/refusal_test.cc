// Files that are wrong in ways nobody writes on purpose: refused with a place and a message, quickly, and nothing else.
#include <chrono>

#include "sample.h"

namespace hasim {
namespace {

using sample::message;
using sample::refused;
using sample::story;

TEST(HostileText, IsRefusedWithItsPlace) {
  EXPECT_EQ(message(""), "a scenario needs a \"scenario\" line");
  EXPECT_EQ(message("\n\n# nothing\n"), "a scenario needs a \"scenario\" line");
  EXPECT_EQ(message(std::string("scenario \"a\0b\"", 14)), "a zero byte: this is no text file");
  EXPECT_EQ(message("scenario \"a\"\r\n"), "a carriage return: lines end with a line feed alone");
  EXPECT_EQ(message("# \xC3\x28\n"), "this is not UTF-8");
  EXPECT_EQ(message("# \xED\xA0\x80\n"), "this is not UTF-8");
  EXPECT_EQ(message("\xEF\xBB\xBFscenario \"x\"\n"), "a byte order mark: save the file without it");
  EXPECT_EQ(message(std::string(10 << 20, 'x')), "this file is bigger than 1 MiB: it is no scenario");
  EXPECT_EQ(refused("# ok\nx \xFF\n").substr(0, 4), "2:3:");
}

TEST(HostileText, OfTenMegabytesIsNotEvenRead) {
  const std::string path = testing::TempDir() + "/huge.scn";
  std::ofstream(path) << std::string(10 << 20, ' ');
  const auto start = std::chrono::steady_clock::now();
  const Parsed parsed = parse_scenario_file(path, {});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_EQ(std::get<Diagnostic>(parsed).message, "this file is bigger than 1 MiB: it is no scenario");
}

TEST(HostileText, CannotRunTheParserOutOfStack) {
  std::string nested = "  start\n";
  for (int i = 1; i <= 700; ++i) nested += std::string(static_cast<std::size_t>(2 * i), ' ') + "+1s repeat 2 times\n";
  EXPECT_EQ(message(story(nested)), "repeat stands at most 8 deep");

  std::string whens = "  start\n";
  for (int i = 1; i <= 10'000; ++i) whens += std::string(static_cast<std::size_t>((i - 1) % 90 + 2), ' ') + "+1s\n";
  EXPECT_EQ(message(story(whens)), "under a WHEN stand lines without a WHEN: \"+1s\" is no verb");

  EXPECT_NE(message(story("  start\n  +1s fault any of " + std::string(10'000, '[') + std::string(10'000, ']') + "\n")),
            "accepted");
}

TEST(HostileText, CannotMakeItSlow) {
  const auto start = std::chrono::steady_clock::now();
  std::string heads = "head1";
  for (int i = 0; i < 100'000; ++i) heads += ",head1";
  EXPECT_EQ(message(story("  start\n  +1s fault " + heads + " hangs\n")), "this sentence is too long");
  std::string choices;
  for (int i = 0; i < 30; ++i) choices += " any of [a, b]";
  EXPECT_EQ(message(story("  start\n  +1s fault" + choices + "\n")), "more than 1000 alternatives in one line");
  std::string cases;
  for (const std::string name : {"a", "b", "c", "e", "f"}) cases += "for " + name + " in [1, 2, 3, 4, 5, 6, 7, 8, 9]\n";
  EXPECT_EQ(message(story("  start\n  +{a}{b}{c}{e}{f}s  note  \"x\"\n", "bcm", cases)),
            "this makes more than 10000 cases");
  EXPECT_EQ(message(story("  start\n  +1s repeat 1000000 times\n    +1s note \"x\"\n")),
            "with all repeats more than 10000 lines");
  EXPECT_EQ(message(story("  start\n  +1s fault node[1-99999999] off\n")), "more than 10000 hosts");
  EXPECT_NE(message(story("  start\n  +1s fault " + std::string(500'000, 'x') + "\n")), "accepted");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

TEST(HostileText, EveryBeginningOfAFileIsAnswered) {
  const std::string text = sample::file_text(sample::folder() + "drafts/transition/swarm.scn");
  for (std::size_t n = 0; n < text.size(); ++n) {
    const Parsed parsed = parse_scenario(text.substr(0, n), "test.scn", sample::worlds());
    if (const auto* no = std::get_if<Diagnostic>(&parsed)) { EXPECT_FALSE(no->message.empty()); }
  }
}

TEST(Worlds, ThatAreLikeThemselvesAreRefused) {
  const std::string folder = testing::TempDir() + "/cycle";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/a.world") << "world a \"x\"\nsource \"x\"\nlike b\n";
  std::ofstream(folder + "/b.world") << "world b \"x\"\nsource \"x\"\nlike a\n";
  const ParsedWorld parsed = parse_world_file(folder + "/a.world", {});
  EXPECT_EQ(std::get<Diagnostic>(parsed).message, "world \"b\" is like itself");
}

TEST(Numbers, AreExactAndBounded) {
  const auto at = [](const std::string& when) { return message(story("  start\n  +" + when + "  note \"x\"\n")); };
  EXPECT_EQ(at("0.5ns"), "times are exact to 1 ns, and this one is finer or too long");
  EXPECT_EQ(at("99999999999999999999s"), "this duration is longer than a hundred years");
  EXPECT_EQ(at("101d+100000d"), "this duration is longer than a hundred years");
  EXPECT_EQ(at("5s-9s"), "a time here is never negative");
  EXPECT_EQ(at("5s+"), "\"\" is not a duration");
  EXPECT_EQ(at("dead_aftr"), "\"dead_aftr\" is not a duration and not a setting that is one");
}

TEST(Lines, ThatMeanNothingAreRefused) {
  EXPECT_EQ(message(story("  start\n  +1s fault paths cut for 30s between head1 and head2\n")),
            "how long a fault lasts stands last");
  const auto body = [](const std::string& lines) { return message(story("  start\n" + lines)); };
  EXPECT_EQ(body("  +1s note \"{n}\"\n"), "\"{n}\" counts the copies of a repeat and stands only under one");
  EXPECT_EQ(body("  +1s heal head1\n"), "there is nothing to heal: no line above breaks anything");
  EXPECT_EQ(body("  +1s do makeactive on head2 for 5s\n"), "an action does not last: \"for\" belongs to faults");
  EXPECT_EQ(body("  +0s..+dead_after expect head1 active\n  +start_max..+1s expect head1 active\n"),
            "this window runs backwards");
  EXPECT_EQ(body("  +1s do change dead_after to 5 on head1\n  +1s..+2s expect head1 active\n"), "\"5\" has no unit");
  EXPECT_EQ(body("  +1s fault internal has a foreign owner of main.vip\n"), "this world has no \"main.vip\"");
  EXPECT_EQ(body("  +1s fault node[3-1] off\n"), "this list of hosts runs backwards");
  EXPECT_EQ(message(story("  given do power on head1\n  start\n")),
            "nobody acts before start: \"given\" is for faults");
}

TEST(Lines, AboutThingsThatTheWorldLacksAreRefused) {
  EXPECT_EQ(
      message(story("  start\n  +1s fault internal cut between head1 and voters\n  +1s..+9s expect head1 active\n",
                    "pair")),
      "this world has no voters");
}

TEST(Moves, ToAHeadOfAnotherCellAreRefused) {
  const auto move = [](const std::string& to) {
    return story("  start\n  +1s do migrate lustre-xena1 to " + to + "\n  +1s..+2s expect xena1 active\n",
                 "bull-lustre");
  };
  EXPECT_EQ(message(move("xena10")), "xena10 is no head of io-cell");
  sample::read(move("xena2"));
}

TEST(WordsOfAdministrators, AreAnsweredWithOurs) {
  const auto notes = [](const std::string& what) {
    const Parsed parsed = parse_scenario(story("  start\n  +1s fault " + what + "\n"), "test.scn", sample::worlds());
    std::string all;
    for (const std::string& note : std::get<Diagnostic>(parsed).notes) all += note + "\n";
    return all;
  };
  EXPECT_NE(notes("server1 loses power").find("hasim says: head"), std::string::npos) << notes("server1 loses power");
  EXPECT_NE(notes("idrac of head1 silent").find("hasim says: bmc of HEAD"), std::string::npos);
  EXPECT_NE(notes("head1 crashes").find("hasim says: loses power"), std::string::npos) << notes("head1 crashes");
  EXPECT_NE(notes("heartbeat cut").find("hasim says: paths"), std::string::npos);
  EXPECT_EQ(notes("haed1 hangs"), "did you mean: head1\n");
}

TEST(Without, MustLeaveAWorld) {
  EXPECT_EQ(message(story("  start\n  +1s..+5s expect head1 active\n", "bcm", "without head2\n")),
            "what is left is no world: a cell has two heads");
  EXPECT_EQ(message(story("  start\n  +1s..+5s expect head1 active\n", "bcm", "without internal, backup\n")),
            "what is left is no world: head1 is on no network that carries beats");
}

}  // namespace
}  // namespace hasim
