// The arithmetic that makes a configuration safe: PROTOCOL §9 and the conditions beside its inequality.
#include "core/config.h"

#include <fmt/format.h>

#include <algorithm>

namespace ha {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kDriftLimit = 100'000;  ///< 10 %: no clock; the inequality divides by 1 - drift

using Refused = std::optional<std::string>;
constexpr std::nullopt_t kSafe = std::nullopt;

double seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

/// Two values that collide, and why; then what to do about it.
struct Named {
  const char* name;
  Duration value;
};

std::string collide(Named a, Named b, const char* rule, const char* remedy) {
  return fmt::format("{} ({:.3f} s) and {} ({:.3f} s) collide: {}; {}", a.name, seconds(a.value), b.name,
                     seconds(b.value), rule, remedy);
}

std::int64_t rho(const Config& c) { return static_cast<std::int64_t>(c.drift_max); }

Refused beyond_sense(const Config& c) {
  if (c.keep_alive <= Duration{0}) return "keep_alive must be more than 0";
  if (c.margin < Duration{0}) return "margin must not be less than 0: a reset and writes under way take time";
  if (rho(c) < 0 || rho(c) > kDriftLimit) {
    return fmt::format("drift_max ({} ppm) must lie between 0 and {} ppm", rho(c), kDriftLimit);
  }
  return kSafe;
}

Refused unsafe_detection(const Config& c) {
  // A beat waits up to an interval for the next beat of the peer to echo it, and that proof counts until the next echo
  // comes, an interval later: two intervals and a round trip are normal.
  if (c.warn_after < 3 * c.keep_alive)
    return collide({"warn_after", c.warn_after}, {"keep_alive", c.keep_alive},
                   "echoes are two beats and a round trip old although nothing was lost",
                   "raise warn_after to three beats at least");
  if (c.dead_after <= c.warn_after)
    return collide({"dead_after", c.dead_after}, {"warn_after", c.warn_after}, "suspicion must come before loss",
                   "raise dead_after or lower warn_after");
  if (c.init_dead < c.dead_after)
    return collide({"init_dead", c.init_dead}, {"dead_after", c.dead_after},
                   "a booting head must listen at least as long as it takes to lose a peer",
                   "raise init_dead to dead_after at least");
  return kSafe;
}

/// What P3 rests on: the right ends before the peer is lost, it can be renewed in time, and a watchdog enforces it.
Refused unsafe_right(const Config& c) {
  if (!c.watchdog_proves) return kSafe;
  if (!c.store || !c.watchdog)
    return "watchdog in fence_levels and a cell without a lease or a watchdog collide: a fired watchdog proves "
           "nothing to a peer that cannot claim; take watchdog out of fence_levels, or add what is missing";
  if (c.right_to_run >= c.dead_after)
    return collide({"right_to_run", c.right_to_run}, {"dead_after", c.dead_after},
                   "the right must end before the peer is lost", "lower right_to_run or raise dead_after");
  // Without a store the right hangs on the peer's word alone. It is as old as an echo (unsafe_detection), and the head
  // begins to stop when the budget for that is all that is left.
  if (c.right_to_run - stop_budget(c) < 3 * c.keep_alive)
    return collide({"keep_alive", c.keep_alive}, {"right_to_run", c.right_to_run},
                   "half of the right is for stopping, and words are two beats and a round trip old although nothing "
                   "was lost",
                   "raise right_to_run to six beats at least, or lower keep_alive");
  return kSafe;
}

/// A core that is late by a beat must still kick; and the device must reset no later than the peer believes (A2), and
/// no earlier than three kicks.
Refused unsafe_watchdog(const Config& c, const Surroundings& known) {
  if (!c.watchdog) return kSafe;
  if (3 * c.keep_alive > c.watchdog_after)
    return collide({"keep_alive", c.keep_alive}, {"watchdog_after", c.watchdog_after},
                   "the watchdog needs three kicks in its time", "raise watchdog_after or lower keep_alive");
  if (known.watchdog == Duration{0}) return kSafe;
  if (c.watchdog_proves && known.watchdog > c.watchdog_after)
    return collide({"watchdog_after", c.watchdog_after}, {"the time of a watchdog", known.watchdog},
                   "the peer would start while this head still runs",
                   "raise watchdog_after to the slowest watchdog of the cell");
  if (4 * known.watchdog < 3 * c.watchdog_after)
    return collide({"watchdog_after", c.watchdog_after}, {"the time of a watchdog", known.watchdog},
                   "it is kicked four times in watchdog_after, and needs three kicks in its time",
                   "lower watchdog_after to the watchdog's time");
  return kSafe;
}

/// F6: without a store and without voters both heads may fence, and only the order of their slots keeps one of them
/// alive. Both judge by the same echoes, so they lose each other at most a beat and two drifts apart; an OFF that
/// leaves at the end of its window must have landed when the slot of the other one begins.
Refused unsafe_race(const Config& c, const Surroundings& known) {
  if (c.store || c.voters > 0 || c.fence_levels == 0) return kSafe;
  const Duration skew = c.keep_alive + parts_by(c, c.dead_after + c.fence_delay);
  if (c.fence_delay - shot_window(c) > known.off_takes + skew) return kSafe;
  return collide({"fence_delay", c.fence_delay}, {"keep_alive and the time of a power-off", known.off_takes + skew},
                 "both heads could shoot before either shot lands",
                 "raise fence_delay above four thirds of their sum, or give the cell a lease");
}

Refused unsafe_fencing(const Config& c, const Surroundings& known) {
  if (c.fence_levels == 0 || c.fence_max / c.fence_levels > known.off_takes) return kSafe;
  return collide({"fence_max", c.fence_max}, {"the time of a power-off", known.off_takes},
                 "no power level could be verified in its share of the time", "raise fence_max");
}

Refused unsafe_service(const Config& c, const Surroundings& known) {
  std::array<Duration, kServicesMax> starts{}, stops{};  // each service has times of its own
  for (const PartTimes& part : known.parts) {
    starts.at(part.service) += part.start;
    stops.at(part.service) += part.stop;
  }
  const Duration start = *std::max_element(starts.begin(), starts.end());
  const Duration stop = *std::max_element(stops.begin(), stops.end());
  if (start > c.start_max)
    return collide({"start_max", c.start_max}, {"the starts of the parts", start}, "no takeover could ever succeed",
                   "raise start_max to their sum at least");
  if (stop > c.stop_max)
    return collide({"stop_max", c.stop_max}, {"the stops of the parts", stop}, "every handover would kill the service",
                   "raise stop_max to their sum at least");
  return kSafe;
}

}  // namespace

