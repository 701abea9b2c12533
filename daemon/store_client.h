// The daemon's side of the store: asks hacore-store, a process of its own, and never waits for it.
//
// A store that hangs costs the daemon nothing but the answer: after the time limit the core is told `unknown`, and the
// process is given up by closing its socket, at which it ends, whatever its own thread is doing
// (daemon/store/serve.cc). The next request starts another one.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/event.h"
#include "daemon/store_wire.h"

namespace hacored {

class StoreClient {
 public:
  /// Starts hacore-store with one end of a SOCK_SEQPACKET pair as its standard input and output, and gives back the
  /// other end, or -1. Must not block.
  using Start = std::function<int()>;
  using Tell = std::function<void(const ha::StoreAnswer&)>;

  /// `tell` is called from the io_context once for each request, in their order, never from within a request.
  /// A request that was not answered within `timeout` is answered with `unknown`; so is one that comes within `timeout`
  /// of the start of a process that has ended.
  StoreClient(boost::asio::io_context& io, Start start, ha::Duration timeout, Tell tell);
  ~StoreClient();

  void read(ha::RequestId id) { send({.id = id, .verb = StoreVerb::read}); }
  void renew(const ha::StoreRenew& out) { send({.id = out.id, .verb = StoreVerb::renew, .lease = out.record}); }
  void claim(const ha::StoreClaim& out) {
    send({.id = out.id, .verb = StoreVerb::claim, .term = out.term, .claim = out.record});
  }

 private:
  struct Open {
    ha::RequestId id{};
    std::chrono::steady_clock::time_point until;
  };

  void send(const StoreRequest& request);
  bool start();
  void listen();
  void on_block(std::span<const std::byte> bytes);
  void await_first();
  void give_up();
  void answer_unknown(ha::RequestId id);

  boost::asio::io_context& io_;
  Start start_;
  ha::Duration timeout_;
  Tell tell_;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer limit_;
  std::chrono::steady_clock::time_point started_at_{};
  std::uint64_t life_ = 0;  ///< counts processes: what comes late from an earlier one is nobody's answer
  std::deque<Open> open_;
  StoreBlock in_{};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hacored
