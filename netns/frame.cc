// Ethernet, ARP, IPv4 and UDP headers, read by offset.
#include "netns/frame.h"

#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace hasim::netns {
namespace {

constexpr std::size_t kEther = 14;
constexpr std::size_t kUdp = 8;

std::uint16_t word(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]);
}

std::uint32_t address(std::span<const std::uint8_t> bytes, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

void read_arp(std::span<const std::uint8_t> bytes, Frame& frame) {
  constexpr std::size_t kSender = kEther + 14;
  constexpr std::size_t kTarget = kEther + 24;
  if (bytes.size() < kTarget + 4) return;
  frame.from = address(bytes, kSender);
  frame.to = address(bytes, kTarget);
  frame.announcement = frame.from != 0 && frame.from == frame.to;
  frame.repeats = word(bytes, kEther + 6) == ARPOP_REPLY;
}

void read_ip(std::span<const std::uint8_t> bytes, Frame& frame) {
  if (bytes.size() < kEther + 20) return;
  frame.from = address(bytes, kEther + 12);
  frame.to = address(bytes, kEther + 16);
  const bool fragment = (word(bytes, kEther + 6) & 0x3fffU) != 0;
  const std::size_t payload = kEther + std::size_t{4} * (bytes[kEther] & 0x0fU);
  if (bytes[kEther + 9] != IPPROTO_UDP || fragment || bytes.size() < payload + kUdp) return;
  frame.udp = payload;
  frame.beat = word(bytes, payload + 2) == kBeatPort;
}

}  // namespace

Frame read_frame(std::span<const std::uint8_t> bytes) {
  Frame frame;
  frame.size = bytes.size();
  if (bytes.size() < kEther) return frame;
  std::copy_n(bytes.begin(), frame.to_mac.size(), frame.to_mac.begin());
  switch (word(bytes, kEther - 2)) {
    case ETHERTYPE_ARP: read_arp(bytes, frame); break;
    case ETHERTYPE_IP: read_ip(bytes, frame); break;
    default: break;
  }
  return frame;
}

bool damage(std::span<std::uint8_t> bytes, const Frame& frame, std::uint64_t bit) {
  const std::size_t payload = frame.udp + kUdp;
  if (frame.udp == 0 || bytes.size() <= payload) return false;
  bit %= 8 * (bytes.size() - payload);
  bytes[payload + bit / 8] = static_cast<std::uint8_t>(bytes[payload + bit / 8] ^ 1U << bit % 8);
  bytes[frame.udp + 6] = bytes[frame.udp + 7] = 0;  // of IPv4: it has none
  return true;
}

}  // namespace hasim::netns
