// The status of a cell, from a core that lives in a perfect cell: what is known is said, and no more.
#include "daemon/status.h"

#include <gtest/gtest.h>

#include "tests/daemon/known_head.h"

namespace hacored {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

const json* check_named(const json& checks, const std::string& id) {
  for (const json& check : checks)
    if (check["id"] == id) return &check;
  return nullptr;
}

json state_of(const json& document, int direction, const std::string& id) {
  const json* check = check_named(document["directions"][static_cast<std::size_t>(direction)]["checks"], id);
  return check ? (*check)["state"] : json{"absent"};
}

json text_of(const json& document, int direction, const std::string& id) {
  const json* check = check_named(document["directions"][static_cast<std::size_t>(direction)]["checks"], id);
  return check ? (*check)["text"] : json{"absent"};
}

TEST(Status, OfAHealthyCellIsGoodSeenFromBothHeads) {
  for (std::size_t self : {0U, 1U}) {
    KnownHead head{self};
    head.go_on(70s);  // the BMCs have been asked
    const json document = status(head.see());
    EXPECT_EQ(document["exit"], 0) << document.dump(1);
    EXPECT_EQ(document["owner"], "T06-HEAD-01");
    EXPECT_EQ(document["config"]["identical"], true);
    EXPECT_EQ(document["heads"][0]["services"][0]["word"], "active");
    EXPECT_EQ(document["heads"][1]["services"][0]["word"], "passive");
    EXPECT_EQ(document["forecast"][0]["if"], "owner-power-loss");
    EXPECT_EQ(document["forecast"][0]["then"], "takeover");
    EXPECT_TRUE(document["next"].empty()) << document["next"].dump();
  }
}

TEST(Status, TellsDirectionsApart) {
  KnownHead head{0};
  head.cell.cut[1][1] = true;  // from the second head to the first, over the second path
  head.go_on(20s);
  const json document = status(head.see());
  EXPECT_EQ(state_of(document, 0, "path:internal"), "ok") << "my beats arrive there";
  EXPECT_EQ(state_of(document, 1, "path:internal"), "fail");
  EXPECT_EQ(state_of(document, 1, "path:failover"), "ok");
  EXPECT_EQ(document["exit"], 1);
}

TEST(Status, TheOwnerSeesThatTheOtherHeadCouldNotFenceIt) {
  KnownHead head{0};
  head.go_on(70s);
  EXPECT_EQ(state_of(status(head.see()), 1, "fence"), "ok");
  head.cell.heads[0].bmc_answers = false;
  head.go_on(200s);
  const json document = status(head.see());
  EXPECT_EQ(state_of(document, 0, "fence:ipmi"), "ok") << "my own way to fence is whole";
  EXPECT_EQ(state_of(document, 1, "fence"), "fail");
  EXPECT_EQ((*check_named(document["directions"][1]["checks"], "fence"))["reason"], "bmc_silent");
  EXPECT_EQ(document["heads"][1]["unready"]["reason"], "bmc_silent");
  EXPECT_EQ(document["forecast"][0]["why"]["reason"], "bmc_silent");
  EXPECT_EQ(document["exit"], 1);
}

TEST(Status, InventsNothingOfAHeadThatIsNotHeard) {
  KnownHead head{0};
  head.cell.power_off(1);
  head.go_on(60s);
  const json document = status(head.see());
  EXPECT_EQ(document["heads"][1]["heard"], false);
  EXPECT_EQ(state_of(document, 0, "path:failover"), "unknown") << "nobody says whether my beats arrive";
  EXPECT_EQ(state_of(document, 1, "path:failover"), "fail");
  EXPECT_EQ(state_of(document, 1, "fit"), "unknown");
  EXPECT_EQ(document["exit"], 2) << "nobody would take over";
}

TEST(Status, IsCriticalWhenTheFenceDeviceIsDead) {
  KnownHead head{1};
  head.cell.heads[0].bmc_answers = false;
  head.go_on(180s);
  const json document = status(head.see());
  EXPECT_EQ(state_of(document, 0, "fence:ipmi"), "fail");
  EXPECT_EQ(document["forecast"][0]["then"], "hold");
  EXPECT_EQ(document["forecast"][0]["command"], "hactl ack-off T06-HEAD-01");
  EXPECT_EQ(document["exit"], 2);
  EXPECT_FALSE(document["next"].empty());
}

TEST(Status, ADeviceThatIsTooSlowForItsSlotIsAWarning) {
  ha::Config config = ha::test::Cell::default_config();
  config.fence_delay = 16ms;  // its BMC answers in 5 ms
  KnownHead slow{1, "/nowhere", config};
  slow.go_on(180s);
  const json document = status(slow.see());
  EXPECT_EQ(state_of(document, 0, "fence:ipmi"), "warn");
  EXPECT_EQ(text_of(document, 0, "fence:ipmi"),
            "ipmi answers in 5 ms; an order must leave within 4 ms, a quarter of fence_delay");
  config.store = true;  // then nobody races
  KnownHead with_store{1, "/nowhere", config};
  with_store.go_on(180s);
  EXPECT_EQ(state_of(status(with_store.see()), 0, "fence:ipmi"), "ok");
}

TEST(Status, SaysWhoBeganMaintenanceAndWhenItEnds) {
  KnownHead head{1};
  head.command(ha::CommandKind::maintenance_on, false, ha::kEveryService, [](const ha::Reply&) {});
  head.go_on(5s);
  Seen seen = head.see();
  seen.maintenance = Maintenance{seen.now + 2h, "NAS firmware", "root"};
  const json document = status(seen);
  EXPECT_EQ(document["maintenance"]["on"], true);
  EXPECT_EQ(document["maintenance"]["until"], "2026-11-09T05:13:56Z");
  EXPECT_EQ(document["exit"], 1) << "somebody wants it so";
  EXPECT_EQ(document["forecast"][0]["command"], "hactl maintenance off");
}

TEST(Status, ResourcesAreShownWhereTheyRun) {
  KnownHead head{0};
  Seen seen = head.see();
  EXPECT_EQ(status(seen)["services"][0]["checks"].size(), 3U);
  seen.resources.resize(3);
  seen.resources[1] = {true, false, seen.now - 2s, ha::Reason::address_taken};
  const json checks = status(seen)["services"][0]["checks"];
  EXPECT_EQ(checks[1]["state"], "fail");
  EXPECT_EQ(checks[1]["reason"], "address_taken");
  EXPECT_TRUE(status(KnownHead{1}.see())["services"][0]["checks"].empty());
}

TEST(Status, OfAHeadThatHasNeverHeardAnythingCanBeAsked) {
  KnownHead head{0};
  head.cell.power_off(1);
  head.cell.power_on(0);
  const json document = status(head.see());
  EXPECT_EQ(document["exit"], 2);
  EXPECT_TRUE(document["config"]["identical"].is_null());
  EXPECT_TRUE(document["heads"][1]["services"].empty());
}

}  // namespace
}  // namespace hacored
