// Beats on the wire: a UDP socket for each path, bound to its interface and connected to the peer's address there, so
// that the kernel drops what comes from anybody else. What gets through is authentic, of this cell's protocol and newer
// than all before it on that path; everything else is counted and dropped, without allocating.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/wire.h"
#include "daemon/seal.h"
#include "daemon/settings.h"

namespace hacored {

/// A beat as a datagram: which path it was sent over, the beat, and the MAC of both.
inline constexpr std::size_t kDatagramHead = 8;
inline constexpr std::size_t kDatagramBytes = kDatagramHead + ha::kBeatBytes + Seal::kBytes;

/// Why datagrams were dropped.
struct BeatCounters {
  std::uint64_t sent = 0;
  std::uint64_t send_errors = 0;
  std::uint64_t received = 0;   ///< told to the core
  std::uint64_t malformed = 0;  ///< wrong size, magic or path; or no beat at all
  std::uint64_t forged = 0;     ///< the MAC is of another key
  std::uint64_t reflected = 0;  ///< a beat of this very head came back
  std::uint64_t stale = 0;      ///< not newer than what came before: late, doubled or replayed
  std::uint64_t limited = 0;    ///< too many incarnations at once: a replay of old boots
};

/// Composes and judges the datagrams of one path; no socket, so that it can be fuzzed.
class BeatGate {
 public:
  using Datagram = std::array<std::byte, kDatagramBytes>;

  BeatGate(const Seal& seal, std::uint8_t self, std::uint8_t path) : seal_{&seal}, self_{self}, path_{path} {}

  Datagram compose(const ha::Beat& beat) const;
  /// The beat, if it may reach the core. `at`: when it arrived.
  std::optional<ha::Beat> judge(std::span<const std::byte> datagram, ha::Instant at);

  const BeatCounters& counters() const { return counters_; }
  BeatCounters& counters() { return counters_; }

 private:
  bool is_new(const ha::Beat& beat, ha::Instant at);

  const Seal* seal_;
  std::uint8_t self_;
  std::uint8_t path_;
  ha::Incarnation peer_;                ///< of the newest beat
  std::uint64_t newest_ = 0;            ///< its sequence
  ha::Instant changed_ = ha::kLongAgo;  ///< when the incarnation changed last
  BeatCounters counters_;
};

class Beats {
 public:
  using Heard = std::function<void(std::uint8_t path, const ha::Beat&)>;

  /// Opens the sockets. A path whose interface or address is not there is tried again every second: one dead network
  /// must not take the others from a head. Throws `Refused` if none can be opened.
  Beats(boost::asio::io_context& io, const Settings& settings, const Seal& seal, Heard heard);

  void send(std::uint8_t paths, const ha::Beat& beat);
  /// Takes what has arrived already. Bounded: a flood does not keep the caller for longer than a millisecond.
  void catch_up();

  /// Since the start, for each path.
  BeatCounters counters(std::size_t path) const { return paths_[path].gate.counters(); }

 private:
  struct Path {
    PathSettings settings;
    boost::asio::ip::udp::socket socket;  ///< closed while its network is not there
    BeatGate gate;
  };
  /// False: it cannot be opened now; `why` says what is missing.
  bool open(std::size_t path, std::string& why);
  void open_later();
  void listen(std::size_t path);
  void receive(std::size_t path);

  std::uint8_t self_;
  Heard heard_;
  std::vector<Path> paths_;
  boost::asio::steady_timer again_;
};

}  // namespace hacored
