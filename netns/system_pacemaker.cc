// pacemaker on corosync: membership over all networks that carry beats, fencing by the BMCs of the world. Addresses are
// IPaddr2 resources, all else LSB scripts, one group for each service.
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "netns/failure.h"
#include "netns/files.h"
#include "netns/part_faults.h"
#include "netns/sandbox.h"
#include "netns/system.h"

namespace hasim::netns {
namespace {

constexpr const char* kCorosync = "/usr/sbin/corosync";
constexpr const char* kPacemaker = "/usr/sbin/pacemakerd";
constexpr const char* kMoves = "/usr/sbin/crm_resource";
constexpr const char* kAddressAgent = "/usr/lib/ocf/resource.d/heartbeat/IPaddr2";
constexpr const char* kUser = "hacluster";

long ms(Duration duration) { return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(); }
std::string corosync_conf() { return fmt::format("{}/corosync.conf", kFolder); }
std::string starter() { return fmt::format("{}/pacemaker-on", kFolder); }
std::string init_scripts() { return fmt::format("{}/init.d", kFolder); }

/// What its unprivileged half writes.
void give_to_pacemaker(const std::string& path) {
  const passwd* const user = ::getpwnam(kUser);
  fail_if(user == nullptr || ::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0, path);
}

// ---------------------------------------------------------------------------------------------------------------
// Membership

std::vector<ThingId> rings(const WorldSpec& spec, const CellSpec& cell) {
  std::vector<ThingId> found;
  const HeadSpec& head = spec.heads[spec.things[cell.heads[0]].index];
  for (const ThingId network : head.networks)
    if (spec.networks[spec.things[network].index].beats) found.push_back(network);
  return found;
}

/// Its own timers for links follow from the token, and with a short one links are taken for dead that are not.
std::string membership(const Plan& plan, const CellSpec& cell) {
  const WorldSpec& spec = plan.spec();
  const std::vector<ThingId> networks = rings(spec, cell);
  std::string links, nodes;
  for (std::size_t i = 0; i < networks.size(); ++i)
    links += fmt::format(
        "  interface {{\n    linknumber: {}\n    knet_ping_interval: 250\n    knet_ping_timeout: 1500\n  }}\n", i);
  for (std::size_t side = 0; side < 2; ++side) {
    nodes += fmt::format("  node {{\n    name: {}\n    nodeid: {}\n", spec.name_of(cell.heads.at(side)), side + 1);
    for (std::size_t i = 0; i < networks.size(); ++i)
      nodes += fmt::format("    ring{}_addr: {}\n", i, plan.address_of(cell.heads.at(side), networks[i]));
    nodes += "  }\n";
  }
  return fmt::format(
      "totem {{\n  version: 2\n  cluster_name: hasim\n  transport: knet\n  crypto_cipher: none\n  crypto_hash: none\n"
      "  token: {}\n{}}}\nnodelist {{\n{}}}\nquorum {{\n  provider: corosync_votequorum\n  two_node: 1\n}}\n"
      // At its real-time priority it would keep the processors from everybody else here.
      "system {{\n  sched_rr: no\n  priority: max\n}}\nlogging {{\n  to_stderr: yes\n  to_syslog: no\n}}\n",
      ms(spec.settings.duration("dead_after")), links, nodes);
}

// ---------------------------------------------------------------------------------------------------------------
// Resources

std::string nvpair(const std::string& id, const std::string& name, const std::string& value) {
  return fmt::format("<nvpair id=\"{}-{}\" name=\"{}\" value=\"{}\"/>", id, name, name, value);
}

std::string monitor(const std::string& id, Duration every) {
  return fmt::format(
      "<operations><op id=\"{}-monitor\" name=\"monitor\" interval=\"{}ms\" timeout=\"20s\"/></operations>", id,
      ms(every));
}

std::string primitive(const Plan& plan, const PartSpec& part) {
  const WorldSpec& spec = plan.spec();
  const std::string id = fmt::format("part{}", part.id);
  const Duration every = part.check > Duration{0} ? part.check : spec.settings.duration("monitor_every");
  if (part.kind != ThingKind::address)
    return fmt::format("<primitive id=\"{0}\" class=\"lsb\" type=\"hasim-{0}\">{1}</primitive>", id,
                       monitor(id, every));
  const std::size_t slash = part.address.find('/');
  return fmt::format(
      "<primitive id=\"{0}\" class=\"ocf\" provider=\"heartbeat\" type=\"IPaddr2\"><instance_attributes id=\"{0}-a\">"
      "{1}{2}{3}</instance_attributes>{4}</primitive>",
      id, nvpair(id, "ip", part.address.substr(0, slash)), nvpair(id, "cidr_netmask", part.address.substr(slash + 1)),
      nvpair(id, "nic", plan.interface_of(plan.network_of(part))), monitor(id, every));
}

/// In a race the head that a service prefers has the start, as the world's setting says.
std::string fence_device(const Plan& plan, const HeadSpec& head, bool preferred) {
  const WorldSpec& spec = plan.spec();
  const BmcSpec& bmc = spec.bmcs[spec.things[head.bmc].index];
  const std::string name = spec.name_of(head.id), id = "fence-" + name;
  const auto delay = spec.settings.duration("fence_delay") / std::chrono::seconds{1};
  return fmt::format(
      "<primitive id=\"{0}\" class=\"stonith\" type=\"fence_hacore_ipmi\"><instance_attributes id=\"{0}-a\">"
      "{1}{2}{3}{4}{5}{6}{7}</instance_attributes></primitive>",
      id, nvpair(id, "ip", plan.address_of(bmc.id, bmc.network)), nvpair(id, "username", Plan::kBmcUser),
      nvpair(id, "password", Plan::kBmcPassword), nvpair(id, "cipher", "3"), nvpair(id, "pcmk_host_list", name),
      nvpair(id, "pcmk_host_check", "static-list"),
      preferred ? nvpair(id, "pcmk_delay_base", fmt::format("{}s", delay)) : "");
}

std::string not_on(const std::string& resource, const std::string& node) {
  return fmt::format("<rsc_location id=\"{0}-not\" rsc=\"{0}\" node=\"{1}\" score=\"-INFINITY\"/>", resource, node);
}

std::string cluster(const Plan& plan, const CellSpec& cell) {
  const WorldSpec& spec = plan.spec();
  std::string nodes, resources, constraints;
  for (std::size_t side = 0; side < 2; ++side) {
    const HeadSpec& head = spec.heads[spec.things[cell.heads.at(side)].index];
    const std::string& name = spec.name_of(head.id);
    nodes += fmt::format("<node id=\"{}\" uname=\"{}\"/>", side + 1, name);
    if (head.bmc == kNoThing) continue;
    resources += fence_device(plan, head, side == 0);
    constraints += not_on("fence-" + name, name);
  }
  for (const ThingId id : cell.services) {
    const ServiceSpec& service = spec.services[spec.things[id].index];
    std::string members;
    for (const ThingId part : service.parts) members += primitive(plan, spec.parts[spec.things[part].index]);
    const std::string& name = spec.name_of(id);
    resources += fmt::format("<group id=\"{}\">{}</group>", name, members);
    const ThingId at = service.prefers == kNoThing ? cell.heads[0] : service.prefers;
    constraints +=
        fmt::format("<rsc_location id=\"{0}-prefers\" rsc=\"{0}\" node=\"{1}\" score=\"50\"/>", name, spec.name_of(at));
  }
  return fmt::format(
      "<cib crm_feature_set=\"3.16.1\" validate-with=\"pacemaker-3.9\" epoch=\"1\" num_updates=\"0\" "
      "admin_epoch=\"1\"><configuration><crm_config><cluster_property_set id=\"o\">{}{}{}</cluster_property_set>"
      "</crm_config><nodes>{}</nodes><resources>{}</resources><constraints>{}</constraints>"
      "<rsc_defaults><meta_attributes id=\"rd\">{}</meta_attributes></rsc_defaults></configuration><status/></cib>\n",
      nvpair("o", "stonith-enabled", "true"), nvpair("o", "dc-deadtime", "2s"), nvpair("o", "no-quorum-policy", "stop"),
      nodes, resources, constraints, nvpair("rd", "resource-stickiness", "100"));
}

/// An LSB script for what is no address.
std::string init_script(const Plan& plan, const PartSpec& part) {
  if (is_program(part.kind)) return fmt::format("#!/bin/sh\nexec {} \"$1\"\n", Plan::script_path(part.id));
  return fmt::format(
      "#!/bin/sh\ncase $1 in\nstart) mountpoint -q {0} || exec mount {1} {2} {0} ;;\n"
      "stop) ! mountpoint -q {0} || exec umount {0} ;;\nstatus) mountpoint -q {0} || exit 3 ;;\n*) exit 2 ;;\nesac\n",
      plan.mount_point(part.id), plan.mount_words(part.volume), plan.export_of(part.volume));
}

class Pacemaker final : public System {
 public:
  std::string_view name() const override { return "pacemaker"; }
  std::vector<Needed> needs() const override {
    return {{kCorosync, "corosync"},
            {kPacemaker, "pacemaker"},
            {kMoves, "pacemaker-cli-utils"},
            {kAddressAgent, "resource-agents"}};
  }

