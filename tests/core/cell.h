// A cell for tests of the core alone: two nodes, perfect devices, a millisecond between question and answer.
// What breaks is set by the test in plain fields. It knows nothing of the simulator.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/node.h"

namespace ha::test {

using namespace std::chrono_literals;

struct Seen {
  Instant at;
  std::size_t head;
  Report report;
};

struct Cell {
  struct Head {
    bool on = true;
    std::optional<Node> node;
    Durable durable;
    std::uint32_t running = 0;
    Instant watchdog_fires = kNever;
    std::uint64_t boots = 0;
    std::uint64_t lives = 0;  ///< of the core's process: answers to an earlier one are dropped
    bool rebooted = false, left = false;
    std::vector<Reply> replies;
    Epoch token{};
    int offs_received = 0;
    bool bmc_answers = true;
    bool bmc_says_off = false;
    std::uint64_t chassis = 0;  ///< what its BMC says of the machine it controls; 0: cannot say
  };
  std::array<Config, 2> config;
  std::array<Head, 2> heads;
  std::array<std::array<bool, kPathsMax>, 2> cut{};  ///< [from][path]
  Instant now{};
  PerService<Epoch> marker{};
  StoreView store;
  bool store_answers = true;
  bool forgets_renewals = false;  ///< the store says OK and shows what was there before
  std::uint16_t voters_hear = 3;  ///< bit per head
  std::multimap<Instant, std::function<void()>> pending;
  std::vector<Seen> seen;
  std::vector<std::string> broken;
  std::array<bool, 2> start_fails{};
  std::array<bool, 2> stop_hangs{};
  std::function<void(std::size_t, const Input&)> listen;  ///< hears what the heads are told; for benchmarks

  explicit Cell(Config base = default_config()) {
    for (std::size_t h = 0; h < 2; ++h) {
      config[h] = base;
      config[h].self = static_cast<std::uint8_t>(h);
      config[h].hardware_id = h + 1;
    }
  }
  static Config default_config() {
    Config c;
    c.paths = 2;
    c.service[0].resources = 3;
    c.fence_levels = 1;
    c.watchdog = true;
    return c;
  }
  static Config with_store() {
    Config c = default_config();
    c.store = true;
    c.watchdog_proves = true;
    return c;
  }

  /// The second service has two resources and belongs to the second head.
  static Config two_services(Config c = default_config()) {
    c.services = 2;
    c.service[1] = {.first = 3, .resources = 2, .preferred = 1};
    return c;
  }

  Role role(std::size_t h, std::size_t service = 0) const {
    return heads[h].node ? heads[h].node->status().service[service].role : Role::init;
  }
  ServiceStatus service(std::size_t h, std::size_t i = 0) const { return heads[h].node->status().service[i]; }
  Status status(std::size_t h) const { return heads[h].node->status(); }
  bool owns(std::size_t h, std::size_t service = 0) const {
    return heads[h].on && heads[h].node && role(h, service) == Role::owner;
  }
  void cut_all(bool on = true) {
    for (auto& from : cut) from.fill(on);
  }
  void power_on(std::size_t h) {
    Head& head = heads[h];
    head.on = true;
    head.running = 0;
    head.rebooted = false;
    head.durable.boot = BootRecord{};
    ++head.lives;
    head.node.emplace(config[h], head.durable, Incarnation{++head.boots * 2 + h, 1});
    feed(h, WatchdogState{config[h].watchdog, config[h].watchdog});
  }
  /// The core's process dies and is started again in the same boot; what it started goes on running.
  void restart_core(std::size_t h) {
    Head& head = heads[h];
    if (!head.node) return;
    head.node.emplace(config[h], head.durable,
                      Incarnation{head.node->state().me.boot, head.node->state().me.start + 1});
    ++head.lives;
    feed(h, WatchdogState{config[h].watchdog, config[h].watchdog});
  }
  void power_off(std::size_t h) {
    heads[h].on = false;
    heads[h].node.reset();
    heads[h].running = 0;
    heads[h].watchdog_fires = kNever;
  }
  void order(std::size_t h, CommandKind kind, bool force = false, ServiceIndex service = kEveryService) {
    feed(h, Command{RequestId{1000}, kind, force, service});
  }

  /// Runs until `t` after the beginning; two owners at any instant are noted in `broken`.
  void run_until(Duration t) {
    const Instant end{t};
    while (true) {
      Instant next = end;
      for (Head& head : heads) {
        if (head.node) next = std::min(next, head.node->deadline());
        next = std::min(next, head.watchdog_fires);
      }
      if (!pending.empty()) next = std::min(next, pending.begin()->first);
      if (next >= end) break;
      now = std::max(now, next);
      if (!pending.empty() && pending.begin()->first <= now) {
        auto act = std::move(pending.begin()->second);
        pending.erase(pending.begin());
        act();
        continue;
      }
      for (std::size_t h = 0; h < 2; ++h) {
        if (heads[h].watchdog_fires <= now) {
          power_off(h);
          continue;
        }
        if (heads[h].node && heads[h].node->deadline() <= now) feed(h, Tick{});
      }
    }
    now = end;
  }
  void start() {
    power_on(0);
    power_on(1);
    run_until(60s);
  }
  bool happened(std::size_t h, ReportKind kind, int a, int b = -1) const {
    return std::any_of(seen.begin(), seen.end(), [&](const Seen& s) {
      return s.head == h && s.report.kind == kind && (a < 0 || s.report.a == a) && (b < 0 || s.report.b == b);
    });
  }

