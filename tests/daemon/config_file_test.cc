// What a good configuration means: for the daemon, for the core, and for the other head.
#include "daemon/config_file.h"

#include "config_sample.h"
#include "daemon/config_keys.h"
#include "daemon/power.h"

namespace hacored {
namespace {

using namespace std::chrono_literals;
using sample::changed;
using sample::kGood;

Settings good(const std::string& text = kGood, const std::string& head = "head1") {
  const ReadConfig read = sample::read(text, head);
  EXPECT_EQ(show(read.diagnostics), "");
  return read.settings.value_or(Settings{});
}

TEST(ConfigFile, BecomesSettings) {
  const Settings s = good();
  EXPECT_EQ(s.cell, "bcm-t06");
  EXPECT_EQ(s.paths.at(1).interface, (PerHead<std::string>{"eth3", "eth4"}));
  EXPECT_EQ(s.paths.at(1).address, (PerHead<std::string>{"fd00::1", "fd00::2"}));
  EXPECT_EQ(s.paths.at(0).port, 5410);
  EXPECT_EQ(s.paths.at(1).port, 5420);
  EXPECT_EQ(s.fence.at(0).timeout, 10s);
  EXPECT_EQ(s.fence.at(0).devices.at(1).at(0).at("ip"), "10.148.0.2");
  EXPECT_FALSE(s.fence.at(0).devices.at(1).at(0).contains("chassis"));
  EXPECT_EQ(s.services.at(0).marker, "home");
  EXPECT_EQ(s.services.at(0).resources.at(2).parameters, (Parameters{{"agent", "ocf:heartbeat:mysql"},
                                                                     {"ocf_root", "/usr/lib/ocf"},
                                                                     {"param_config", "/etc/mysql/my.cnf"},
                                                                     {"param_OCF_Timeout", "20"}}));
  EXPECT_EQ(s.services.at(0).resources.at(2).start_max, s.core.start_max);
  EXPECT_EQ(s.agent_dirs.size(), 3U);
}

TEST(ConfigFile, TellsTheCoreEverythingThatItImplies) {
  const Settings s = good(kGood, "head2");
  EXPECT_EQ(s.core.self, 1);
  EXPECT_EQ(s.core.paths, 2);
  EXPECT_EQ(s.core.cables, 0b10);
  EXPECT_EQ(s.core.services, 1);
  EXPECT_EQ(s.core.service[0].resources, 3);
  EXPECT_EQ(s.core.service[0].preferred, 1);
  EXPECT_EQ(s.core.service[0].storage, ha::Storage::shared);
  EXPECT_EQ(s.core.mounts, 0b1U);
  EXPECT_EQ(s.core.fence_levels, 1);
  EXPECT_TRUE(s.core.store);
  EXPECT_FALSE(s.core.watchdog);
  EXPECT_FALSE(s.core.ping);
  EXPECT_EQ(s.core.peer_hardware_id, machine_number("ab-1"));
  EXPECT_NE(s.core.cell, 0U);
  EXPECT_EQ(s.surroundings.off_takes, 3s);
  EXPECT_EQ(s.surroundings.fence_levels, std::vector<std::string>{"bmc"});
  ASSERT_EQ(s.surroundings.parts.size(), 3U);
  EXPECT_EQ(s.surroundings.parts[0].group, "mounts");
  EXPECT_EQ(s.surroundings.parts[0].start, 8s);
}

TEST(ConfigFile, LaysTheResourcesOfServicesSideBySide) {
  const Settings s = good(kGood + R"(
[[service]]
name = "second"
storage = "local"
[[service.resource]]
name = "db2"
type = "unit"
unit = "mariadb.service"
[[service.resource]]
name = "scratch"
type = "mount"
device = "/dev/sdb1"
directory = "/scratch"
)");
  EXPECT_EQ(s.core.services, 2);
  EXPECT_EQ(s.core.service[1].first, 3);
  EXPECT_EQ(s.core.service[1].resources, 2);
  EXPECT_EQ(s.core.service[1].storage, ha::Storage::local);
  EXPECT_EQ(s.core.mounts, 0b10001U);
  EXPECT_EQ(s.services[1].marker, "");
  EXPECT_EQ(s.resources().at(4).service, 1);
}

TEST(ConfigFile, GivesAResourceTheParametersOfThisHead) {
  EXPECT_EQ(good(kGood, "head1").services[0].resources[1].parameters.at("interface"), "bond0");
  EXPECT_EQ(good(kGood, "head2").services[0].resources[1].parameters.at("interface"), "eth2");
}

TEST(ConfigFile, TellsItsProgramTheLimitsOfAResourceInSeconds) {
  const Settings s = good(changed("directory = \"/home\"", "directory = \"/home\"\nkill_max = [\"1500ms\", \"4s\"]"));
  EXPECT_EQ(s.services[0].resources[0].parameters.at("kill_max"), "1.5");
  EXPECT_EQ(s.services[0].resources[0].parameters.at("answer_max"), "5");
  EXPECT_EQ(s.services[0].resources[1].parameters.at("probe_interval"), "0.2");
}

TEST(ConfigFile, HasTheDefaultsOfTheCore) {
  const std::string text = R"(cell = "c"
heads = ["head1", "head2"]
[[path]]
name = "a"
interface = "eth0"
address = ["10.0.0.1", "10.0.0.2"]
[[path]]
name = "b"
interface = "eth1"
address = ["10.1.0.1", "10.1.0.2"]
)";
  ha::Config core = sample::read(text).settings.value().core;
  ha::Config plain;
  core.cell = plain.cell;
  core.digest = plain.digest;
  core.paths = plain.paths;
  core.service[0].storage = plain.service[0].storage;
  const auto times = [](const ha::Config& c) {
    return std::vector{c.keep_alive,  c.warn_after,     c.dead_after, c.init_dead,        c.quorum_wait,
                       c.fence_max,   c.fence_delay,    c.start_max,  c.stop_max,         c.right_to_run,
                       c.margin,      c.watchdog_after, c.late_max,   c.off_gap,          c.hold_off,
                       c.mount_retry, c.damping_window, c.dump_max,   c.reannounce_every, c.bmc_check_every};
  };
  EXPECT_EQ(times(core), times(plain));
  EXPECT_EQ(core.drift_max, plain.drift_max);
  EXPECT_EQ(core.evidence, plain.evidence);
  EXPECT_EQ(core.without_votes, plain.without_votes);
  EXPECT_EQ(core.on_poweroff, plain.on_poweroff);
  EXPECT_EQ(std::tie(core.restarts_max, core.failovers_max, core.fences_max),
            std::tie(plain.restarts_max, plain.failovers_max, plain.fences_max));
  EXPECT_EQ(core.watchdog_proves, plain.watchdog_proves);
}

TEST(ConfigDigest, IsTheSameOnBothHeads) {
  const Settings one = good(kGood, "head1"), two = good(kGood, "head2");
  EXPECT_EQ(one.core.digest, two.core.digest);
  EXPECT_EQ(one.core.cell, two.core.cell);
  EXPECT_NE(one.core.peer_hardware_id, two.core.peer_hardware_id);
}

TEST(ConfigDigest, DoesNotChangeWithTheLayoutOfTheFile) {
  const std::uint32_t digest = good().core.digest;
  EXPECT_EQ(good("# a comment\n" + kGood).core.digest, digest);
  EXPECT_EQ(good(changed("\"1s\"", "\"1000ms\"")).core.digest, digest);
  EXPECT_EQ(good(changed("keep_alive = \"1s\"\n", "")).core.digest, digest);  // it is the default
  EXPECT_EQ(good(changed("fd00::1", "fd00:0::0:1")).core.digest, digest);
  EXPECT_EQ(good(kGood + "[metrics]\nlisten = \"127.0.0.1:9410\"\n").core.digest, digest);  // a head's own affair
}

TEST(ConfigDigest, ChangesWithEverythingBothHeadsMustAgreeAbout) {
  const std::uint32_t digest = good().core.digest;
  for (const auto& [what, with] : std::vector<std::pair<std::string, std::string>>{
           {"bcm-t06", "bcm-t07"},
           {"10.141.0.2", "10.141.0.3"},
           {"\"eth4\"", "\"eth5\""},
           {"port = 5420", "port = 5421"},
           {"dead_after = \"10s\"", "dead_after = \"11s\""},
           {"secret = \"bmc2\"", "secret = \"bmc\""},
           {"ip = \"10.148.0.2\"", "ip = \"10.148.0.3\""},
           {"AB-2", "AB-3"},
           {"nas:/export/home", "nas:/export/home2"},
           {"OCF_Timeout = 20", "OCF_Timeout = 21"},
           {"export/hacore", "export/ha"},
           {"\"eth2\"]", "\"eth9\"]"},
       }) {
    EXPECT_NE(good(changed(what, with)).core.digest, digest) << what;
  }
}

}  // namespace
}  // namespace hacored
