// A copy of the core that is told what would happen if the peer lost its power: the devices, the store and the
// resources answer it as they last answered, in no time but the time that they took.
#pragma once

#include <map>

#include "daemon/forecast.h"

namespace hacored {

class Rehearsal {
 public:
  /// `bmc_dies`: with the peer.
  Rehearsal(const ha::Node& node, ha::Instant now, const Answers& answers, bool bmc_dies);

  /// The blow: the peer's cables go dark. Nothing is heard of it from here on anyway.
  void strike();
  void order(ha::CommandKind kind, bool force);
  /// Goes on until every service runs here, or until `end`. True: they run.
  bool until_served(ha::Instant end) { return go_on(end, true), serves_all(); }
  /// Goes on until `end`, or until a service that runs here does not any more.
  void until_stopped(ha::Instant end) { go_on(end, false); }

  ha::Instant now() const { return now_; }
  const ha::Node& node() const { return node_; }
  bool serves_all() const;
  /// The newest proof that was taken since the blow.
  ha::Proof proof() const { return proof_; }

 private:
  struct Performing;
  static constexpr int kStepsMax = 50'000;

  void go_on(ha::Instant end, bool until);
  void tell(const ha::Input& input);
  void answer(ha::Duration after, const ha::Input& input) { pending_.emplace(now_ + after, input); }
  /// Why level `i` says nothing; `none`: it answers.
  ha::Reason dead(std::uint8_t level) const;
  ha::Duration takes(std::uint8_t level) const;

  ha::Node node_;
  ha::Instant now_;
  Answers answers_;
  bool bmc_dies_;
  ha::Proof proof_ = ha::Proof::none;
  ha::StoreView store_;
  bool store_alive_;
  ha::PerService<ha::Epoch> marker_{};
  std::array<ha::Reason, ha::kFenceLevelsMax> trouble_{};
  std::uint64_t session_ = 0;
  std::multimap<ha::Instant, ha::Input> pending_;
  ha::Outputs out_;
};

}  // namespace hacored
