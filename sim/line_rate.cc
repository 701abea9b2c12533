// A limited line is a queue in front of a slow wire: frames come late before they are lost.
#include "sim/line_rate.h"

#include <algorithm>

#include "sim/faults.h"

namespace hasim::sim {

namespace {

constexpr std::int64_t kSwitchBuffer = std::int64_t{64} * 1024;  ///< bytes that a port of a switch keeps

Duration takes(std::int64_t bytes, std::int64_t bits_a_second) {
  return bits_a_second <= 0 ? Duration{0} : Duration{bytes * 8 * 1'000'000'000 / bits_a_second};
}

}  // namespace

bool too_long(Engine& e, const LineOf& line, std::int64_t bytes) {
  const Fault* drops = line_fault(e, SentenceId::fault_net_drops_large_frames, line);
  return drops != nullptr && bytes > drops->amount[0];
}

Duration clocked_out(Engine& e, const LineOf& line, std::int64_t bytes) {
  if (const Fault* limit = line_fault(e, SentenceId::fault_net_limited_to_rate, line)) {
    return takes(bytes, limit->amount[0]);
  }
  const auto& network = e.layout->spec->networks[static_cast<std::size_t>(e.layout->index_of(line.network))];
  return takes(bytes, static_cast<std::int64_t>(network.rate_bits));
}

std::optional<Duration> queued(Engine& e, const LineOf& line) {
  Fault* limit = line_fault(e, SentenceId::fault_net_limited_to_rate, line);
  if (limit == nullptr) return Duration{0};
  Time& free_at = limit->busy_until[line.from < line.to ? 0 : 1];
  const Duration waits = std::max(Duration{0}, free_at - e.now());
  if (waits > takes(kSwitchBuffer, limit->amount[0])) return std::nullopt;
  free_at = e.now() + waits + takes(kSmallFrame, limit->amount[0]);
  return free_at - e.now();
}

}  // namespace hasim::sim
