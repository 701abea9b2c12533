// The arithmetic that makes a configuration safe: PROTOCOL §9 and the conditions beside its inequality.
#include "core/config.h"

#include <fmt/format.h>

namespace ha {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

double seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

std::string collide(const char* a, Duration av, const char* b, Duration bv, const char* rule) {
  return fmt::format("{} ({:.3f} s) and {} ({:.3f} s) collide: {}", a, seconds(av), b, seconds(bv), rule);
}

}  // namespace

Duration self_fence_wait(const Config& c) {
  const std::int64_t rho = static_cast<std::int64_t>(c.drift_max);
  // Two watchdog periods: a stall between check and kick lets one late kick land (PROTOCOL §9, V8). Rounded up.
  const std::int64_t on_owner_clock = (c.right_to_run + 2 * c.watchdog_after).count();
  const std::int64_t true_time = (on_owner_clock * kMillion + kMillion - rho - 1) / (kMillion - rho) + c.margin.count();
  return Duration{true_time + (true_time * rho + kMillion - 1) / kMillion};
}

Duration stop_budget(const Config& c) { return c.right_to_run / 2; }

std::optional<std::string> unsafe(const Config& c) {
  if (c.keep_alive <= Duration{0}) return "keep_alive must be more than 0";
  if (c.warn_after < 2 * c.keep_alive)
    return collide("warn_after", c.warn_after, "keep_alive", c.keep_alive,
                   "one lost beat would already raise suspicion");
  if (c.dead_after <= c.warn_after)
    return collide("dead_after", c.dead_after, "warn_after", c.warn_after, "suspicion must come before loss");
  if (c.init_dead < c.dead_after)
    return collide("init_dead", c.init_dead, "dead_after", c.dead_after, "a booting head must listen at least as long");
  if (c.store && c.watchdog_proves) {
    if (c.right_to_run >= c.dead_after)
      return collide("right_to_run", c.right_to_run, "dead_after", c.dead_after,
                     "the right must end before the peer is lost");
    if (3 * c.keep_alive >= c.right_to_run)
      return collide("keep_alive", c.keep_alive, "right_to_run", c.right_to_run,
                     "three renewals must fit into the right");
  }
  if (!c.store && c.voters == 0 && c.fence_delay < 2 * c.keep_alive)
    return collide("fence_delay", c.fence_delay, "keep_alive", c.keep_alive,
                   "both heads could shoot before either shot lands");
  if (c.watchdog_proves && !(c.store && c.watchdog)) return "a watchdog proves nothing without a store";
  if (c.watchdog && c.keep_alive * 3 > c.watchdog_after)
    return collide("keep_alive", c.keep_alive, "watchdog_after", c.watchdog_after,
                   "the watchdog needs three kicks in its time");
  return std::nullopt;
}

}  // namespace ha
