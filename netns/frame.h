// What a switch reads of an Ethernet frame: who sent it, for whom it is, and whether it is one of those that faults of
// networks speak of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hasim::netns {

using Mac = std::array<std::uint8_t, 6>;

/// The UDP port of beats, which no configuration of a run changes.
inline constexpr std::uint16_t kBeatPort = 5410;

struct Frame {
  Mac to_mac{};
  std::uint32_t from = 0, to = 0;  ///< IPv4 addresses of its ARP or IP header, in network order; 0: none
  bool beat = false;
  bool repeats = false;       ///< the second of the two frames that make an announcement
  bool announcement = false;  ///< ARP about the sender's own address, asked by nobody
  std::size_t udp = 0;        ///< where its UDP header begins; 0: it has none, or is a fragment
  std::size_t size = 0;       ///< with the Ethernet header

  bool for_all() const { return (to_mac[0] & 1U) != 0; }
};

Frame read_frame(std::span<const std::uint8_t> bytes);

/// Turns one bit of its UDP payload, and takes the checksum away, so that whoever it is for reads it. False: it is no
/// UDP datagram with a payload, and the kernel that gets it would drop it.
bool damage(std::span<std::uint8_t> bytes, const Frame& frame, std::uint64_t bit);

}  // namespace hasim::netns
