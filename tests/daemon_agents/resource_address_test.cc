// resource-address on a cable of its own: `va` is the head's interface, everything that other machines on the network
// would see and say comes and goes at the other end, `vb`.
#include "daemon/agents/resource_address.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip6.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <sys/socket.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <optional>

#include "daemon/agents/deadline.h"
#include "daemon/agents/neighbours.h"
#include "daemon/agents/netlink.h"
#include "daemon/file_descriptor.h"
#include "tests/daemon_agents/agent_run.h"

namespace hacored::agents {
namespace {

using std::chrono::milliseconds;
using testing::Ran;
using testing::run;
using testing::Running;

constexpr Mac kForeign{2, 0, 0, 0, 0, 0x99};
constexpr std::size_t kEthernet = sizeof(ether_header);
using Frame = std::vector<std::uint8_t>;

class ResourceAddress : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!testing::own_namespaces(CLONE_NEWNET)) GTEST_SKIP() << "needs the right to make a network namespace";
    nl_sock* socket = nl_socket_alloc();
    ASSERT_EQ(nl_connect(socket, NETLINK_ROUTE), 0);
    ASSERT_EQ(rtnl_link_veth_add(socket, "va", "vb", ::getpid()), 0);
    std::ofstream{"/proc/sys/net/ipv6/conf/vb/disable_ipv6"} << 1;
    std::ofstream{"/proc/sys/net/ipv6/conf/va/dad_transmits"} << 1;
    std::ofstream{"/proc/sys/net/ipv6/neigh/va/retrans_time_ms"} << 100;
    set_up(socket, "va", true);
    set_up(socket, "vb", true);
    nl_socket_free(socket);
    other_end_ = FileDescriptor{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL))};
    sockaddr_ll place = at_other_end();
    ASSERT_EQ(::bind(other_end_.get(), reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
  }

  static void set_up(nl_sock* socket, const char* name, bool up) {
    rtnl_link* change = rtnl_link_alloc();
    rtnl_link* link = nullptr;
    ASSERT_EQ(rtnl_link_get_kernel(socket, 0, name, &link), 0);
    (up ? rtnl_link_set_flags : rtnl_link_unset_flags)(change, IFF_UP);
    EXPECT_EQ(rtnl_link_change(socket, link, change, 0), 0);
    rtnl_link_put(link);
    rtnl_link_put(change);
  }

  /// Takes the other end down: `va` loses its carrier.
  static void unplug() {
    nl_sock* socket = nl_socket_alloc();
    ASSERT_EQ(nl_connect(socket, NETLINK_ROUTE), 0);
    set_up(socket, "vb", false);
    nl_socket_free(socket);
  }

  static sockaddr_ll at_other_end() {
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = htons(ETH_P_ALL);
    place.sll_ifindex = static_cast<int>(::if_nametoindex("vb"));
    return place;
  }

  /// The next frame at the other end that `wanted` accepts; nothing after two seconds.
  std::optional<Frame> next_frame(const std::function<bool(const Frame&)>& wanted) {
    const Deadline deadline{milliseconds{2000}};
    pollfd waits{other_end_.get(), POLLIN, 0};
    while (::poll(&waits, 1, deadline.poll_timeout()) > 0) {
      Frame frame(2048);
      sockaddr_ll from{};
      socklen_t length = sizeof from;
      const ssize_t got =
          ::recvfrom(other_end_.get(), frame.data(), frame.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
      if (got <= 0 || from.sll_pkttype == PACKET_OUTGOING) continue;
      frame.resize(static_cast<std::size_t>(got));
      if (wanted(frame)) return frame;
    }
    return std::nullopt;
  }

  static std::optional<ether_arp> arp_of(const Frame& frame) {
    ether_arp packet{};
    if (frame.size() < kEthernet + sizeof packet || frame[12] != 8 || frame[13] != 6) return std::nullopt;
    std::memcpy(&packet, frame.data() + kEthernet, sizeof packet);
    return packet;
  }
  static auto arp(std::uint16_t operation, const char* sender_ip) {
    return [operation, sender = Address::parse(sender_ip)](const Frame& frame) {
      const std::optional<ether_arp> packet = arp_of(frame);
      return packet && ntohs(packet->ea_hdr.ar_op) == operation &&
             std::memcmp(packet->arp_spa, sender->bytes.data(), 4) == 0;
    };
  }
  static auto icmpv6(std::uint8_t type) {
    return [type](const Frame& frame) {
      return frame.size() > kEthernet + sizeof(ip6_hdr) && frame[12] == 0x86 && frame[13] == 0xdd &&
             frame[kEthernet + 6] == IPPROTO_ICMPV6 && frame[kEthernet + sizeof(ip6_hdr)] == type;
    };
  }

  void send(const Frame& frame) {
    sockaddr_ll place = at_other_end();
    ASSERT_GT(
        ::sendto(other_end_.get(), frame.data(), frame.size(), 0, reinterpret_cast<sockaddr*>(&place), sizeof place),
        0);
  }

  /// What a foreign machine sends that has the address a probe asked for.
  static Frame answer_to(const ether_arp& probe, const Mac& machine = kForeign) {
    ether_arp answer = probe;
    answer.ea_hdr.ar_op = htons(ARPOP_REPLY);
    std::memcpy(answer.arp_sha, machine.data(), 6);
    std::memcpy(answer.arp_spa, probe.arp_tpa, 4);
    std::memcpy(answer.arp_tha, probe.arp_sha, 6);
    Frame frame(kEthernet + sizeof answer);
    std::memcpy(frame.data(), probe.arp_sha, 6);
    std::memcpy(frame.data() + 6, machine.data(), 6);
    frame[12] = 8;
    frame[13] = 6;
    std::memcpy(frame.data() + kEthernet, &answer, sizeof answer);
    return frame;
  }

  /// Twice, as an announcement does that is both request and reply.
  void answer_a_probe() {
    const std::optional<Frame> probe = next_frame(arp(ARPOP_REQUEST, "0.0.0.0"));
    ASSERT_TRUE(probe);
    for (int frame = 0; frame < 2; ++frame) send(answer_to(*arp_of(*probe)));
  }

  /// `ready` of 10.1.0.5 on a head with 10.1.0.1; each of `owners` answers for it, and `peer` for 10.1.0.2.
  Ran ready(const std::vector<Mac>& owners, const std::optional<Mac>& peer) {
    std::map<std::string, std::string> parameters = with("10.1.0.5/16");
    if (peer) parameters["HACORE_PEER_ADDRESSES"] = "10.1.0.2 fd00::2";
    Running ready{"resource-address", {"ready"}, parameters};
    for (int asked = 0; asked < (peer ? 2 : 1); ++asked) {
      const std::optional<Frame> frame = next_frame(arp(ARPOP_REQUEST, "10.1.0.1"));
      if (!frame) break;
      const ether_arp request = *arp_of(*frame);
      if (request.arp_tpa[3] == 2) send(answer_to(request, *peer));
      if (request.arp_tpa[3] == 5)
        for (const Mac& owner : owners) send(answer_to(request, owner));
    }
    return ready.wait();
  }

  static std::map<std::string, std::string> with(const std::string& address) {
    return {{"HACORE_ADDRESS", address},
            {"HACORE_INTERFACE", "va"},
            {"HACORE_PROBE_INTERVAL", "0.05"},
            {"HACORE_ANNOUNCE_INTERVAL", "0.01"}};
  }

  static bool is_on(const std::string& interface, const char* address) {
    const Netlink netlink;
    for (const AssignedAddress& assigned : netlink.addresses())
      if (assigned.address.same_host(*Address::parse(address)) &&
          assigned.interface == static_cast<int>(::if_nametoindex(interface.c_str())))
        return true;
    return false;
  }

  FileDescriptor other_end_;
};

TEST_F(ResourceAddress, ProbesThreeTimesThenBringsTheAddressUpAndAnnouncesItInBothForms) {
  Running start{"resource-address", {"start"}, with("10.1.0.5/16")};
  for (int probe = 0; probe < 3; ++probe) EXPECT_TRUE(next_frame(arp(ARPOP_REQUEST, "0.0.0.0")));
  EXPECT_TRUE(next_frame(arp(ARPOP_REQUEST, "10.1.0.5")));
  EXPECT_TRUE(next_frame(arp(ARPOP_REPLY, "10.1.0.5")));
  const Ran ran = start.wait();
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_TRUE(is_on("va", "10.1.0.5"));
  EXPECT_EQ(run("resource-address", "status", with("10.1.0.5/16")).exit, 0);
}

TEST_F(ResourceAddress, RefusesAnAddressThatAForeignMachineAnswersForAndNamesItsMac) {
  Running start{"resource-address", {"start"}, with("10.1.0.5/16")};
  answer_a_probe();
  answer_a_probe();
  const Ran ran = start.wait();
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "reason=address_taken\n");
  EXPECT_NE(ran.err.find("02:00:00:00:00:99"), std::string::npos) << ran.err;
  EXPECT_FALSE(is_on("va", "10.1.0.5"));
  EXPECT_EQ(run("resource-address", "status", with("10.1.0.5/16")).exit, 7);
}