Duration self_fence_wait(const Config& c) {
  // Two watchdog periods: a stall between check and kick lets one late kick land (PROTOCOL §9, V8). Rounded up.
  const std::int64_t on_owner_clock = (c.right_to_run + 2 * c.watchdog_after).count();
  const std::int64_t true_time =
      (on_owner_clock * kMillion + kMillion - rho(c) - 1) / (kMillion - rho(c)) + c.margin.count();
  return Duration{true_time + (true_time * rho(c) + kMillion - 1) / kMillion};
}

Duration parts_by(const Config& c, Duration d) {
  const std::int64_t rest = kMillion - rho(c);
  return Duration{(d.count() * 2 * rho(c) + rest - 1) / rest};
}

Duration slot_round(const Config& c) { return (kLastRank + 1) * c.fence_delay; }

Duration shot_window(const Config& c) { return c.fence_delay / 4; }

Duration stop_budget(const Config& c) { return c.right_to_run / 2; }

std::optional<std::string> unsafe(const Config& c, const Surroundings& known) {
  if (auto why = beyond_sense(c)) return why;
  if (auto why = unsafe_detection(c)) return why;
  if (auto why = unsafe_right(c)) return why;
  if (auto why = unsafe_watchdog(c, known)) return why;
  if (auto why = unsafe_race(c, known)) return why;
  if (auto why = unsafe_fencing(c, known)) return why;
  return unsafe_service(c, known);
}

int Config::resources() const {
  int all = 0;
  for (int i = 0; i < services; ++i) all += service[static_cast<std::size_t>(i)].resources;
  return all;
}

}  // namespace ha
