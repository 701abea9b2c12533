// Echo requests: to the ping targets, which tell "isolated" from "alone", and to the peer itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/icmp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace hacored {

class Ping {
 public:
  /// Throws `Refused` if raw sockets may not be opened or an address is none.
  Ping(boost::asio::io_context& io, const std::vector<std::string>& targets);

  /// `then(true)` as soon as one of the targets answers, `then(false)` after `wait`.
  void ask(std::chrono::milliseconds wait, std::function<void(bool reached)> then);

 private:
  struct Question;
  boost::asio::io_context& io_;
  std::vector<boost::asio::ip::address> targets_;
  std::uint16_t next_ = 1;
};

}  // namespace hacored
