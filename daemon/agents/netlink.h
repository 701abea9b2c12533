// Addresses and links of this head, through the kernel's route netlink: no `ip` program is needed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct nl_sock;

namespace hacored::agents {

/// An IPv4 or IPv6 address with the length of its prefix.
struct Address {
  int family = 0;  ///< AF_INET or AF_INET6
  std::array<std::uint8_t, 16> bytes{};
  int prefix = 0;

  /// From "10.1.0.5/16" or "fd00::5/64". Without a prefix it is that of a single host.
  static std::optional<Address> parse(const std::string& text);
  std::string to_string() const;  ///< without the prefix
  bool same_host(const Address& other) const { return family == other.family && bytes == other.bytes; }
  bool same_network(const Address& other) const;
};

using Mac = std::array<std::uint8_t, 6>;
std::string to_string(const Mac& mac);

struct Link {
  int index = 0;
  std::string name;
  Mac mac{};
  bool up = false;
  bool carrier = false;
  bool resolves = false;  ///< it asks for neighbours by ARP: no loopback, no tunnel
};

/// One address as the kernel lists it.
struct AssignedAddress {
  Address address;
  int interface = 0;
  bool tentative = false;  ///< IPv6: still being tested for a second owner
  bool duplicate = false;  ///< IPv6: a second owner answered
};

/// One conversation with the kernel. Every function throws `Failure` when the kernel cannot be asked.
class Netlink {
 public:
  Netlink();

  std::optional<Link> link(const std::string& name) const;
  std::vector<AssignedAddress> addresses() const;
  /// `label`: of an IPv4 address, as ifconfig shows it; may be empty. `prefix_route`: the kernel also makes the route
  /// to the network of the address.
  void add(const Address& address, const Link& link, const std::string& label, bool prefix_route);
  void remove(const AssignedAddress& assigned);

 private:
  struct Close {
    void operator()(nl_sock* socket) const;
  };
  std::unique_ptr<nl_sock, Close> socket_;
};

}  // namespace hacored::agents
