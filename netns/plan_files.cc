// The files of a cell: what an administrator would write, and what the emulators of its devices read.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "lang/power_levels.h"
#include "netns/files.h"
#include "netns/plan.h"
#include "netns/sandbox.h"

namespace hasim::netns {
namespace {

using std::chrono::milliseconds;

/// Three questions, and an address takes as long as one of the simulator: on these networks an answer takes
/// microseconds.
constexpr Duration kProbesApart = milliseconds{10};
/// How a head mounts what is served. A connection to a machine that is gone is given up after a second.
constexpr const char* kNfsOptions = "hard,timeo=10,vers=3,proto=tcp,nolock,port=2049,mountport=20048";

/// As the configuration writes durations.
std::string text_of(Duration duration) {
  return fmt::format("\"{}ms\"", std::chrono::duration_cast<milliseconds>(duration).count());
}

std::string timing(const ha::Config& core) {
  std::string text = "[timing]\n";
  const auto set = [&text](const char* name, Duration duration) {
    text += fmt::format("{} = {}\n", name, text_of(duration));
  };
  set("keep_alive", core.keep_alive);
  set("warn_after", core.warn_after);
  set("dead_after", core.dead_after);
  set("init_dead", core.init_dead);
  set("quorum_wait", core.quorum_wait);
  set("fence_max", core.fence_max);
  set("fence_delay", core.fence_delay);
  set("start_max", core.start_max);
  set("stop_max", core.stop_max);
  set("right_to_run", core.right_to_run);
  set("margin", core.margin);
  set("late_max", core.late_max);
  set("off_gap", core.off_gap);
  set("hold_off", core.hold_off);
  set("mount_retry", core.mount_retry);
  set("dump_max", core.dump_max);
  set("reannounce_every", core.reannounce_every);
  set("bmc_check_every", std::max<Duration>(core.bmc_check_every, std::chrono::seconds{1}));
  set("damping_window", core.damping_window);
  return text;
}

std::string policy(const ha::Config& core) {
  return fmt::format(
      "[policy]\nevidence = {}\nwithout_votes = \"{}\"\non_poweroff = \"{}\"\nrestarts_max = {}\nfailovers_max = {}\n"
      "fences_max = {}\n",
      core.evidence, core.without_votes == ha::WithoutVotes::hold ? "hold" : "fence",
      core.on_poweroff == ha::OnPoweroff::stay ? "stay" : "handover", core.restarts_max, core.failovers_max,
      core.fences_max);
}

/// By its name hacored takes it for one of its own, which keep the instant until which an OFF may be sent.
std::string outlet_agent() { return fmt::format("{}/fence_hacore_outlet", kFolder); }

std::string resource(const std::string& name, const char* type) {
  return fmt::format("[[service.resource]]\nname = \"{}\"\ntype = \"{}\"\n", name, type);
}

}  // namespace

std::string Plan::resources(const ServiceSpec& service) const {
  std::string text;
  for (const ThingId id : service.parts) {
    const PartSpec& part = spec_.parts[spec_.things[id].index];
    const std::string name = spec_.name_of(id).substr(spec_.name_of(id).rfind('.') + 1);
    switch (part.kind) {
      case ThingKind::address:
        text += resource(name, "address") + fmt::format("address = \"{}\"\ninterface = \"{}\"\nprobe_interval = {}\n",
                                                        part.address, interface_of(network_of(part)),
                                                        text_of(kProbesApart));
        break;
      case ThingKind::mount:
        text += resource(name, "mount") +
                fmt::format("device = \"{}\"\ndirectory = \"{}\"\n{}\n", export_of(part.volume), mount_point(id),
                            is_served(part.volume) ? fmt::format("fstype = \"nfs\"\noptions = \"{}\"", kNfsOptions)
                                                   : "fstype = \"hasim\"");
        break;
      default:
        text += resource(name, "script") +
                fmt::format("path = \"{}\"\nkill_action = \"kill\"\ncheck_max = \"2s\"\n", script_path(id));
    }
    const bool own = part.check > Duration{0};
    text += fmt::format("check_every = {}\n", text_of(own ? part.check : spec_.settings.duration("monitor_every")));
  }
  return text;
}

std::string Plan::mount_words(ThingId volume) const {
  return is_served(volume) ? fmt::format("-t nfs -o {}", kNfsOptions) : "-t hasim";
}

std::string Plan::config_file(ThingId head) const { return fmt::format("{}/{}.toml", kFolder, spec_.name_of(head)); }

std::string Plan::fence_by_bmc(const CellSpec& cell) const {
  const auto bmc_of = [this](ThingId head) -> const BmcSpec& {
    return spec_.bmcs[spec_.things[spec_.heads[spec_.things[head].index].bmc].index];
  };
  std::string text = fmt::format("[[fence]]\nname = \"{0}\"\nagent = \"fence_hacore_{0}\"\n",
                                 bmc_of(cell.heads[0]).redfish ? "redfish" : "ipmi");
  for (const ThingId of : cell.heads) {
    const BmcSpec& bmc = bmc_of(of);
    text += fmt::format(
        "{} = {{ ip = \"{}\", username = \"{}\", password = {{ secret = \"bmc\" }}, {}, login_timeout = 1 }}\n",
        spec_.name_of(of), address_of(bmc.id, bmc.network), kBmcUser,
        bmc.redfish ? fmt::format("ssl_ca_file = \"{}/certificate.pem\"", folder_of_bmc(bmc)) : "cipher = 3");
  }
  return text;
}

/// One device a feed: the PDU at its other end.
std::string Plan::fence_by_pdus(const CellSpec& cell) const {
  std::string text = fmt::format("[[fence]]\nname = \"pdu\"\nagent = \"{}\"\n", outlet_agent());
  for (const ThingId of : cell.heads) {
    std::vector<std::string> feeds;
    for (const ThingId id : spec_.heads[spec_.things[of].index].pdus) {
      const PduSpec& pdu = spec_.pdus[spec_.things[id].index];
      feeds.push_back(fmt::format("{{ ip = \"{}\", plug = \"{}\" }}", address_of(id, pdu.network), spec_.name_of(of)));
    }
    text += fmt::format("{} = [{}]\n", spec_.name_of(of), fmt::join(feeds, ", "));
  }
  return text;
}

std::string Plan::hacore_toml(ThingId head) const {
  const CellSpec& cell = spec_.cells[spec_.things[spec_.heads[spec_.things[head].index].cell].index];
  const ha::Config core = core_config(spec_, head);
  const auto& [first, second] = cell.heads;
  std::string text = fmt::format("cell = \"{}\"\nheads = [\"{}\", \"{}\"]\n", spec_.name_of(cell.id),
                                 spec_.name_of(first), spec_.name_of(second)) +
                     fmt::format(
                         "[daemon]\nstate_dir = \"/run/state\"\nstate_in_memory = true\nrun_dir = \"/run/hacore\"\n"
                         "agent_dirs = {}\nrealtime_priority = 5\nreset_program = \"{}/reset\"\n",
                         agent_folders(), kFolder) +
                     timing(core) + policy(core) +
                     fmt::format("[keys]\nfile = \"{0}/key\"\nsecrets = \"{0}/secrets.toml\"\n", kFolder);
  for (const NetworkSpec& network : spec_.networks) {
    const auto& joined = spec_.heads[spec_.things[first].index].networks;
    if (!network.beats || std::find(joined.begin(), joined.end(), network.id) == joined.end()) continue;
    text += fmt::format("[[path]]\nname = \"{}\"\ninterface = \"{}\"\naddress = [\"{}\", \"{}\"]\ncable = {}\n",
                        spec_.name_of(network.id), interface_of(network.id), address_of(first, network.id),
                        address_of(second, network.id), network.cable);
  }
  for (const PowerLevel level : power_levels(spec_, head))
    text += level == PowerLevel::bmc ? fence_by_bmc(cell) : fence_by_pdus(cell);
  text += "[kdump]\nlisten = true\ninterval = \"1s\"\n" + arbiters_toml(cell);
  if (core.ping) {
    const NasSpec& nas = spec_.nas.front();
    text += fmt::format("[ping]\naddresses = [\"{}\"]\n", address_of(nas.id, nas.networks.front()));
  }
  for (const ThingId id : cell.services) {
    const ServiceSpec& service = spec_.services[spec_.things[id].index];
    text += fmt::format("[[service]]\nname = \"{}\"\n", spec_.name_of(id));
    if (service.prefers != kNoThing) text += fmt::format("prefers = \"{}\"\n", spec_.name_of(service.prefers));
    text += resources(service);
  }
  return text;
}

std::string Plan::script_of(ThingId part) const {
  const PartSpec& spec = spec_.parts[spec_.things[part].index];
  const auto ms = [](Duration d) { return std::chrono::duration_cast<milliseconds>(d).count(); };
  std::string folder = "-";  // where its program writes: the first mount of its service
  for (const ThingId id : spec_.services[spec_.things[spec.service].index].parts) {
    if (spec_.kind_of(id) == ThingKind::mount && folder == "-") folder = mount_point(id);
  }
  std::string after;  // where those are served that must be served before
  for (const ThingId service : spec.after) after += " " + place_of_clients(service);
  return fmt::format("#!/bin/sh\nexec {} part \"$1\" {} {} {} {} {}{}\n", program("hasim-cell"), part, ms(spec.start),
                     ms(spec.stop), udp_port(part), folder, after);
}

std::string Plan::script_path(ThingId part) { return fmt::format("{}/parts/{}", kFolder, part); }

std::string Plan::place_of_clients(ThingId service) const {
  std::string address, port;
  for (const ThingId id : spec_.services[spec_.things[service].index].parts) {
    const PartSpec& part = spec_.parts[spec_.things[id].index];
    if (part.kind == ThingKind::address && address.empty())
      address = part.address.substr(0, part.address.find('/'));
    else if (part.kind != ThingKind::address && part.kind != ThingKind::mount)
      port = std::to_string(udp_port(id));
  }
  return address.empty() || port.empty() ? "" : address + ":" + port;
}

std::string Plan::lan_conf(const BmcSpec& bmc, bool password_changed) const {
  return fmt::format(
      "name \"bmc\"\nset_working_mc 0x20\n  startlan 1\n    addr {} 623\n    priv_limit admin\n"
      "    allowed_auths_callback none md2 md5 straight\n    allowed_auths_user none md2 md5 straight\n"
      "    allowed_auths_operator none md2 md5 straight\n    allowed_auths_admin none md2 md5 straight\n"
      "    guid a123456789abcdefa123456789ab{:04x}\n  endlan\n  chassis_control \"{} chassis {}\"\n"
      "  user 1 true  \"\" \"\" user 10 none md2 md5 straight\n  user 2 true  \"{}\" \"{}\" admin 10 none md2 md5 "
      "straight\n",
      address_of(bmc.id, bmc.network), spec_.things[bmc.id].index, program("hasim-cell"), spec_.name_of(bmc.head),
      kBmcUser, password_changed ? "another" : kBmcPassword);
}

std::string Plan::controller() {
  return "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\nsel_enable 0x20 1000 0x0a\n"
         "mc_enable 0x20\n";
}

void Plan::write_files() const {
  const std::string folder = kFolder;
  std::filesystem::create_directories(folder + "/parts");
  std::filesystem::create_directories(folder + "/sbin");
  write_file(folder + "/key", std::string(32, 'k'), 0600);
  write_file(folder + "/secrets.toml", fmt::format("bmc = \"{}\"\n", kBmcPassword), 0600);
  if (spec_.votes() > 0) write_file(voter_key(), std::string(32, 'v'), 0600);
  write_file(folder + "/bmc.emu", controller());
  write_file(folder + "/reset", fmt::format("#!/bin/sh\nexec {} reset\n", program("hasim-cell")), 0755);
  for (const char* type : {"hasim", "nfs"})
    write_file(fmt::format("{}/sbin/mount.{}", folder, type),
               fmt::format("#!/bin/sh\nexec {} mount \"$@\"\n", program("hasim-cell")), 0755);
  for (const PartSpec& part : spec_.parts) {
    if (part.kind != ThingKind::address && part.kind != ThingKind::mount)
      write_file(script_path(part.id), script_of(part.id), 0755);
  }
  if (!spec_.pdus.empty())
    write_file(outlet_agent(), fmt::format("#!/bin/sh\nexec {} outlet\n", program("hasim-cell")), 0755);
  for (const PduSpec& pdu : spec_.pdus) std::filesystem::create_directories(folder_of_pdu(pdu));
  for (const BmcSpec& bmc : spec_.bmcs) {
    const std::string here = folder_of_bmc(bmc);
    std::filesystem::create_directories(here + "/state");
    if (bmc.redfish)
      write_file(here + "/login", fmt::format("{}:{}\n", kBmcUser, kBmcPassword), 0600);
    else
      write_file(here + "/lan.conf", lan_conf(bmc), 0600);
  }
}

}  // namespace hasim::netns
