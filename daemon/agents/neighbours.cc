// ARP by a packet socket, neighbour advertisements by a raw one.
#include "daemon/agents/neighbours.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "daemon/agents/agent.h"
#include "daemon/agents/deadline.h"
#include "daemon/file_descriptor.h"

namespace hacored::agents {
namespace {

constexpr Mac kBroadcast{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr Mac kNobody{};
constexpr std::array<std::uint8_t, 4> kNoAddress{};

[[noreturn]] void fail(const Link& link, const char* what) {
  throw Failure{AgentExit::failed, ha::Reason::address_failed,
                fmt::format("{} on {}: {}", what, link.name, std::strerror(errno))};
}

void check_sent(ssize_t sent, const Link& link) {
  // A full queue or a link that just lost its carrier loses one announcement; the next one follows.
  if (sent < 0 && errno != ENOBUFS && errno != ENETDOWN && errno != EAGAIN) fail(link, "sending");
}

/// ARP packets of one link; the kernel adds the Ethernet header.
class ArpSocket {
 public:
  explicit ArpSocket(const Link& link)
      : link_(link), socket_(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ARP))) {
    const sockaddr_ll everybody = to(kBroadcast);
    if (!socket_ || ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&everybody), sizeof everybody) != 0)
      fail(link, "packet socket");
  }

  void send(std::uint16_t operation, const Mac& target, const void* sender_ip, const void* target_ip) const {
    ether_arp packet{};
    packet.ea_hdr = {htons(ARPHRD_ETHER), htons(ETHERTYPE_IP), ETH_ALEN, 4, htons(operation)};
    std::memcpy(packet.arp_sha, link_.mac.data(), sizeof packet.arp_sha);
    std::memcpy(packet.arp_spa, sender_ip, sizeof packet.arp_spa);
    std::memcpy(packet.arp_tha, target.data(), sizeof packet.arp_tha);
    std::memcpy(packet.arp_tpa, target_ip, sizeof packet.arp_tpa);
    const sockaddr_ll everybody = to(kBroadcast);
    check_sent(::sendto(socket_.get(), &packet, sizeof packet, MSG_DONTWAIT,
                        reinterpret_cast<const sockaddr*>(&everybody), sizeof everybody),
               link_);
  }

  /// The next packet that arrives before the deadline.
  std::optional<ether_arp> receive(const Deadline& deadline) const {
    pollfd waits{socket_.get(), POLLIN, 0};
    while (::poll(&waits, 1, deadline.poll_timeout()) > 0) {
      ether_arp packet{};
      if (::recv(socket_.get(), &packet, sizeof packet, MSG_DONTWAIT) == sizeof packet) return packet;
    }
    return std::nullopt;
  }

 private:
  sockaddr_ll to(const Mac& mac) const {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ARP);
    address.sll_ifindex = link_.index;
    address.sll_halen = ETH_ALEN;
    std::memcpy(address.sll_addr, mac.data(), mac.size());
    return address;
  }

  const Link& link_;
  FileDescriptor socket_;
};

/// Whether a foreign machine uses the address, or probes for it because it is about to (RFC 5227 §2.1.1).
bool claims(const ether_arp& packet, const Address& address, const Link& link) {
  if (std::memcmp(packet.arp_sha, link.mac.data(), link.mac.size()) == 0) return false;
  const bool uses = std::memcmp(packet.arp_spa, address.bytes.data(), 4) == 0;
  const bool probes = ntohs(packet.ea_hdr.ar_op) == ARPOP_REQUEST &&
                      std::memcmp(packet.arp_spa, kNoAddress.data(), 4) == 0 &&
                      std::memcmp(packet.arp_tpa, address.bytes.data(), 4) == 0;
  return uses || probes;
}

/// The first foreign machine that claims the address; everything is heard that arrives before the deadline.
std::optional<Mac> hear_claim(const ArpSocket& socket, const Address& address, const Link& link,
                              const Deadline& deadline) {
  std::optional<Mac> claimant;
  while (const std::optional<ether_arp> packet = socket.receive(deadline)) {
    if (claimant || !claims(*packet, address, link)) continue;
    std::memcpy(claimant.emplace().data(), packet->arp_sha, sizeof packet->arp_sha);
  }
  return claimant;
}

void advertise(const Address& address, const Link& link) {
  const FileDescriptor socket{::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6)};
  sockaddr_in6 source{};
  source.sin6_family = AF_INET6;
  source.sin6_scope_id = static_cast<std::uint32_t>(link.index);
  std::memcpy(&source.sin6_addr, address.bytes.data(), sizeof source.sin6_addr);
  const int hops = 255;  // a neighbour believes only what no router has passed on (RFC 4861 §7.1.2)
  if (!socket || ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops) != 0 ||
      ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_MULTICAST_IF, &link.index, sizeof link.index) != 0 ||
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0)
    fail(link, "ICMPv6 socket");

  struct {
    nd_neighbor_advert advert{};
    nd_opt_hdr option{ND_OPT_TARGET_LINKADDR, 1};
    Mac mac{};
  } packet;
  packet.advert.nd_na_type = ND_NEIGHBOR_ADVERT;
  packet.advert.nd_na_flags_reserved = ND_NA_FLAG_OVERRIDE;
  packet.advert.nd_na_target = source.sin6_addr;
  packet.mac = link.mac;
  sockaddr_in6 all_nodes = source;
  ::inet_pton(AF_INET6, "ff02::1", &all_nodes.sin6_addr);
  check_sent(::sendto(socket.get(), &packet, sizeof packet, MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&all_nodes),
                      sizeof all_nodes),
             link);
}

}  // namespace

std::optional<Mac> foreign_owner(const Address& address, const Link& link, int probes,
                                 std::chrono::milliseconds interval) {
  const ArpSocket socket{link};
  std::optional<Mac> heard;
  for (int probe = 0; probe < probes; ++probe) {
    socket.send(ARPOP_REQUEST, kNobody, kNoAddress.data(), address.bytes.data());
    const std::optional<Mac> claimant = hear_claim(socket, address, link, Deadline{interval});
    if (!claimant) continue;
    if (heard) return claimant;
    heard = claimant;
    probe = -1;  // it may have been the last word of a machine that gave the address up
  }
  return std::nullopt;
}

std::vector<std::vector<Mac>> who_answers(const std::vector<Address>& asked, const Address& from, const Link& link,
                                          std::chrono::milliseconds wait) {
  const ArpSocket socket{link};
  for (const Address& address : asked) socket.send(ARPOP_REQUEST, kNobody, from.bytes.data(), address.bytes.data());
  std::vector<std::vector<Mac>> all(asked.size());
  const Deadline deadline{wait};
  while (const std::optional<ether_arp> packet = socket.receive(deadline)) {
    Mac sender;
    std::memcpy(sender.data(), packet->arp_sha, sender.size());
    if (sender == link.mac || ntohs(packet->ea_hdr.ar_op) != ARPOP_REPLY) continue;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const bool this_one = std::memcmp(packet->arp_spa, asked[i].bytes.data(), sizeof packet->arp_spa) == 0;
      if (this_one && std::find(all[i].begin(), all[i].end(), sender) == all[i].end()) all[i].push_back(sender);
    }
  }
  return all;
}

void announce(const Address& address, const Link& link) {
  if (!link.resolves) return;
  if (address.family == AF_INET6) return advertise(address, link);
  const ArpSocket socket{link};
  socket.send(ARPOP_REQUEST, kNobody, address.bytes.data(), address.bytes.data());
  socket.send(ARPOP_REPLY, kBroadcast, address.bytes.data(), address.bytes.data());
}

}  // namespace hacored::agents
