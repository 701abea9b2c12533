// The answers of a BMC while a session is opened (IPMI 2.0, section 13.17 to 13.24): RAKP messages 2 and 4.
#include "netns/logins.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "netns/failure.h"

namespace hasim::netns {
namespace {

constexpr Duration kProofComesWithin = std::chrono::milliseconds{500};  ///< of who knows the password
constexpr std::uint16_t kRmcpPort = 623;
constexpr std::size_t kPayloadTypeAt = 5, kPayloadAt = 16;  ///< behind the UDP header
constexpr unsigned kOpenSessionResponse = 0x11, kRakp2 = 0x13, kRakp4 = 0x15;

}  // namespace

Logins::Logins(const Plan& plan, const BmcSpec& bmc, Stream& stream)
    : plan_(plan),
      bmc_(bmc),
      stream_(stream),
      cable_(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL))) {
  sockaddr_ll here{};
  here.sll_family = AF_PACKET;
  here.sll_protocol = htons(ETH_P_ALL);
  here.sll_ifindex = static_cast<int>(::if_nametoindex(plan.port_of(bmc.id, bmc.network).c_str()));
  fail_if(!cable_ || ::bind(cable_.get(), reinterpret_cast<sockaddr*>(&here), sizeof here) != 0, "the cable of a BMC");
}

void Logins::look(Time at) {
  std::array<unsigned char, 512> packet;
  for (ssize_t got = 0; (got = ::recv(cable_.get(), packet.data(), packet.size(), 0)) > 0;)
    hear(packet.data(), static_cast<std::size_t>(got), at);
  std::erase_if(begun_, [&](const Begun& one) {
    if (at - one.at < kProofComesWithin) return false;
    say(one.asker, false, at);
    return true;
  });
}

void Logins::hear(const unsigned char* packet, std::size_t size, Time at) {
  iphdr ip{};
  udphdr udp{};
  if (size < sizeof ip + sizeof udp + kPayloadAt + 8) return;
  std::memcpy(&ip, packet, sizeof ip);
  std::memcpy(&udp, packet + sizeof ip, sizeof udp);
  if (ip.version != 4 || ip.ihl != 5 || ip.protocol != IPPROTO_UDP || ntohs(udp.source) != kRmcpPort) return;
  const unsigned char* message = packet + sizeof ip + sizeof udp;
  const unsigned type = message[kPayloadTypeAt] & 0x3fU;
  if (type != kOpenSessionResponse && type != kRakp2 && type != kRakp4) return;
  const bool refused = message[kPayloadAt + 1] != 0;
  ThingId asker = kNoThing;
  in_addr to{ip.daddr};
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &to, text.data(), text.size());
  for (const HeadSpec& head : plan_.spec().heads)
    if (plan_.address_of(head.id, bmc_.network) == text.data()) asker = head.id;
  std::uint32_t session = 0;
  std::memcpy(&session, message + kPayloadAt + 4, sizeof session);
  const auto same = [&](const Begun& one) { return one.asker == asker && one.session == session; };
  const bool known = std::erase_if(begun_, same) > 0;
  if (refused || type == kRakp4) {
    if (refused || known) say(asker, !refused, at);  // an answer that is repeated is no second login
  } else if (type == kRakp2) {
    begun_.push_back({asker, session, at});
  }
}

void Logins::say(ThingId asker, bool accepted, Time at) {
  Event event;
  event.kind = EventKind::bmc_login;
  event.who = bmc_.head;
  event.with = asker;
  event.x = accepted ? 1 : 0;
  stream_.saw(at, event);
}

}  // namespace hasim::netns
