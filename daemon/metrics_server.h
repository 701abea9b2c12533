// Serves /metrics over HTTP (Boost.Beast). Reads only; few connections at a time, each for one short conversation, and
// the page is made anew at most a few times a second, so that nobody keeps the core's thread busy with it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>  // Boost 1.74's Asio misses it under C++20

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/time.h"

namespace hacored {

class MetricsServer {
 public:
  static constexpr int kConnections = 8;                      ///< more are hung up on
  static constexpr std::chrono::seconds kConversationMax{5};  ///< from accept to the last byte
  static constexpr std::chrono::milliseconds kFresh{250};     ///< so long a page is shown again

  using Page = std::function<std::string()>;
  /// Listens at `address`, "ADDRESS:PORT" or "[ADDRESS]:PORT". Throws `Refused`.
  MetricsServer(boost::asio::io_context& io, const std::string& address, Page page,
                std::chrono::milliseconds conversation_max = kConversationMax);
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  /// The port in use: for port 0, the one that the kernel chose.
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  class Conversation;

  void accept();
  const std::string& page();

  Page make_page_;
  std::chrono::milliseconds conversation_max_;
  std::string page_;
  ha::Instant made_at_ = ha::kLongAgo;
  int open_ = 0;
  std::shared_ptr<MetricsServer*> self_;  ///< null for conversations that outlive it
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer again_;  ///< after `accept` failed, for example without a file descriptor left
};

}  // namespace hacored