  void feed(std::size_t h, const Input& input) {
    if (!heads[h].node) return;
    if (listen) listen(h, input);
    Outputs out;
    heads[h].node->step(now, input, out);
    for (const Output& o : out) perform(h, o);
    for (const ServiceConfig& service : config[0].service) {
      const std::uint32_t mine = ((1U << service.resources) - 1U) << service.first;
      if ((heads[0].running & mine) && (heads[1].running & mine))
        broken.push_back("two owners at " + std::to_string(now.time_since_epoch().count()));
    }
  }
  void later(Duration d, std::function<void()> act) { pending.emplace(now + d, std::move(act)); }
  void answer(std::size_t h, const Input& input, Duration d = 1ms) {
    later(d, [this, h, input, life = heads[h].lives] {
      if (heads[h].lives == life) feed(h, input);
    });
  }

  void perform(std::size_t h, const Output& output) {
    Head& me = heads[h];
    const std::size_t p = 1 - h;
    Head& peer = heads[p];
    if (auto* o = std::get_if<Persist>(&output)) me.durable.disk = o->record;
    if (auto* o = std::get_if<PersistBoot>(&output)) me.durable.boot = o->record;
    if (auto* o = std::get_if<Report>(&output)) seen.push_back({now, h, *o});
    if (auto* o = std::get_if<Reply>(&output)) me.replies.push_back(*o);
    if (std::get_if<Reboot>(&output)) me.rebooted = true;
    if (std::get_if<Left>(&output)) me.left = true;
    if (std::get_if<KickWatchdog>(&output) || std::get_if<ArmWatchdog>(&output))
      me.watchdog_fires = now + config[h].watchdog_after;
    if (std::get_if<DisarmWatchdog>(&output)) me.watchdog_fires = kNever;
    if (auto* o = std::get_if<SendBeat>(&output)) {
      for (std::uint8_t i = 0; i < config[h].paths; ++i) {
        if (!cut[h][i]) answer(p, BeatReceived{i, o->beat}, 100us + i * 10us);
      }
    }
    if (auto* o = std::get_if<Probe>(&output)) answer(h, Probed{o->id, me.running});
    if (auto* o = std::get_if<StartResource>(&output)) {
      me.running |= 1U << o->resource;
      me.token = o->epoch;
      const bool fails = start_fails[h] && (o->resource == 1 || o->resource == 4);
      answer(h, ResourceAnswer{o->id, o->resource, fails ? Outcome::refused : Outcome::done, Reason::none}, 200ms);
    }
    if (auto* o = std::get_if<StopResource>(&output)) {
      if (stop_hangs[h]) {
        answer(h, ResourceAnswer{o->id, o->resource, Outcome::unknown, Reason::none}, o->deadline - now);
      } else {
        later(100ms, [this, h, r = o->resource] { heads[h].running &= ~(1U << r); });
        answer(h, ResourceAnswer{o->id, o->resource, Outcome::done, Reason::none}, 101ms);
      }
    }
    if (auto* o = std::get_if<ReadMarker>(&output)) answer(h, MarkerAnswer{o->id, marker[o->service], Outcome::done});
    if (auto* o = std::get_if<WriteMarker>(&output)) {
      Epoch& mark = marker[o->service];
      if (o->epoch < mark) broken.push_back("an older epoch was written to the storage");
      mark = std::max(mark, o->epoch);
      answer(h, MarkerAnswer{o->id, mark, Outcome::done});
    }
    if (auto* o = std::get_if<PowerOff>(&output)) {
      ++peer.offs_received;
      if (peer.bmc_answers) {
        if (!peer.bmc_says_off) later(20ms, [this, p] { power_off(p); });
        answer(h, PowerOffAnswer{o->id, o->level, Outcome::done, Reason::none}, 10ms);
      } else {
        answer(h, PowerOffAnswer{o->id, o->level, Outcome::unknown, Reason::bmc_silent}, 4s);
      }
    }
    if (auto* o = std::get_if<ReadPower>(&output)) {
      later(5ms, [this, h, p, o = *o] {
        const Reading r = !heads[p].bmc_answers                   ? Reading::unknown
                          : heads[p].bmc_says_off || !heads[p].on ? Reading::off
                                                                  : Reading::on;
        feed(h, PowerReading{o.id, o.level, r, 1, heads[p].chassis, Reason::none});
      });
    }
    if (store_answers) {
      if (auto* o = std::get_if<StoreRead>(&output)) answer(h, StoreAnswer{o->id, Outcome::done, store});
      if (auto* o = std::get_if<StoreRenew>(&output)) {
        if (!forgets_renewals) store.lease[h] = o->record;
        later(1ms, [this, h, id = o->id] { feed(h, StoreAnswer{id, Outcome::done, store}); });
      }
      if (auto* o = std::get_if<StoreClaim>(&output)) {
        if (o->term > store.term) {
          store.term = o->term;
          store.claim = o->record;
        }
        answer(h, StoreAnswer{o->id, Outcome::done, store});
      }
    }
    if (auto* o = std::get_if<AskVoters>(&output)) {
      const std::uint16_t n = config[h].voters;
      answer(h, VoterTally{o->id, n, voters_hear & (1 << h) ? n : std::uint16_t{0},
                           voters_hear & (1 << p) ? n : std::uint16_t{0}});
    }
    if (auto* o = std::get_if<Ping>(&output)) answer(h, PingAnswer{o->id, true});
  }
};

}  // namespace ha::test