  std::optional<std::string> cannot_serve(const WorldSpec& spec) const override {
    if (spec.cells.size() != 1) return "pacemaker has one cell here";
    if (!spec.voters.empty() || !spec.witnesses.empty()) return "pacemaker asks no arbiters here";
    for (const BmcSpec& bmc : spec.bmcs)
      if (bmc.redfish) return "pacemaker fences by IPMI here";
    if (rings(spec, spec.cells.front()).empty()) return "pacemaker has no network that carries beats";
    return std::nullopt;
  }

  void write_files(const Plan& plan) const override {
    const WorldSpec& spec = plan.spec();
    const CellSpec& cell = spec.cells.front();
    std::filesystem::create_directories(init_scripts());
    write_file(corosync_conf(), membership(plan, cell));
    for (const PartSpec& part : spec.parts)
      if (part.kind != ThingKind::address)
        write_file(fmt::format("{}/hasim-part{}", init_scripts(), part.id), init_script(plan, part), 0755);
    // Where fence agents are looked for.
    write_file(fmt::format("{}/sbin/fence_hacore_ipmi", kFolder),
               fmt::format("#!/bin/sh\nexec {} \"$@\"\n", Plan::program("fence_hacore_ipmi")), 0755);
    write_file(
        starter(),
        fmt::format(
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nexport PCMK_logfile=none PCMK_logfacility=none PCMK_stderr=yes\n"
            "pidof -q corosync || {} -f -c {} &\n"
            "until corosync-cfgtool -s > /run/links 2>&1; do sleep 0.05; done\nexec {}\n",
            kCorosync, corosync_conf(), kPacemaker));
    for (const HeadSpec& head : spec.heads) make_folders(plan, head.id);
  }