TEST_F(ResourceAddress, TakesAnAddressThatAForeignMachineClaimedForTheLastTime) {
  Running start{"resource-address", {"start"}, with("10.1.0.5/16")};
  answer_a_probe();
  for (int probe = 0; probe < 3; ++probe) EXPECT_TRUE(next_frame(arp(ARPOP_REQUEST, "0.0.0.0")));
  const Ran ran = start.wait();
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_TRUE(is_on("va", "10.1.0.5"));
}

TEST_F(ResourceAddress, IsProbedWithoutBeingAdded) {
  Running taken{"resource-address", {"probe"}, with("10.1.0.5/16")};
  answer_a_probe();
  answer_a_probe();
  const Ran ran = taken.wait();
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "reason=address_taken\n");
  EXPECT_EQ(run("resource-address", "probe", with("10.1.0.6/16")).exit, 7);
  EXPECT_FALSE(is_on("va", "10.1.0.6"));
  EXPECT_EQ(run("resource-address", "start", with("10.1.0.6/16")).exit, 0);
  EXPECT_EQ(run("resource-address", "probe", with("10.1.0.6/16")).exit, 0);
}

TEST_F(ResourceAddress, IsReadyWhileNobodyButTheOtherHeadHasIt) {
  constexpr Mac kPeer{2, 0, 0, 0, 0, 0x22};
  ASSERT_EQ(run("resource-address", "start", with("10.1.0.1/16")).exit, 0);
  ASSERT_TRUE(next_frame(arp(ARPOP_REPLY, "10.1.0.1"))) << "its announcement";
  EXPECT_EQ(ready({}, kPeer).exit, 0);
  EXPECT_EQ(ready({kPeer}, kPeer).exit, 0);
  for (const Ran& taken : {ready({kPeer, kForeign}, kPeer), ready({kForeign}, kPeer), ready({kPeer, kForeign}, {})}) {
    EXPECT_EQ(taken.exit, 1);
    EXPECT_EQ(taken.out, "reason=address_taken\n");
    EXPECT_NE(taken.err.find("02:00:00:00:00:99"), std::string::npos) << taken.err;
  }
  EXPECT_EQ(ready({kForeign}, {}).exit, 0) << "of one that answers nobody knows that it is not the other head";
  EXPECT_FALSE(is_on("va", "10.1.0.5"));
}

