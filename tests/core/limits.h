// Two cores at the limits of what PROTOCOL §1 allows: clocks that drift apart, a host that stalls between its check and
// its kick, a renewal that comes as late as it can, a BMC that is dead. True time is exact to the nanosecond, so that a
// wait that is too short by one part per million shows.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "core/node.h"

namespace ha::test {

using namespace std::chrono_literals;

/// What the adversary does with each freedom that the model gives it, 0..1: nothing, up to the limit.
struct Adversary {
  double late_kick = 1;   ///< how long the last kick before the end of the right is held back
  double later_kick = 1;  ///< … and the one after it, which was checked just before that end
  double drift = 1;       ///< share of the allowed drift, the owner's clock slow, the challenger's fast
  double in_flight = 1;   ///< share of `margin` that a reset and the writes under way really take
};

/// The owner is head 0. True time counts ns from 0; local clocks start with it.
class Duel {
 public:
  /// Both cores run with `cores`; the world goes to the limits that `limits` allows: its drift, watchdog and margin.
  Duel(const Config& cores, const Config& limits, const Adversary& adversary) : limits_(limits), adversary_(adversary) {
    const auto rho = static_cast<double>(static_cast<std::int64_t>(limits.drift_max));
    const auto ppm = static_cast<std::int64_t>(rho * adversary.drift);
    for (std::size_t h = 0; h < 2; ++h) {
      Host& host = hosts_[h];
      host.config = cores;
      host.config.self = static_cast<std::uint8_t>(h);
      host.config.hardware_id = h + 1;
      host.ppm = h == 0 ? -ppm : ppm;
      host.node.emplace(host.config, Durable{}, Incarnation{h + 1, 1});
    }
  }

  struct Result {
    bool taken_over = false;  ///< the challenger started the service
    Duration owner_writes_until{0};
    Duration challenger_starts{0};
    bool two_owners() const { return taken_over && challenger_starts < owner_writes_until; }
  };

  Result run() {
    for (std::size_t h = 0; h < 2; ++h) feed(h, WatchdogState{true, true});
    run_until(3 * limits_.init_dead + 10s);
    if (hosts_[0].node->status().service[0].role != Role::owner || !hosts_[1].node->status().armed) return {};
    cut_ = true;  // no beats from now on, and the BMCs are dead all the time
    run_until(now_ + limits_.dead_after + 5s);
    owner_reaches_store_ = false;
    hold_claim_ = true;
    const Duration patience = now_ + 10min;
    while (!held_claim_ || !owner_asks_) {
      if (now_ > patience || !hosts_[0].node) return {};
      owner_asks_.reset();
      step_once(patience);
    }
    renew_then_claim();
    owner_goes_to_its_limit();
    const Duration end = now_ + 5min;
    while (now_ < end && (!result_.taken_over || hosts_[0].node)) step_once(end);
    return result_;
  }

 private:
  struct Host {
    std::optional<Node> node;
    Config config;
    std::int64_t ppm = 0;
    std::uint32_t running = 0;
    Duration watchdog_fires = Duration::max();
  };

  static constexpr std::int64_t kMillion = 1'000'000;

  Instant local(std::size_t h, Duration t) const {
    return Instant{t +
                   Duration{t.count() / kMillion * hosts_[h].ppm + t.count() % kMillion * hosts_[h].ppm / kMillion}};
  }
  /// The first true instant at which the clock of `h` shows at least `at`.
  Duration true_time(std::size_t h, Instant at) const {
    const std::int64_t rate = kMillion + hosts_[h].ppm, shown = at.time_since_epoch().count();
    Duration t{shown / rate * kMillion + shown % rate * kMillion / rate - 3};
    while (local(h, t) < at) t += 1ns;
    return t;
  }
  /// A watchdog as slow as the drift allows.
  Duration watchdog_takes() const {
    const auto rho = static_cast<std::int64_t>(limits_.drift_max);
    return Duration{limits_.watchdog_after.count() * kMillion / (kMillion - rho)};
  }

