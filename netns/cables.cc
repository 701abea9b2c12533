// Route netlink by libnl.
#include "netns/cables.h"

#include <fcntl.h>
#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/route.h>
#include <sched.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include "netns/failure.h"
#include "netns/files.h"

namespace hasim::netns {
namespace {

void check(int error, const std::string& what) {
  if (error < 0) throw Failure(fmt::format("{}: {}", what, nl_geterror(error)));
}

template <class T, void (*put)(T*)>
struct Put {
  void operator()(T* object) const { put(object); }
};
using Link = std::unique_ptr<rtnl_link, Put<rtnl_link, rtnl_link_put>>;
using Assigned = std::unique_ptr<rtnl_addr, Put<rtnl_addr, rtnl_addr_put>>;
using Message = std::unique_ptr<nl_msg, Put<nl_msg, nlmsg_free>>;
using NlAddress = std::unique_ptr<nl_addr, Put<nl_addr, nl_addr_put>>;

Link link_of(nl_sock* socket, const std::string& name) {
  rtnl_link* found = nullptr;
  check(rtnl_link_get_kernel(socket, 0, name.c_str(), &found), name);
  return Link{found};
}

Assigned assigned(const std::string& address, int link) {
  nl_addr* parsed = nullptr;
  check(nl_addr_parse(address.c_str(), AF_INET, &parsed), address);
  const NlAddress local{parsed};
  Assigned one{rtnl_addr_alloc()};
  rtnl_addr_set_ifindex(one.get(), link);
  rtnl_addr_set_local(one.get(), local.get());
  return one;
}

/// This thread is in the network namespace of that process as long as it lives.
class Visit {
 public:
  explicit Visit(pid_t pid) : home_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    const Descriptor there{::open(fmt::format("/proc/{}/ns/net", pid).c_str(), O_RDONLY | O_CLOEXEC)};
    fail_if(!home_ || !there || ::setns(there.get(), CLONE_NEWNET) != 0, "network namespace");
  }
  ~Visit() { (void)::setns(home_.get(), CLONE_NEWNET); }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

 private:
  Descriptor home_;
};

}  // namespace

void Cables::Close::operator()(nl_sock* socket) const { nl_socket_free(socket); }

Cables::Cables() : socket_(nl_socket_alloc()) { check(nl_connect(socket_.get(), NETLINK_ROUTE), "netlink"); }

Cables Cables::of(pid_t pid) {
  const Visit visit{pid};
  return {};
}

int Cables::index_of(const std::string& name) const {
  return rtnl_link_get_ifindex(link_of(socket_.get(), name).get());
}

void Cables::add_bridge(const std::string& name, int number) {
  const Link bridge{rtnl_link_bridge_alloc()};
  rtnl_link_set_name(bridge.get(), name.c_str());
  nl_addr* parsed = nullptr;
  check(nl_addr_parse(fmt::format("02:00:00:00:01:{:02x}", number).c_str(), AF_LLC, &parsed), "MAC");
  const NlAddress mac{parsed};
  rtnl_link_set_addr(bridge.get(), mac.get());
  check(rtnl_link_add(socket_.get(), bridge.get(), NLM_F_CREATE | NLM_F_EXCL), "bridge " + name);
  set_up(name, true);
}

void Cables::add_cable(const std::string& name, const std::string& inside, pid_t pid) {
  check(rtnl_link_veth_add(socket_.get(), name.c_str(), inside.c_str(), pid), "cable " + name);
  // A plug that is in no switch answers nobody for the addresses that the switch itself has.
  const Link now = link_of(socket_.get(), name);
  const Link change{rtnl_link_alloc()};
  rtnl_link_set_flags(change.get(), IFF_NOARP);
  check(rtnl_link_change(socket_.get(), now.get(), change.get(), 0), name);
}

void Cables::plug(const std::string& name, const std::string& bridge) {
  check(rtnl_link_enslave_ifindex(socket_.get(), index_of(bridge), index_of(name)), name);
}

void Cables::pull(const std::string& name) { check(rtnl_link_release_ifindex(socket_.get(), index_of(name)), name); }