TEST_F(ResourceAddress, IsNotDisturbedByAMachineThatAsksForAnotherAddress) {
  Running start{"resource-address", {"start"}, with("10.1.0.5/16")};
  const std::optional<Frame> probe = next_frame(arp(ARPOP_REQUEST, "0.0.0.0"));
  ASSERT_TRUE(probe);
  ether_arp other = *arp_of(*probe);
  other.arp_tpa[3] = 77;
  send(answer_to(other));
  EXPECT_EQ(start.wait().exit, 0);
}

TEST_F(ResourceAddress, StartOfAnAddressThatIsThereAndStopOfOneThatIsNotSucceed) {
  EXPECT_EQ(run("resource-address", "stop", with("10.1.0.5/16")).exit, 0);
  EXPECT_EQ(run("resource-address", "start", with("10.1.0.5/16")).exit, 0);
  EXPECT_EQ(run("resource-address", "start", with("10.1.0.5/16")).exit, 0);
  EXPECT_EQ(run("resource-address", "stop", with("10.1.0.5/16")).exit, 0);
  EXPECT_FALSE(is_on("va", "10.1.0.5"));
  EXPECT_EQ(run("resource-address", "status", with("10.1.0.5/16")).exit, 7);
}

TEST_F(ResourceAddress, StopTakesTheAddressOffWhereverItIs) {
  Netlink netlink;
  netlink.add(*Address::parse("10.1.0.5/24"), *netlink.link("vb"), "", true);
  EXPECT_EQ(run("resource-address", "start", with("10.1.0.5/16")).out, "reason=address_failed\n");
  EXPECT_EQ(run("resource-address", "stop", with("10.1.0.5/16")).exit, 0);
  EXPECT_FALSE(is_on("vb", "10.1.0.5"));
}

TEST_F(ResourceAddress, LeavesTheAddressOfTheHeadItselfAlone) {
  Netlink netlink;
  netlink.add(*Address::parse("10.1.0.1/16"), *netlink.link("va"), "", true);
  EXPECT_EQ(run("resource-address", "start", with("10.1.0.5/16")).exit, 0);
  EXPECT_EQ(run("resource-address", "stop", with("10.1.0.5/16")).exit, 0);
  EXPECT_TRUE(is_on("va", "10.1.0.1"));
}