  std::vector<Shown> shown(const Plan& plan, ThingId head) const override {
    const std::string here = plan.folder_of_head(head);
    // Each head has shared memory of its own, in which the run's folder lies as everywhere.
    return {{kFolder, here + "/shm/hasim"},
            {here + "/shm", "/dev/shm"},
            {here + "/corosync", "/var/lib/corosync"},
            {here + "/pacemaker", "/var/lib/pacemaker"},
            {init_scripts(), "/etc/init.d"}};
  }

  std::vector<std::string> program(const Plan&, ThingId) const override { return {"/bin/sh", starter()}; }
  std::vector<std::string> order(const Plan& plan, const Sentence& sentence) const override {
    const WorldSpec& spec = plan.spec();
    if (sentence.id == SentenceId::do_makeactive && sentence.picks.at(0) == 0 && spec.services.size() == 1)
      return {kMoves,       "--move",
              "--resource", spec.name_of(spec.services.front().id),
              "--node",     spec.name_of(sentence.values.at(0).things.front())};
    return {};
  }
  bool starts_again() const override { return true; }
  bool reads_power() const override { return true; }

 private:
  static void make_folders(const Plan& plan, ThingId head) {
    const std::string here = plan.folder_of_head(head);
    for (const char* folder : {"/shm/hasim", "/corosync", "/pacemaker"})
      std::filesystem::create_directories(here + folder);
    std::filesystem::permissions(here + "/shm", std::filesystem::perms::all | std::filesystem::perms::sticky_bit);
    give_to_pacemaker(here + "/pacemaker");
    for (const char* folder : {"blackbox", "cib", "cores", "pengine"}) {
      std::filesystem::create_directories(here + "/pacemaker/" + folder);
      give_to_pacemaker(here + "/pacemaker/" + folder);
    }
    write_file(here + "/pacemaker/cib/cib.xml", cluster(plan, plan.spec().cells.front()), 0600);
    give_to_pacemaker(here + "/pacemaker/cib/cib.xml");
  }
};

}  // namespace

const System& pacemaker() {
  static const Pacemaker system;
  return system;
}

}  // namespace hasim::netns
