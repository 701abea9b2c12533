// What the control socket is about: a head that can be seen and given orders.
#pragma once

#include <functional>

#include "daemon/history.h"
#include "daemon/status.h"

namespace hacored {

class Steered {
 public:
  using Replied = std::function<void(const ha::Reply&)>;
  using PowerRead = std::function<void(const ha::PowerReading&)>;

  virtual ~Steered() = default;
  /// As it is now. References in it hold until the next turn of the io_context.
  virtual Seen see() const = 0;
  /// Gives the core an operator's order; `then` gets every reply to it.
  virtual void command(ha::CommandKind kind, bool force, ha::ServiceIndex service, Replied then) = 0;
  /// Asks one level of power how the peer's chassis is, beside the core. Nothing changes.
  virtual void read_power(std::uint8_t level, PowerRead then) = 0;
  /// Lets the own watchdog reset this machine, as a proof that it does. `then` gets `refused` with the reason, or
  /// `unknown`, which is "under way": what becomes of it says the next boot.
  virtual void drill_watchdog(Replied then) = 0;
  virtual History& history() = 0;
};

}  // namespace hacored