TEST_F(ResourceAddress, IsAFailureWithoutCarrierWhenItStartsAndWhenItRuns) {
  EXPECT_EQ(run("resource-address", "start", with("10.1.0.5/16")).exit, 0);
  unplug();
  const Ran status = run("resource-address", "status", with("10.1.0.5/16"));
  EXPECT_EQ(status.exit, 1);
  EXPECT_EQ(status.out, "reason=address_failed\n");
  EXPECT_EQ(run("resource-address", "start", with("10.1.0.6/16")).out, "reason=address_failed\n");
  EXPECT_EQ(run("resource-address", "stop", with("10.1.0.5/16")).exit, 0);
}

TEST_F(ResourceAddress, AnnouncesAsOftenAsItIsTold) {
  ASSERT_EQ(run("resource-address", "start", with("10.1.0.5/16")).exit, 0);
  ASSERT_TRUE(next_frame(arp(ARPOP_REPLY, "10.1.0.5")));
  auto parameters = with("10.1.0.5/16");
  parameters["HACORE_ANNOUNCE_COUNT"] = "4";
  EXPECT_EQ(run("resource-address", "announce", parameters).exit, 0);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(next_frame(arp(ARPOP_REPLY, "10.1.0.5")));
}

TEST_F(ResourceAddress, AnnouncesAnIpv6AddressThatNobodyElseHas) {
  const Ran start = run("resource-address", "start", with("fd00::5/64"));
  EXPECT_EQ(start.exit, 0) << start.err;
  const std::optional<Frame> advert = next_frame([](const Frame& frame) {
    return icmpv6(ND_NEIGHBOR_ADVERT)(frame) && frame[kEthernet + sizeof(ip6_hdr) + 8] == 0xfd;
  });
  ASSERT_TRUE(advert);
  EXPECT_EQ((*advert)[kEthernet + sizeof(ip6_hdr) + 4], 0x20) << "it overrides what the neighbours remember";
  EXPECT_EQ(run("resource-address", "status", with("fd00::5/64")).exit, 0);
  EXPECT_EQ(run("resource-address", "stop", with("fd00::5/64")).exit, 0);
  EXPECT_EQ(run("resource-address", "status", with("fd00::5/64")).exit, 7);
}

TEST_F(ResourceAddress, TakesAnIpv6AddressBackWhenAForeignMachineProbesForItToo) {
  Running start{"resource-address", {"start"}, with("fd00::5/64")};
  std::optional<Frame> probe = next_frame([](const Frame& frame) {
    return icmpv6(ND_NEIGHBOR_SOLICIT)(frame) && frame[kEthernet + sizeof(ip6_hdr) + 8] == 0xfd;
  });
  ASSERT_TRUE(probe);
  // A solicitation of the same address from another machine: to the kernel a second owner (RFC 4862 §5.4.3). It is the
  // frame of the probe itself with the MAC of the foreign machine, and without the nonce by which the kernel would know
  // its own probe again.
  std::memcpy(probe->data() + 6, kForeign.data(), kForeign.size());
  const std::size_t icmp = kEthernet + sizeof(ip6_hdr);
  probe->resize(icmp + sizeof(nd_neighbor_solicit));
  (*probe)[kEthernet + 4] = 0;
  (*probe)[kEthernet + 5] = sizeof(nd_neighbor_solicit);
  (*probe)[icmp + 2] = (*probe)[icmp + 3] = 0;
  std::uint32_t sum = IPPROTO_ICMPV6 + sizeof(nd_neighbor_solicit);
  for (std::size_t at = kEthernet + 8; at < probe->size(); at += 2)
    sum += static_cast<std::uint32_t>((*probe)[at] << 8 | (*probe)[at + 1]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  (*probe)[icmp + 2] = static_cast<std::uint8_t>(~sum >> 8);
  (*probe)[icmp + 3] = static_cast<std::uint8_t>(~sum);
  send(*probe);
  const Ran ran = start.wait();
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "reason=address_taken\n") << ran.err;
  EXPECT_FALSE(is_on("va", "fd00::5"));
}

TEST_F(ResourceAddress, ToldNonsenseItSaysThatItIsToldNonsense) {
  EXPECT_EQ(run("resource-address", "start", with("10.1.0.500/16")).exit, 6);
  EXPECT_EQ(run("resource-address", "start", {{"HACORE_ADDRESS", "10.1.0.5/16"}}).exit, 6);
  EXPECT_EQ(run("resource-address", "restart", with("10.1.0.5/16")).exit, 6);
  auto parameters = with("10.1.0.5/16");
  parameters["HACORE_PROBES"] = "three";
  EXPECT_EQ(run("resource-address", "start", parameters).exit, 6);
}

}  // namespace
}  // namespace hacored::agents
