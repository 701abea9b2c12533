// Route netlink by libnl.
#include "daemon/agents/netlink.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "daemon/agents/agent.h"

namespace hacored::agents {
namespace {

constexpr unsigned kLowerUp = 1U << 16;  // IFF_LOWER_UP: <linux/if.h> and <net/if.h> cannot both be included

int bits_of(int family) { return family == AF_INET ? 32 : 128; }

void check(int error, std::string_view what) {
  if (error < 0)
    throw Failure{AgentExit::failed, ha::Reason::address_failed, fmt::format("{}: {}", what, nl_geterror(error))};
}

template <class T, void (*put)(T*)>
struct Put {
  void operator()(T* object) const { put(object); }
};
using AddressObject = std::unique_ptr<rtnl_addr, Put<rtnl_addr, rtnl_addr_put>>;
using LinkObject = std::unique_ptr<rtnl_link, Put<rtnl_link, rtnl_link_put>>;
using NlAddress = std::unique_ptr<nl_addr, Put<nl_addr, nl_addr_put>>;
using Cache = std::unique_ptr<nl_cache, Put<nl_cache, nl_cache_free>>;

AddressObject object_of(const Address& address, int interface) {
  AddressObject object{rtnl_addr_alloc()};
  const NlAddress local{nl_addr_build(address.family, address.bytes.data(), address.family == AF_INET ? 4 : 16)};
  nl_addr_set_prefixlen(local.get(), address.prefix);
  check(rtnl_addr_set_local(object.get(), local.get()), address.to_string());
  rtnl_addr_set_ifindex(object.get(), interface);
  return object;
}

}  // namespace

std::optional<Address> Address::parse(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string host = text.substr(0, slash);
  Address address;
  address.family = host.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (inet_pton(address.family, host.c_str(), address.bytes.data()) != 1) return std::nullopt;
  address.prefix = bits_of(address.family);
  if (slash == std::string::npos) return address;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, address.prefix);
  if (error != std::errc{} || stop != end || address.prefix < 0 || address.prefix > bits_of(address.family))
    return std::nullopt;
  return address;
}

std::string Address::to_string() const {
  char text[INET6_ADDRSTRLEN] = "";
  return inet_ntop(family, bytes.data(), text, sizeof text) == nullptr ? "?" : text;
}

bool Address::same_network(const Address& other) const {
  if (family != other.family || prefix != other.prefix) return false;
  for (int bit = 0; bit < prefix; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    if (((bytes[byte] ^ other.bytes[byte]) >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

std::string to_string(const Mac& mac) { return fmt::format("{:02x}", fmt::join(mac, ":")); }

void Netlink::Close::operator()(nl_sock* socket) const { nl_socket_free(socket); }

Netlink::Netlink() : socket_(nl_socket_alloc()) {
  if (!socket_) throw Failure{AgentExit::failed, ha::Reason::none, "no memory for a netlink socket"};
  check(nl_connect(socket_.get(), NETLINK_ROUTE), "netlink");
}

std::optional<Link> Netlink::link(const std::string& name) const {
  rtnl_link* found = nullptr;
  const int error = rtnl_link_get_kernel(socket_.get(), 0, name.c_str(), &found);
  if (error == -NLE_NODEV || error == -NLE_OBJ_NOTFOUND) return std::nullopt;
  check(error, name);
  const LinkObject object{found};
  const unsigned flags = rtnl_link_get_flags(found);
  Link link{rtnl_link_get_ifindex(found), name, {}, (flags & IFF_UP) != 0, (flags & kLowerUp) != 0, false};
  nl_addr* mac = rtnl_link_get_addr(found);
  if (mac != nullptr && nl_addr_get_len(mac) == link.mac.size()) {
    std::memcpy(link.mac.data(), nl_addr_get_binary_addr(mac), link.mac.size());
    link.resolves = (flags & (IFF_NOARP | IFF_LOOPBACK)) == 0;
  }
  return link;
}

std::vector<AssignedAddress> Netlink::addresses() const {
  nl_cache* list = nullptr;
  check(rtnl_addr_alloc_cache(socket_.get(), &list), "list of addresses");
  const Cache cache{list};
  std::vector<AssignedAddress> found;
  for (nl_object* entry = nl_cache_get_first(list); entry != nullptr; entry = nl_cache_get_next(entry)) {
    auto* object = reinterpret_cast<rtnl_addr*>(entry);
    nl_addr* local = rtnl_addr_get_local(object);
    if (local == nullptr || nl_addr_get_len(local) > sizeof(Address::bytes)) continue;
    AssignedAddress assigned;
    assigned.address.family = nl_addr_get_family(local);
    std::memcpy(assigned.address.bytes.data(), nl_addr_get_binary_addr(local), nl_addr_get_len(local));
    assigned.address.prefix = rtnl_addr_get_prefixlen(object);
    assigned.interface = rtnl_addr_get_ifindex(object);
    const unsigned flags = rtnl_addr_get_flags(object);
    assigned.duplicate = (flags & IFA_F_DADFAILED) != 0;
    assigned.tentative = (flags & IFA_F_TENTATIVE) != 0 && !assigned.duplicate;
    found.push_back(assigned);
  }
  return found;
}

void Netlink::add(const Address& address, const Link& link, const std::string& label, bool prefix_route) {
  const AddressObject object = object_of(address, link.index);
  if (!label.empty() && address.family == AF_INET)
    check(rtnl_addr_set_label(object.get(), label.c_str()), "label " + label);
  if (!prefix_route) rtnl_addr_set_flags(object.get(), IFA_F_NOPREFIXROUTE);
  const int error = rtnl_addr_add(socket_.get(), object.get(), 0);
  if (error != -NLE_EXIST) check(error, fmt::format("adding {} to {}", address.to_string(), link.name));
}

void Netlink::remove(const AssignedAddress& assigned) {
  const AddressObject object = object_of(assigned.address, assigned.interface);
  const int error = rtnl_addr_delete(socket_.get(), object.get(), 0);
  if (error != -NLE_NOADDR && error != -NLE_OBJ_NOTFOUND) check(error, "removing " + assigned.address.to_string());
}

}  // namespace hacored::agents
