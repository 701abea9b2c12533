// Any bytes as a request on the control socket: an answer about what is wrong, or a request that obeys the bounds.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/check.h"
#include "daemon/control_request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace hacored;
  const auto read = decode_request_line({reinterpret_cast<const char*>(bytes), size});
  if (const auto* wrong = std::get_if<std::string>(&read)) {
    HA_CHECK(!wrong->empty());
    return 0;
  }
  if (const auto* order = std::get_if<Order>(&std::get<Request>(read))) {
    HA_CHECK(order_of(order_word(order->kind)) == order->kind);
    HA_CHECK(order->reason.size() <= kTextMax && order->reason.find('\n') == std::string::npos);
    HA_CHECK(!order->lasts || order->kind == ha::CommandKind::maintenance_on);
  }
  return 0;
}
