// World files: what they say becomes things, wires and settings; what cannot be is refused.
#include <chrono>

#include "sample.h"

namespace hasim {
namespace {

using namespace std::chrono_literals;
using sample::names;
using Strings = std::vector<std::string>;

std::shared_ptr<const WorldSpec> draft(const std::string& name) {
  const ParsedWorld parsed = parse_world_file(sample::folder() + "drafts/worlds/" + name + ".world", {});
  if (const auto* no = std::get_if<Diagnostic>(&parsed)) {
    ADD_FAILURE() << no->show();
    return std::make_shared<WorldSpec>();
  }
  return std::get<std::shared_ptr<const WorldSpec>>(parsed);
}

constexpr const char* kSmall =
    "world w \"x\"\nsource \"x\"\nnetwork lan at 10.0.0.0/8 carries beats\nhead a1, a2 on lan\ncell c heads a1, a2\n";

std::string refused_world(const std::string& text) {
  const ParsedWorld parsed = parse_world(text, "test.world", sample::worlds());
  const auto* no = std::get_if<Diagnostic>(&parsed);
  return no == nullptr ? "accepted" : no->message;
}

TEST(World, HasItsThingsInTheOrderOfTheFile) {
  const auto world = draft("bcm");
  EXPECT_EQ(world->name, "bcm");
  ASSERT_EQ(world->networks.size(), 4u);
  EXPECT_TRUE(world->networks[0].beats);
  EXPECT_TRUE(world->networks[3].cable);
  EXPECT_EQ(world->networks[1].prefix, "10.150.0.0/24");
  EXPECT_EQ(world->voters.size(), 16u);
  EXPECT_EQ(world->name_of(world->voters[8].id), "node009");
  for (std::size_t i = 0; i < world->things.size(); ++i) { EXPECT_EQ(world->find(world->things[i].name), i); }
  EXPECT_EQ(world->find("nobody"), kNoThing);
}

TEST(World, WiresHeads) {
  const auto world = draft("bcm");
  const HeadSpec& head = world->heads[1];
  EXPECT_EQ(world->name_of(head.id), "head2");
  EXPECT_EQ(names(*world, head.networks), (Strings{"internal", "external", "ipminet", "backup"}));
  EXPECT_EQ(names(*world, head.pdus), (Strings{"pdu1", "pdu2"}));
  EXPECT_EQ(head.boot, 120s);
  EXPECT_EQ(head.watchdog, 5s);
  EXPECT_EQ(head.restores, Restores::last);
  EXPECT_EQ(world->name_of(head.bmc), "bmc of head2");
  EXPECT_EQ(world->name_of(head.cell), "bcm-heads");
  EXPECT_EQ(world->side_of(head.id), 1);
  EXPECT_EQ(world->name_of(world->peer_of(head.id)), "head1");
  EXPECT_TRUE(world->bmcs[1].redfish);
  EXPECT_FALSE(world->bmcs[1].powered_apart);
}

TEST(World, WiresServices) {
  const auto world = draft("bcm");
  const ServiceSpec& service = world->services[0];
  EXPECT_EQ(names(*world, service.parts), (Strings{"main.vip-int", "main.vip-ext", "main.cm-shared", "main.home",
                                                   "main.mysql", "main.cmd", "main.dhcpd"}));
  EXPECT_EQ(world->name_of(service.prefers), "head1");
  const PartSpec& home = world->parts[world->things[world->find("main.home")].index];
  EXPECT_EQ(home.kind, ThingKind::mount);
  EXPECT_EQ(world->name_of(home.volume), "home");
  EXPECT_EQ(home.path, "/home");
  const PartSpec& mysql = world->parts[world->things[world->find("main.mysql")].index];
  EXPECT_TRUE(mysql.replicates);
  EXPECT_EQ(mysql.check, 10s);
  EXPECT_EQ(names(*world, world->nas[0].exports), (Strings{"cm-shared", "home"}));
  EXPECT_EQ(world->name_of(world->witnesses[0].stores_on), "cm-shared");
  EXPECT_EQ(world->clients[0].writing_every, 100ms);
}

TEST(World, LikeAnotherTakesItAndReplacesAndRemoves) {
  const auto slim = draft("bcm-slim");
  EXPECT_EQ(slim->name, "bcm-slim");
  EXPECT_TRUE(slim->witnesses.empty());
  EXPECT_TRUE(slim->pdus.empty());
  EXPECT_EQ(slim->heads[0].watchdog, 0s);
  EXPECT_EQ(slim->heads[0].restores, Restores::on);
  EXPECT_EQ(slim->services[0].parts.size(), 7u);
  EXPECT_EQ(slim->settings.words_of("fence_levels"), (Strings{"redfish", "operator"}));
  EXPECT_NE(slim->digest, draft("bcm")->digest);
}

TEST(World, TwoCellsShareVoters) {
  const auto world = draft("bull-lustre");
  ASSERT_EQ(world->cells.size(), 2u);
  EXPECT_EQ(world->name_of(world->peer_of(world->find("xena10"))), "xena11");
  EXPECT_EQ(names(*world, world->services[1].needs), Strings{"management"});
  EXPECT_TRUE(world->parts[world->things[world->find("lustre-xena1.ost0")].index].exclusive);
  EXPECT_EQ(world->heads[2].disk_bytes, 100ull << 30);
}

TEST(World, WithoutRemovesWhatCannotBeWithout) {
  const Script nas =
      sample::script("  start\n  +1s..+9s  expect  head1 active\n", "bcm", "without nas, bmcs, watchdogs\n");
  const WorldSpec& world = *nas.world;
  EXPECT_TRUE(world.nas.empty());
  EXPECT_TRUE(world.volumes.empty());
  EXPECT_EQ(world.find("main.home"), kNoThing);
  EXPECT_EQ(world.witnesses[0].stores_on, kNoThing);
  EXPECT_EQ(world.heads[0].bmc, kNoThing);
  EXPECT_EQ(world.heads[0].watchdog, 0s);
  EXPECT_EQ(world.services[0].parts.size(), 5u);
  const Script net =
      sample::script("  start\n  +1s..+9s  expect  head1 active\n", "bcm", "without external, node[001-015]\n");
  EXPECT_EQ(net.world->heads[0].networks.size(), 3u);
  EXPECT_EQ(net.world->find("main.vip-ext"), kNoThing);
  EXPECT_EQ(net.world->voters.size(), 1u);
}

TEST(World, SettingsOfOneHeadAreWholeAndDiffer) {
  const Script s = sample::script("  start\n  +1s..+9s  expect  head1 active\n", "bcm",
                                  "set dead_after on head2 = 3s\nset start_max = 11s\n");
  const WorldSpec& world = *s.world;
  EXPECT_EQ(world.settings_of(world.find("head1")).duration("dead_after"), 10s);
  EXPECT_EQ(world.settings_of(world.find("head2")).duration("dead_after"), 3s);
  EXPECT_EQ(world.settings_of(world.find("head2")).duration("start_max"), 11s);
}

TEST(World, CanRunAnotherSystem) {
  EXPECT_EQ(sample::script("  start\n  +1s..+9s  expect  violation of I1\n", "bcm running bcm_rules").world->system,
            "bcm_rules");
}

TEST(World, GroupsOfItsOwnAreLists) {
  const ParsedWorld parsed = parse_world(std::string(kSmall) + "group both = a1, a2\n", "test.world", {});
  const auto& world = *std::get<std::shared_ptr<const WorldSpec>>(parsed);
  EXPECT_EQ(names(world, world.groups.at("both")), (Strings{"a1", "a2"}));
}

TEST(World, NumbersTheServicesOfACell) {
  const auto world = draft("bull-lustre");
  EXPECT_EQ(names(*world, world->cells[0].services), (Strings{"lustre-xena1", "lustre-xena2"}));
  EXPECT_EQ(names(*world, world->cells[1].services), (Strings{"management"}));
  EXPECT_EQ(world->services[2].number, 1);
  EXPECT_EQ(names(*world, world->services[2].needs), (Strings{"management"}));
}

TEST(World, RefusesServicesThatNoHeadCouldHave) {
  const std::string pair = kSmall;
  const std::string two = pair + "head b1, b2 on lan\ncell e heads b1, b2\n";
  const auto services = [](int n) {
    std::string text;
    for (int i = 0; i < n; ++i) text += "service svc" + std::to_string(i) + " in c\n";
    return text;
  };
  EXPECT_EQ(refused_world(pair + services(4)), "accepted");
  EXPECT_EQ(refused_world(pair + services(5)), "c has 5 services, and its heads decide about 4 at most");
  EXPECT_EQ(refused_world(two + "service svc in c prefers b1\n"), "service svc prefers b1, which is no head of c");
  EXPECT_EQ(refused_world(two + "service svc in c needs other\nservice other in e needs svc\n"),
            "service svc waits for itself");
  std::string parts;
  for (int i = 0; i < 13; ++i) parts += "  daemon p" + std::to_string(i) + "\n";
  EXPECT_EQ(refused_world(pair + "service svc in c\n" + parts + "service other in c\n" + parts),
            "the services of c have more than 24 parts together");
}

TEST(World, RefusesWhatCannotBe) {
  const std::string small = kSmall;
  EXPECT_EQ(refused_world(small), "accepted");
  EXPECT_EQ(refused_world("network lan at 10.0.0.0/8\n"), "a world file needs a \"world\" line");
  EXPECT_EQ(refused_world(small + "head a1 on lan\n"), "\"a1\" is already a head of this world");
  EXPECT_EQ(refused_world(small + "head a3 on lan\n"), "a3 is in no cell");
  EXPECT_EQ(refused_world(small + "network dead_after-x at 10.0.0.0/8\n"),
            "\"dead_after-x\" is (or begins like) a setting and cannot be a name");
  EXPECT_EQ(refused_world(small + "network X at 10.0.0.0/8\n"), "\"X\" is not a name");
  EXPECT_EQ(refused_world(small + "service svc prefers a1\n"), "service svc is in no cell: in CELL");
  EXPECT_EQ(refused_world(small + "pdu p on lan on lan\n"), "\"on\" is said twice");
  EXPECT_EQ(refused_world(small + "  daemon d\n"), "indented line, but only a service has parts");
  EXPECT_EQ(refused_world(small + "bmc of a3\n"), "\"a3\" does not fit a BMC");
  EXPECT_EQ(refused_world(small + "bmc on lan\n"), "a BMC belongs to a head: bmc of head1");
  EXPECT_EQ(refused_world(small + "set dead_after = 1s, 2s\n"), "dead_after has one value");
  EXPECT_EQ(refused_world(small + "cell c2 heads a1\n"), "a cell has two heads");
  EXPECT_EQ(refused_world(small + "like nowhere\n"), "there is no world \"nowhere\"");
  EXPECT_EQ(refused_world(small + "gizmo x\n"), "\"gizmo\" is no kind of thing");
}

}  // namespace
}  // namespace hasim
