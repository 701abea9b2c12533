// A head's side of the voters: says hello to all of them, asks them, and counts what they answer.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/event.h"
#include "daemon/seal.h"
#include "daemon/voter_wire.h"

namespace hacored {

/// Why datagrams of voters were dropped.
struct VoterClientCounters {
  std::uint64_t counted = 0;    ///< answers that count
  std::uint64_t malformed = 0;  ///< no answer of a voter
  std::uint64_t forged = 0;     ///< of another key
  std::uint64_t late = 0;       ///< to an earlier question, of another cell or head, or a second time
};

/// Lives as long as the io_context runs.
class VoterClient {
 public:
  /// Which head this is, and what it makes of answers.
  struct Head {
    VoterCell cell{};
    std::uint8_t self = 0;
    ha::Incarnation incarnation;
    ha::Duration hello_every{};   ///< `keep_alive`
    ha::Duration hears_within{};  ///< a voter hears a head if its newest hello is not older: `warn_after`
  };
  /// The numbers of one question so far; they only grow.
  using Tell = std::function<void(const ha::VoterTally&)>;

  /// `addresses` are IPv4 or IPv6 addresses, each once. Throws `Refused`. `tell` is called from the io_context, at
  /// most once in 10 ms, so that a thousand answers are not a thousand steps of the core.
  VoterClient(boost::asio::io_context& io, const std::vector<std::string>& addresses, std::uint16_t port, Seal seal,
              const Head& head, Tell tell);

  /// Asks all voters anew. Answers to earlier questions count no more.
  void ask(ha::RequestId id);

  /// Another key from now on: answers to what was asked with the one before count as forged.
  void use(const Seal& seal) { seal_ = seal; }

  const VoterClientCounters& counters() const { return counters_; }

 private:
  struct Question {
    ha::VoterTally tally;
    std::uint64_t nonce = 0;
    std::vector<bool> answered;
    bool told = true;  ///< everything that was counted
  };

  void add(const std::string& address, std::uint16_t port);
  boost::asio::ip::udp::socket& socket_for(const boost::asio::ip::udp& protocol);
  void say_hello();
  template <class Compose>
  void send_from(std::size_t first, Compose compose);
  void listen(boost::asio::ip::udp::socket& socket);
  void receive(boost::asio::ip::udp::socket& socket);
  void judge(std::span<const std::byte> datagram);
  void count(const VoterAnswer& answer);
  bool hears(const VoterAnswer& answer, std::size_t head) const;
  void tell();

  boost::asio::io_context& io_;
  Seal seal_;
  Head head_;
  Tell tell_;
  std::vector<boost::asio::ip::udp::endpoint> voters_;
  std::optional<boost::asio::ip::udp::socket> v4_;
  std::optional<boost::asio::ip::udp::socket> v6_;
  boost::asio::steady_timer hello_timer_;
  boost::asio::steady_timer tell_timer_;
  Question question_;
  VoterClientCounters counters_;
};

}  // namespace hacored
