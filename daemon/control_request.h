// What `hactl` asks of hacored: one JSON object a line, with known keys only. A request that cannot be read is answered
// by what is wrong with it, and changes nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/event.h"

namespace hacored {

inline constexpr int kControlVersion = 1;
inline constexpr std::size_t kLineMax = std::size_t{64} << 10;  ///< bytes of one request
inline constexpr std::size_t kTextMax = 200;                    ///< of a reason that an operator gives

/// "status": the whole document.
struct AskStatus {};
/// "budget": worst cases and safety of the configuration in force.
struct AskBudget {};
/// "why": why the owner is the owner; of one epoch if it is not 0.
struct AskWhy {
  std::uint64_t epoch = 0;
};
/// "log": the newest reports, and then each one as it comes.
struct AskLog {
  std::uint32_t newest = 20;
  bool follow = false;
};
/// "check": asks the fence devices now. Nothing changes.
struct AskCheck {};
/// "drill-self": this head lets its own watchdog reset it.
struct DrillSelf {};
/// "preflight": what the core would answer to an order, now. Nothing happens.
struct AskPreflight {
  ha::CommandKind kind{};
  std::string service;  ///< empty: all
};
/// "order": an operator's order to the core.
struct Order {
  ha::CommandKind kind{};
  std::string service;
  bool force = false;
  std::string force_reason;                   ///< of makeactive: the one reason that may be overruled
  std::optional<std::chrono::seconds> lasts;  ///< maintenance ends by itself after that
  std::string reason;                         ///< of maintenance: what it is for
};
using Request = std::variant<AskStatus, AskBudget, AskWhy, AskLog, AskCheck, AskPreflight, Order, DrillSelf>;

/// A request, or one sentence about what is wrong with the line.
std::variant<Request, std::string> decode_request_line(std::string_view line);

/// The words of the orders on the socket: "makeactive", "ack-off", "maintenance-on" …
std::string_view order_word(ha::CommandKind);
std::optional<ha::CommandKind> order_of(std::string_view word);

}  // namespace hacored
