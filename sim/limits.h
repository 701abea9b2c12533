// Bounds of a simulated world. Every table has one; a world that is larger is refused by name before it starts.
#pragma once

#include <cstdint>

namespace hasim::sim {

inline constexpr int kHeads = 4;
inline constexpr int kCells = 2;
inline constexpr int kNetworks = 8;
inline constexpr int kFeeds = 4;  ///< PDUs that feed one head
inline constexpr int kNas = 4;
inline constexpr int kVolumes = 16;
inline constexpr int kParts = 48;
inline constexpr int kDatabases = 4;  ///< that replicate
inline constexpr int kServices = 8;
inline constexpr int kClients = 64;
inline constexpr int kVoters = 128;
inline constexpr int kWitnesses = 4;
inline constexpr int kFaults = 256;   ///< in force at one instant
inline constexpr int kFrames = 1024;  ///< in flight at one instant; more are lost like in a full switch
inline constexpr int kInbox = 64;     ///< datagrams that the kernel keeps for a core that does not run
inline constexpr int kAsleep = 512;   ///< everything that waits for sleeping heads
inline constexpr int kPast = 64;      ///< beats kept for replay, one a second and head
inline constexpr int kStoreOps = 16;  ///< operations on the store under way

}  // namespace hasim::sim
