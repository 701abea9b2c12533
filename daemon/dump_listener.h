// Hears what the crash kernel of the peer says while it writes a dump: the messages of fence_kdump_send(8), datagrams
// of eight bytes that nobody signs [FE15]. So they are taken for a hint only, from the addresses of the peer only, and
// never passed on more often than the core needs it, however many come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/time.h"
#include "daemon/settings.h"

namespace hacored {

/// Datagrams at the port of the messages, since the start.
struct DumpCounters {
  std::uint64_t heard = 0;      ///< messages of the peer
  std::uint64_t foreign = 0;    ///< from no address of the peer
  std::uint64_t malformed = 0;  ///< from the peer, but no such message
};

/// Says which datagrams are such messages; no socket, so that it can be fuzzed.
class DumpGate {
 public:
  /// `peer`: all addresses that the peer's crash kernel may have.
  explicit DumpGate(std::vector<boost::asio::ip::address> peer) : peer_{std::move(peer)} {}

  /// Two words in the byte order of the sender, which nobody tells: either order will do.
  bool judge(std::span<const std::byte> datagram, const boost::asio::ip::address& from);

  const DumpCounters& counters() const { return counters_; }

 private:
  std::vector<boost::asio::ip::address> peer_;
  DumpCounters counters_;
};

class DumpListener {
 public:
  /// The crash kernel has said that it dumps. Told once at the first message and then again and again until none has
  /// come for `dumps.interval`: messages come seldom, and the core forgets in `warn_after`.
  using Tell = std::function<void()>;

  /// Listens at `dumps.port` of all addresses of this head if `dumps.listen` says so. Where that cannot be it is tried
  /// again every second: a head without this hint is better than none.
  DumpListener(boost::asio::io_context& io, const Settings& settings, Tell tell);

  /// Nothing if it does not listen.
  std::optional<DumpCounters> counters() const;

 private:
  boost::system::error_code bind();
  void open();
  void listen();
  bool receive();
  void heard(ha::Instant at);
  void tell_again();
  void tell_of_strangers(const boost::asio::ip::address& from, ha::Instant at);

  std::string peer_name_;
  std::uint16_t port_;
  ha::Duration again_every_;
  ha::Duration believed_for_;
  Tell tell_;
  DumpGate gate_;
  boost::asio::ip::udp::socket socket_;
  boost::asio::steady_timer rest_;   ///< after a flood, and between two tries to open the port
  boost::asio::steady_timer again_;  ///< runs while the peer dumps, as far as anybody knows
  ha::Instant heard_at_ = ha::kLongAgo;
  ha::Instant strangers_said_at_ = ha::kLongAgo;
  bool dumps_ = false;
  bool complained_ = false;  ///< that the port cannot be opened
};

}  // namespace hacored
