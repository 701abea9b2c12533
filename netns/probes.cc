// Bridges, cables, mounts and programs, tried; then what a fuller world could be built of.
#include "netns/probes.h"

#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/netem.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <memory>

#include <fmt/format.h>

#include "netns/bmc.h"
#include "netns/cables.h"
#include "netns/descriptor.h"
#include "netns/disk.h"
#include "netns/failure.h"
#include "netns/files.h"
#include "netns/limits.h"
#include "netns/nfs_server.h"
#include "netns/plan.h"
#include "netns/process.h"
#include "netns/sandbox.h"
#include "netns/system.h"

namespace hasim::netns {
namespace {

/// Needed: done once, by the kernel.
Finding tried(const std::string& thing, const std::function<void()>& act) {
  try {
    act();
  } catch (const Failure& failure) { return {thing, fmt::format("missing: {}", failure.what()), true}; }
  return {thing, "kernel", false};
}

void bridge_and_cable() {
  Cables switches;
  switches.add_bridge("probe", 1);
  switches.add_cable("port", "inside", ::getpid());
  switches.plug("port", "probe");
  switches.set_up("port", true);
  switches.mute("port");
}

/// As a head gets its volume: by a mount that another namespace made.
void mount_by_descriptor() {
  const std::string from = std::string{kFolder} + "/from", to = std::string{kFolder} + "/to";
  fail_if(::mkdir(from.c_str(), 0755) != 0 || ::mkdir(to.c_str(), 0755) != 0, "mkdir");
  const Descriptor mount{::open_tree(AT_FDCWD, from.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)};
  fail_if(!mount, "open_tree");
  fail_if(::move_mount(mount.get(), "", AT_FDCWD, to.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0, "move_mount");
}

void overlay() {
  const std::string lower = fmt::format("lowerdir={}:/usr/sbin", kFolder);
  fail_if(::mount("overlay", "/usr/sbin", "overlay", MS_RDONLY, lower.c_str()) != 0, "overlay");
}

void first_process() {
  const std::string file = std::string{kFolder} + "/boot_id";
  write_file(file, "probe\n");
  end_process(start_head({"probe", kFolder, kFolder, file, file, {}, {}}));
}

// ---------------------------------------------------------------------------------------------------------------
// What is not needed, since something stands for it

/// `used`: what a run does with it, or without it.
Finding looked_for(const std::string& thing, const std::function<void()>& act, const std::string& used) {
  try {
    act();
  } catch (const Failure& failure) { return {thing, fmt::format("not here ({}); {}", failure.what(), used), false}; }
  return {thing, fmt::format("kernel; {}", used), false};
}

using Conversation = std::unique_ptr<nl_sock, void (*)(nl_sock*)>;

Conversation netlink(int family) {
  Conversation socket{nl_socket_alloc(), nl_socket_free};
  if (const int error = nl_connect(socket.get(), family); error < 0) throw Failure(nl_geterror(error));
  return socket;
}

void netem() {
  const Conversation socket = netlink(NETLINK_ROUTE);
  const std::unique_ptr<rtnl_qdisc, void (*)(rtnl_qdisc*)> delay{rtnl_qdisc_alloc(), rtnl_qdisc_put};
  rtnl_tc_set_ifindex(TC_CAST(delay.get()), static_cast<int>(::if_nametoindex("lo")));
  rtnl_tc_set_parent(TC_CAST(delay.get()), TC_H_ROOT);
  rtnl_tc_set_kind(TC_CAST(delay.get()), "netem");
  rtnl_netem_set_delay(delay.get(), 1000);
  if (const int error = rtnl_qdisc_add(socket.get(), delay.get(), NLM_F_CREATE); error < 0)
    throw Failure(nl_geterror(error));
}

/// Adds a table, in a batch as nftables wants it.
void nftables() {
  constexpr std::uint8_t kInet = 1;  // NFPROTO_INET, in a header that does not go with <netinet/in.h>
  const Conversation socket = netlink(NETLINK_NETFILTER);
  const auto message = [](int type, int flags, std::uint8_t family, int about) {
    nl_msg* const made = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);
    nfgenmsg generic{family, NFNETLINK_V0, htons(static_cast<std::uint16_t>(about))};
    (void)nlmsg_append(made, &generic, sizeof generic, NLMSG_ALIGNTO);
    return std::unique_ptr<nl_msg, void (*)(nl_msg*)>{made, nlmsg_free};
  };
  const auto begin = message(NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
  const auto add = message(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_ACK, kInet, 0);
  const auto end = message(NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
  (void)nla_put_string(add.get(), NFTA_TABLE_NAME, "probe");
  std::string batch;
  for (const auto* one : {&begin, &add, &end}) {
    nlmsghdr* const head = nlmsg_hdr(one->get());
    nl_complete_msg(socket.get(), one->get());
    batch.append(reinterpret_cast<const char*>(head), NLMSG_ALIGN(head->nlmsg_len));
  }
  if (const int error = nl_sendto(socket.get(), batch.data(), batch.size()); error < 0)
    throw Failure(nl_geterror(error));
  if (const int error = nl_wait_for_ack(socket.get()); error < 0) throw Failure(nl_geterror(error));
}

void tap() {
  const Descriptor device{::open("/dev/net/tun", O_RDWR | O_CLOEXEC)};
  ifreq wanted{};
  wanted.ifr_flags = IFF_TAP | IFF_NO_PI;
  fail_if(!device || ::ioctl(device.get(), TUNSETIFF, &wanted) != 0, "/dev/net/tun");
}

void fuse() {
  const Descriptor device{::open("/dev/fuse", O_RDWR | O_CLOEXEC)};
  fail_if(!device, "/dev/fuse");
  const std::string at = std::string{kFolder} + "/fuse";
  const std::string options = fmt::format("fd={},rootmode=40000,user_id=0,group_id=0", device.get());
  fail_if(::mkdir(at.c_str(), 0755) != 0 || ::mount("probe", at.c_str(), "fuse", 0, options.c_str()) != 0, "mount");
}

/// The switch of our own reads and writes every frame of a cable.
void raw_frames() {
  const Descriptor frames{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)};
  sockaddr_ll here{};
  here.sll_family = AF_PACKET;
  here.sll_protocol = htons(ETH_P_ALL);
  here.sll_ifindex = static_cast<int>(::if_nametoindex("lo"));
  fail_if(!frames || ::bind(frames.get(), reinterpret_cast<sockaddr*>(&here), sizeof here) != 0, "packet socket");
}

Finding ganesha() {
  constexpr const char* kNfsServer = "/usr/bin/ganesha.nfsd";
  if (::access(kNfsServer, X_OK) != 0)
    return {"NFS server", "not installed (nfs-ganesha-vfs): no NAS and no leases on it", false};
  const pid_t server = start_in_network_of(::getpid(), {kNfsServer, "-v"}, "/", "/dev/null");
  int status = 0;
  const bool ran = ::waitpid(server, &status, 0) == server && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return {"NFS server",
          ran ? "nfs-ganesha runs: for a NAS, and for leases" : "nfs-ganesha does not run: no NAS and no leases on it",
          false};
}

}  // namespace

std::vector<Finding> probe() {
  std::vector<Finding> found{tried("network, mount, PID, IPC and UTS of a head", first_process),
                             tried("switches and cables", bridge_and_cable),
                             tried("mounts from another namespace", mount_by_descriptor),
                             tried("a mount program of our own", overlay)};
  const std::string program = missing_program();
  found.push_back(
      {"hacored, its agents, ipmi_sim", program.empty() ? "there" : "missing: " + program, !program.empty()});
  const std::string sound = Disk::cannot_fail();
  found.push_back({"disks that fail", sound.empty() ? "loop devices" : "such a story is refused: " + sound});
  found.push_back(tried("loss, delay, cuts: a switch of our own", raw_frames));
  found.push_back(looked_for("netem", netem, "the switch of our own stands for it"));
  found.push_back(looked_for("nftables", nftables, "the switch of our own stands for it"));
  found.push_back(looked_for("tun and tap", tap, "cables are veth"));
  found.push_back({"NFS client", kernel_mounts_nfs() ? "kernel" : "not here; nfsfuse stands for it"});
  found.push_back(looked_for("FUSE", fuse, "for nfsfuse"));
  found.push_back(ganesha());
  for (const System* other : systems()) {
    if (other->is_ours()) continue;
    const std::string lacks = missing_of(*other);
    found.push_back({std::string{other->name()}, lacks.empty() ? "there" : "such a story is skipped: " + lacks});
  }
  found.push_back({"watchdog", "none: hacored is configured without"});
  const bool redfish = Plan::program(kRedfishEmulator) != kRedfishEmulator;
  found.push_back({"Redfish", redfish ? "a service of our own over TLS" : "such a world is refused: no hasim-redfish"});
  found.push_back({"PDUs", "a service of our own, and a fence agent for it"});
  return found;
}

}  // namespace hasim::netns
