// What hactl asks and orders: reads are answered from the head as it is, orders go to its core and into the audit log.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/control_request.h"
#include "daemon/control_socket.h"
#include "daemon/maintenance.h"
#include "daemon/order_steps.h"
#include "daemon/steered.h"

namespace hacored {

class Control {
 public:
  /// Listens at RUN_DIR/control of the head's settings. Throws `Refused`.
  Control(boost::asio::io_context& io, Steered& head, ControlLimits limits = {});
  ~Control() { head_.history().listen({}); }
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

 private:
  using Peer = std::shared_ptr<Conversation>;
  struct Answering;
  struct Watched;

  void answer(const Peer& peer, std::string_view line);
  Seen see() const;
  void order(const Peer& peer, const Order& order);
  void replied(const std::shared_ptr<Watched>& watched, const ha::Reply& reply);
  void watch(const std::shared_ptr<Watched>& watched);
  void note_maintenance(const Order& order, const Caller& caller);
  void end_maintenance();
  void spread(const Told& told);

  boost::asio::io_context& io_;
  Steered& head_;
  MaintenanceEnd maintenance_;
  std::vector<std::weak_ptr<Conversation>> followers_;
  ControlSocket socket_;
};

}  // namespace hacored