  void feed(std::size_t h, const Input& input) {
    Host& host = hosts_[h];
    if (!host.node) return;
    Outputs out;
    host.node->step(local(h, now_), input, out);
    for (const Output& output : out) perform(h, output);
  }
  void soon(std::function<void()> act) { pending_.emplace(now_ + 1us, std::move(act)); }
  void answer(std::size_t h, const Input& input) {
    soon([this, h, input] { feed(h, input); });
  }

  /// One thing of all that is due: an answer, a watchdog, a tick.
  void step_once(Duration end) {
    Duration next = end;
    if (!pending_.empty()) next = std::min(next, pending_.begin()->first);
    for (std::size_t h = 0; h < 2; ++h) {
      next = std::min(next, hosts_[h].watchdog_fires);
      if (hosts_[h].node && !(h == 0 && stalled_)) next = std::min(next, tick_of(h));
    }
    now_ = std::max(now_, next);
    if (!pending_.empty() && pending_.begin()->first <= now_) {
      const auto act = std::move(pending_.begin()->second);
      pending_.erase(pending_.begin());
      return act();
    }
    for (std::size_t h = 0; h < 2; ++h) {
      if (hosts_[h].watchdog_fires <= now_) return dies(h);
      if (hosts_[h].node && !(h == 0 && stalled_) && tick_of(h) <= now_) return feed(h, Tick{});
    }
  }
  Duration tick_of(std::size_t h) const {
    const Instant due = hosts_[h].node->deadline();
    return due >= kNever ? Duration::max() : true_time(h, due);
  }
  void run_until(Duration end) {
    while (now_ < end) step_once(end);
  }

  void dies(std::size_t h) {
    hosts_[h].node.reset();
    hosts_[h].watchdog_fires = Duration::max();
    if (h != 0) return;
    const auto late = static_cast<double>(limits_.margin.count()) * adversary_.in_flight;
    result_.owner_writes_until = now_ + Duration{static_cast<std::int64_t>(late)};
  }

  void kick(std::size_t h) { hosts_[h].watchdog_fires = now_ + watchdog_takes(); }

  void perform(std::size_t h, const Output& output) {
    const std::size_t peer = 1 - h;
    if (std::get_if<KickWatchdog>(&output) || std::get_if<ArmWatchdog>(&output)) {
      if (h == 0 && hold_kicks_) {
        kick_held_ = true;
        return;
      }
      return kick(h);
    }
    if (auto* o = std::get_if<SendBeat>(&output); o != nullptr && !cut_) {
      for (std::uint8_t path = 0; path < hosts_[h].config.paths; ++path) answer(peer, BeatReceived{path, o->beat});
    }
    if (auto* o = std::get_if<Probe>(&output)) answer(h, Probed{o->id, hosts_[h].running});
    if (auto* o = std::get_if<StartResource>(&output)) {
      if (h == 1 && !result_.taken_over) result_.taken_over = true, result_.challenger_starts = now_;
      hosts_[h].running |= 1U << o->resource;
      answer(h, ResourceAnswer{o->id, o->resource, Outcome::done, Reason::none});
    }
    // A stop hangs: what ran goes on writing until the machine is reset.
    if (auto* o = std::get_if<ReadMarker>(&output)) feed_at_once(h, MarkerAnswer{o->id, marker_, Outcome::done});
    if (auto* o = std::get_if<WriteMarker>(&output)) {
      marker_ = std::max(marker_, o->epoch);
      feed_at_once(h, MarkerAnswer{o->id, marker_, Outcome::done});
    }
    if (auto* o = std::get_if<PowerOff>(&output))
      answer(h, PowerOffAnswer{o->id, o->level, Outcome::refused, Reason::bmc_silent});
    if (auto* o = std::get_if<ReadPower>(&output))
      answer(h, PowerReading{o->id, o->level, Reading::unknown, 0, 0, Reason::bmc_silent});
    perform_store(h, output);
  }

