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

/// Where requests leave this head; empty: as the kernel routes them.
struct PingWay {
  std::string interface {};
  std::string from{};  ///< address
};

class Ping {
 public:
  static constexpr std::size_t kUsual = 56;  ///< bytes of an IP packet

  /// Throws `Refused` if an address is none.
  Ping(boost::asio::io_context& io, const std::vector<std::string>& targets, PingWay way = {});

  /// `then(true)` as soon as one of the targets answers, `then(false)` after `wait`. The request is an IP packet of
  /// `bytes`, which is not taken apart on its way.
  void ask(std::chrono::milliseconds wait, std::size_t bytes, std::function<void(bool reached)> then);

 private:
  struct Question;
  boost::asio::io_context& io_;
  std::vector<boost::asio::ip::address> targets_;
  PingWay way_;
  std::uint16_t next_ = 1;
};

}  // namespace hacored
