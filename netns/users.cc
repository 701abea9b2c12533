// ARP requests and UDP questions from the machines of the clients, which are the harness's own network namespace.
#include "netns/users.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "netns/failure.h"

namespace hasim::netns {
namespace {

using std::chrono::milliseconds;

constexpr Duration kAskEvery = milliseconds{5};
constexpr Duration kSilent = milliseconds{60};  ///< so long without an answer: nobody answers

/// Who asks by ARP is a machine of its own: an answer to the clients would refresh their kernel's memory of an address,
/// and nobody would be left who has missed an announcement.
constexpr std::uint32_t kWatcherBehind = 100;

struct ArpFrame {
  ether_header ether;
  ether_arp arp;
};

std::array<std::uint8_t, 6> mac_of_head(const Plan& plan, ThingId head, ThingId network) {
  std::array<std::uint8_t, 6> mac{};
  const std::string text = plan.mac_of(head, network);
  for (std::size_t i = 0; i < mac.size(); ++i)
    mac[i] = static_cast<std::uint8_t>(std::stoi(text.substr(3 * i, 2), nullptr, 16));
  return mac;
}

/// The record that an answer says is written: it is said twice, so that no damaged answer is believed. Empty: none.
std::string record_in(std::string_view answer) {
  const std::size_t half = answer.find('\n');
  if (half == std::string_view::npos || answer.substr(0, half) != answer.substr(half + 1)) return "";
  return std::string{answer.substr(0, half)};
}

}  // namespace

Users::Users(const Plan& plan, Stream& stream, Told told) : plan_(plan), stream_(stream), told_(std::move(told)) {
  const WorldSpec& spec = plan.spec();
  for (const PartSpec& part : spec.parts) {
    if (part.kind != ThingKind::address || spec.clients.empty()) continue;
    Asked asked;
    asked.address = &part;
    const ThingId network = plan.network_of(part);
    for (const ThingId other : spec.services[spec.things[part.service].index].parts) {
      const ThingKind kind = spec.kind_of(other);
      if (kind != ThingKind::address && kind != ThingKind::mount) asked.port = plan.udp_port(other);
      if (kind == ThingKind::mount && asked.volume == kNoThing)
        asked.volume = spec.parts[spec.things[other].index].volume;
    }
    asked.arp = Descriptor{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ARP))};
    asked.clients = Descriptor{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    asked.link = static_cast<int>(::if_nametoindex(plan.bridge_of(network).c_str()));
    sockaddr_ll here{};
    here.sll_family = AF_PACKET;
    here.sll_protocol = htons(ETH_P_ARP);
    here.sll_ifindex = asked.link;
    packet_mreq all{};
    all.mr_ifindex = asked.link;
    all.mr_type = PACKET_MR_PROMISC;
    fail_if(!asked.clients || !asked.arp || asked.link == 0 ||
                ::bind(asked.arp.get(), reinterpret_cast<sockaddr*>(&here), sizeof here) != 0 ||
                ::setsockopt(asked.arp.get(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) != 0,
            "the clients' sockets");
    ::inet_pton(AF_INET, part.address.substr(0, part.address.find('/')).c_str(), &asked.number);
    ::inet_pton(AF_INET, plan.address_of(spec.clients.front().id, network).c_str(), &asked.watcher);
    asked.watcher = htonl(ntohl(asked.watcher) + kWatcherBehind);
    asked.heard.assign(spec.heads.size(), Time::min());
    asked_.push_back(std::move(asked));
  }
}

void Users::look(Time at) {
  for (Asked& asked : asked_) {
    hear(asked, at);
    judge(asked, at);
    if (at >= next_) ask(asked);
  }
  if (at >= next_) next_ = at + kAskEvery;
}

void Users::hear(Asked& asked, Time at) {
  ArpFrame frame;
  while (::recv(asked.arp.get(), &frame, sizeof frame, 0) >= static_cast<ssize_t>(sizeof frame)) {
    if (ntohs(frame.arp.ea_hdr.ar_op) != ARPOP_REPLY || std::memcmp(frame.arp.arp_spa, &asked.number, 4) != 0) continue;
    bool ours = false;
    for (const HeadSpec& head : plan_.spec().heads) {
      const auto mac = mac_of_head(plan_, head.id, plan_.network_of(*asked.address));
      if (std::memcmp(frame.arp.arp_sha, mac.data(), mac.size()) != 0) continue;
      asked.heard[plan_.spec().things[head.id].index] = at;
      ours = true;
    }
    if (!ours) asked.heard_stranger = at;
  }
  std::array<char, 128> text;
  for (ssize_t got = 0; (got = ::recv(asked.clients.get(), text.data(), text.size(), 0)) > 0;) {
    asked.served_at = at;
    const std::string record = record_in({text.data(), static_cast<std::size_t>(got)});
    if (asked.volume != kNoThing && !record.empty()) told_(asked.volume, record);
  }
}

void Users::ask(Asked& asked) const {
  ArpFrame frame{};
  std::memset(frame.ether.ether_dhost, 0xff, ETH_ALEN);
  const std::array<std::uint8_t, 6> own{
      0x02, 0, 0, 0, 0x02, static_cast<std::uint8_t>(plan_.spec().things[plan_.network_of(*asked.address)].index)};
  std::memcpy(frame.ether.ether_shost, own.data(), own.size());
  frame.ether.ether_type = htons(ETHERTYPE_ARP);
  frame.arp.ea_hdr = {htons(ARPHRD_ETHER), htons(ETHERTYPE_IP), ETH_ALEN, 4, htons(ARPOP_REQUEST)};
  std::memcpy(frame.arp.arp_sha, own.data(), own.size());
  std::memcpy(frame.arp.arp_spa, &asked.watcher, 4);
  std::memcpy(frame.arp.arp_tpa, &asked.number, 4);
  (void)::send(asked.arp.get(), &frame, sizeof frame, MSG_DONTWAIT);
  if (asked.port == 0) return;
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(static_cast<std::uint16_t>(asked.port));
  there.sin_addr.s_addr = asked.number;
  (void)::sendto(asked.clients.get(), "?", 1, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&there), sizeof there);
}