  /// At the same true instant, but after the step that asked.
  void feed_at_once(std::size_t h, const Input& input) {
    pending_.emplace(now_, [this, h, input] { feed(h, input); });
  }

  void perform_store(std::size_t h, const Output& output) {
    if (h == 0 && !owner_reaches_store_) {
      if (auto* o = std::get_if<StoreRenew>(&output)) owner_asks_ = *o;
      return;
    }
    if (auto* o = std::get_if<StoreRead>(&output)) answer(h, StoreAnswer{o->id, Outcome::done, store_});
    if (auto* o = std::get_if<StoreRenew>(&output)) {
      store_.lease[h] = o->record;
      answer(h, StoreAnswer{o->id, Outcome::done, store_});
    }
    if (auto* o = std::get_if<StoreClaim>(&output)) {
      if (hold_claim_) return void(held_claim_ = *o);
      store_.term = o->term;
      store_.claim = o->record;
      answer(h, StoreAnswer{o->id, Outcome::done, store_});
    }
  }

  /// The last renewal there can be: its write and its look come right before the claim, all at one instant.
  void renew_then_claim() {
    store_.lease[0] = owner_asks_->record;
    feed(0, StoreAnswer{owner_asks_->id, Outcome::done, store_});
    right_end_ = hosts_[0].node->status().right_end;
    hold_claim_ = false;
    store_.term = held_claim_->term;
    store_.claim = held_claim_->record;
    feed(1, StoreAnswer{held_claim_->id, Outcome::done, store_});
    // A core may be told something at any instant; the challenger is, when its wait is over to the nanosecond.
    const Instant over = local(1, now_) + self_fence_wait(hosts_[1].config);
    pending_.emplace(true_time(1, over), [this] { feed(1, Tick{}); });
  }

  /// Runs until the owner wants to kick at or after `from` (its clock); the kick is not performed.
  bool run_to_kick(Instant from) {
    run_until(true_time(0, from));
    hold_kicks_ = true;
    kick_held_ = false;
    while (!kick_held_ && hosts_[0].node && local(0, now_) < right_end_) step_once(true_time(0, right_end_));
    hold_kicks_ = false;
    return kick_held_;
  }

  /// Two kicks are as late as they can be: one was checked long before the end of the right and lands right before it;
  /// the next one is checked there, and lands when the watchdog would fire.
  void owner_goes_to_its_limit() {
    const Duration w = limits_.watchdog_after;
    if (!run_to_kick(std::max(local(0, now_), right_end_ - w * 7 / 10))) return;
    const Instant last_check = right_end_ - 1ns;
    const Duration wakes = between(now_, std::min(true_time(0, last_check), latest_kick()), adversary_.late_kick);
    stalled_ = true;
    run_until(wakes);
    kick(0);
    hold_kicks_ = true;
    kick_held_ = false;
    feed(0, Tick{});
    hold_kicks_ = false;
    if (!kick_held_) return void(stalled_ = true);  // nothing to be late with: the host stays stalled until it is reset
    run_until(between(now_, latest_kick(), adversary_.later_kick));
    if (hosts_[0].node) kick(0);
  }
  Duration latest_kick() const { return hosts_[0].watchdog_fires - 1ns; }
  static Duration between(Duration from, Duration to, double share) {
    return from + Duration{static_cast<std::int64_t>(static_cast<double>((to - from).count()) * share)};
  }

  Config limits_;
  Adversary adversary_;
  std::array<Host, 2> hosts_;
  Duration now_{0};
  std::multimap<Duration, std::function<void()>> pending_;
  StoreView store_;
  Epoch marker_{};
  Instant right_end_ = kLongAgo;
  bool cut_ = false, owner_reaches_store_ = true, hold_claim_ = false, hold_kicks_ = false, kick_held_ = false;
  bool stalled_ = false;
  std::optional<StoreClaim> held_claim_;
  std::optional<StoreRenew> owner_asks_;
  Result result_;
};

}  // namespace ha::test
