// The failover core of one head: a value that is told what happened and answers what to do.
#pragma once

#include <string>

#include "core/event.h"
#include "core/state.h"

namespace ha {

/// What the head is for one service, and why.
struct ServiceStatus {
  Role role{};
  Epoch epoch{};
  Epoch promised{};
  Proof proof{};  ///< of the current ownership
  Reason hold = Reason::none;
  Operation operation{};
};

/// What the head is, and why, for people and for the harness.
struct Status {
  PerService<ServiceStatus> service{};
  int services = 1;
  PeerView peer{};
  Reason unready = Reason::none;
  bool armed = false;  ///< admitted by the owner, and so allowed to fence later
  bool leaving = false;
  bool maintenance = false;
  bool standby = false;
  Fit fit = Fit::fit;
  std::uint8_t hears = 0;  ///< bit per path
  Instant right_end = kLongAgo;
};

/// What the head is for one service, what it waits for and what would unlock it, as one sentence for people.
std::string sentence(const Status&, int service = 0);

class Node {
 public:
  /// `survived` is what the host found; `boot` must differ from every earlier one.
  Node(const Config& config, const Durable& survived, Incarnation boot);

  /// A node as it was: goes on from `state` as if nothing had happened since (core/journal.h).
  Node(const Config& config, const State& state) : config_(config), state_(state) {}

  /// Tells the core what happened at `now` (never earlier than before); appends what to do to `out`.
  void step(Instant now, const Input& input, Outputs& out);

  /// When the next `Tick` is needed at the latest; computed from the state, never armed.
  Instant deadline() const;

  /// A new configuration comes into force: what a head is (`cell`, `self`, its services) does not change.
  void reconfigure(const Config& config);
  const Config& config() const { return config_; }

  Status status() const;
  const State& state() const { return state_; }

  bool operator==(const Node&) const;
  std::uint64_t hash() const;

 private:
  Config config_;
  State state_;
};

}  // namespace ha