void Users::judge(Asked& asked, Time at) {
  std::uint64_t answered = 0;
  for (std::size_t head = 0; head < asked.heard.size(); ++head)
    if (asked.heard[head] > at - kSilent) answered |= std::uint64_t{1} << head;
  if (asked.heard_stranger > at - kSilent) answered |= kForeignMac;
  if (answered != asked.answered) {
    asked.answered = answered;
    Event event;
    event.kind = EventKind::answered;
    event.who = asked.address->id;
    event.value = answered;
    stream_.saw(at, event);
  }
  const bool served = asked.port == 0 ? answered != 0 : asked.served_at > at - kSilent;
  if (served == asked.served) return;
  asked.served = served;
  say_served(plan_.spec().services[plan_.spec().things[asked.address->service].index], served, at);
}

void Users::say_served(const ServiceSpec& service, bool served, Time at) {
  Event event;
  event.kind = EventKind::served;
  event.who = service.id;
  event.x = served ? 1 : 0;
  for (const ClientsSpec& clients : plan_.spec().clients) {
    const bool uses = std::find(clients.services.begin(), clients.services.end(), service.id) != clients.services.end();
    if (!uses) continue;
    event.with = clients.id;
    stream_.saw(at, event);
    if (!clients.hard) continue;
    Event waits = event;
    waits.kind = EventKind::client_waits;
    waits.who = clients.id;
    waits.with = kNoThing;
    waits.x = served ? 0 : 1;
    stream_.saw(at, waits);
  }
  event.with = kNoThing;
  stream_.saw(at, event);
}

}  // namespace hasim::netns
