// Adding up what the rooms of the core allow each step to take.
#include "core/budget.h"

#include <algorithm>

#include "core/rooms.h"

namespace ha {
namespace {

/// E5: only shared storage has a marker. One failed look at it is allowed for.
Duration marker(const Config& c) {
  const bool any = std::any_of(c.service.begin(), c.service.begin() + c.services,
                               [](const ServiceConfig& of) { return of.storage == Storage::shared; });
  return any ? kStorageAgain : Duration{0};
}

/// Without a store: from that long after the loss until the last rank may shoot (F6).
Duration slot_after(const Config& c, Duration since) { return window_of(c, kLastRank, since).from - since; }

std::vector<TimeTerm> decide(const Config& c) {
  std::vector<TimeTerm> terms;
  if (c.store || c.ping || c.voters > 0) terms.push_back({"poll", kArbitersAnswer});
  if (c.store) {
    terms.push_back({"claim", kClaimAnswers});
  } else {
    terms.push_back({"rank", slot_after(c, sum(terms))});
  }
  return terms;
}

/// F3: the levels share the budget. Each waits for a slot, the first one has it already: `since` the loss.
std::vector<TimeTerm> fence(const Config& c, const Surroundings& known, Duration since) {
  std::vector<TimeTerm> terms;
  for (std::size_t level = 0; level < c.fence_levels; ++level) {
    const std::string name = level < known.fence_levels.size() ? known.fence_levels[level] : "off";
    if (!c.store && level > 0) terms.push_back({"slot", slot_after(c, since + sum(terms))});
    terms.push_back({name, c.fence_max / c.fence_levels});
  }
  return terms;
}

/// The service whose start takes longest: each has its own `start_max`.
std::uint8_t slowest(const Surroundings& known) {
  std::array<Duration, kServicesMax> starts{};
  for (const PartTimes& part : known.parts) starts.at(part.service) += part.start;
  return static_cast<std::uint8_t>(std::max_element(starts.begin(), starts.end()) - starts.begin());
}

/// Parts of one group that stand together are one term.
std::vector<TimeTerm> takeover(const Config& c, const Surroundings& known) {
  std::vector<TimeTerm> terms;
  if (marker(c) > Duration{0}) terms.push_back({"marker", marker(c)});
  Duration spare = c.start_max;
  const std::uint8_t service = slowest(known);
  for (const PartTimes& part : known.parts) {
    if (part.start == Duration{0} || part.service != service) continue;
    spare -= part.start;
    const auto same = std::find_if(terms.begin(), terms.end(), [&](const TimeTerm& t) { return t.what == part.group; });
    if (same != terms.end()) {
      same->takes += part.start;
    } else {
      terms.push_back({part.group, part.start});
    }
  }
  terms.push_back({"spare", std::max(Duration{0}, spare)});
  return terms;
}

std::vector<TimeTerm> handover(const Config& c) {
  return {{"ask", c.keep_alive},  // the request travels in a beat, and the word comes back in one
          {"stop", c.stop_max},
          {"word", c.keep_alive},
          {"start", marker(c) + c.start_max}};
}

Inequality inequality(const Config& c, const Surroundings& known) {
  Inequality numbers;
  Config as_built = c;
  if (known.watchdog > Duration{0}) as_built.watchdog_after = known.watchdog;
  numbers.right = c.right_to_run;
  numbers.two_watchdogs = 2 * as_built.watchdog_after;
  numbers.margin = c.margin;
  numbers.drift = c.drift_max;
  numbers.needed = self_fence_wait(as_built);
  numbers.wait = self_fence_wait(c);
  numbers.right_max = c.dead_after;
  return numbers;
}

}  // namespace

Duration sum(const std::vector<TimeTerm>& terms) {
  Duration all{0};
  for (const TimeTerm& term : terms) all += term.takes;
  return all;
}

Budget budget_of(const Config& c, const Surroundings& known) {
  Budget budget;
  budget.detect = c.dead_after;
  budget.decide = decide(c);
  budget.fence = fence(c, known, sum(budget.decide));
  budget.takeover = takeover(c, known);
  for (std::uint32_t mounts = c.mounts; mounts != 0; mounts &= mounts - 1) budget.mounts_wait += c.mount_retry;
  budget.handover = handover(c);
  budget.has_right_to_run = c.store && c.watchdog && c.watchdog_proves;
  budget.inequality = inequality(c, known);
  return budget;
}

}  // namespace ha