void Cables::mute(const std::string& name, bool on) {
  Message change{nlmsg_alloc_simple(RTM_SETLINK, 0)};
  ifinfomsg about{};
  about.ifi_family = AF_BRIDGE;
  about.ifi_index = index_of(name);
  check(nlmsg_append(change.get(), &about, sizeof about, NLMSG_ALIGNTO), name);
  nlattr* const port = nla_nest_start(change.get(), IFLA_PROTINFO | NLA_F_NESTED);
  check(nla_put_u8(change.get(), IFLA_BRPORT_STATE, on ? BR_STATE_DISABLED : BR_STATE_FORWARDING), name);
  check(nla_put_flag(change.get(), IFLA_BRPORT_FLUSH), name);
  nla_nest_end(change.get(), port);
  check(nl_send_sync(socket_.get(), change.release()), name);
}

void Cables::set_up(const std::string& name, bool up) {
  const Link now = link_of(socket_.get(), name);
  const Link change{rtnl_link_alloc()};
  up ? rtnl_link_set_flags(change.get(), IFF_UP) : rtnl_link_unset_flags(change.get(), IFF_UP);
  check(rtnl_link_change(socket_.get(), now.get(), change.get(), 0), name);
}

void Cables::remove(const std::string& name) {
  const Link gone{rtnl_link_alloc()};
  rtnl_link_set_name(gone.get(), name.c_str());
  const int error = rtnl_link_delete(socket_.get(), gone.get());
  if (error != -NLE_NODEV && error != -NLE_OBJ_NOTFOUND) check(error, name);
}

void Cables::set_mac(const std::string& name, const std::string& mac) {
  const Link now = link_of(socket_.get(), name);
  const Link change{rtnl_link_alloc()};
  nl_addr* parsed = nullptr;
  check(nl_addr_parse(mac.c_str(), AF_LLC, &parsed), mac);
  const NlAddress address{parsed};
  rtnl_link_set_addr(change.get(), address.get());
  check(rtnl_link_change(socket_.get(), now.get(), change.get(), 0), name);
}

void Cables::add_address(const std::string& name, const std::string& address) {
  check(rtnl_addr_add(socket_.get(), assigned(address, index_of(name)).get(), 0),
        fmt::format("{} at {}", address, name));
}

void Cables::remove_address(const std::string& name, const std::string& address) {
  check(rtnl_addr_delete(socket_.get(), assigned(address, index_of(name)).get(), 0),
        fmt::format("{} at {}", address, name));
}

/// By a route that leads nowhere, and a kernel that takes nothing from where no route leads.
void drop_address(pid_t pid, const std::string& address, bool dropped) {
  const Visit visit{pid};
  write_file("/proc/sys/net/ipv4/conf/all/rp_filter", "1", 0);
  const std::unique_ptr<nl_sock, Put<nl_sock, nl_socket_free>> socket{nl_socket_alloc()};
  check(nl_connect(socket.get(), NETLINK_ROUTE), "netlink");
  nl_addr* parsed = nullptr;
  check(nl_addr_parse((address + "/32").c_str(), AF_INET, &parsed), address);
  const NlAddress to{parsed};
  const std::unique_ptr<rtnl_route, Put<rtnl_route, rtnl_route_put>> nowhere{rtnl_route_alloc()};
  check(rtnl_route_set_dst(nowhere.get(), to.get()), address);
  check(rtnl_route_set_type(nowhere.get(), RTN_BLACKHOLE), address);
  check(dropped ? rtnl_route_add(socket.get(), nowhere.get(), NLM_F_CREATE)
                : rtnl_route_delete(socket.get(), nowhere.get(), 0),
        "route to " + address);
}

Descriptor address_watch(pid_t pid) {
  const Visit visit{pid};
  Descriptor socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)};
  sockaddr_nl group{};
  group.nl_family = AF_NETLINK;
  group.nl_groups = RTMGRP_IPV4_IFADDR;
  fail_if(!socket || ::bind(socket.get(), reinterpret_cast<sockaddr*>(&group), sizeof group) != 0, "netlink");
  return socket;
}

}  // namespace hasim::netns
