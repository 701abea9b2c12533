// The socket of a voter.
#pragma once

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include "daemon/voter.h"

namespace hacored {

class VoterSocket {
 public:
  /// Listens at `at`; the address :: stands for all addresses of both families. Throws `Refused`.
  VoterSocket(boost::asio::io_context& io, const boost::asio::ip::udp::endpoint& at, Voter voter);

  boost::asio::ip::udp::endpoint local() const { return socket_.local_endpoint(); }
  const VoterCounters& counters() const { return voter_.counters(); }

 private:
  void listen();
  void receive();

  boost::asio::ip::udp::socket socket_;
  Voter voter_;
};

}  // namespace hacored
