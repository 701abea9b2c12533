#include "daemon/rehearsal.h"

#include <algorithm>

namespace hacored {

namespace {

/// A store that answers does so in a moment: nothing that a forecast in seconds could show.
constexpr ha::Duration kStoreTakes = std::chrono::milliseconds{1};

/// The highest epoch that anybody is known to have used: what the marker says at most.
ha::Epoch newest_epoch(const ha::State& s, ha::ServiceIndex i) {
  return std::max(s.survived.disk.owned[i], s.peer.beat.service[i].epoch);
}

}  // namespace

Rehearsal::Rehearsal(const ha::Node& node, ha::Instant now, const Answers& answers, bool bmc_dies)
    : node_{node}, now_{now}, answers_{answers}, bmc_dies_{bmc_dies} {
  const ha::State& s = node.state();
  store_ = s.store.view;
  store_alive_ = s.store.known && !s.store.silent;
  for (ha::ServiceIndex i = 0; i < node.config().services; ++i) marker_[i] = newest_epoch(s, i);
  for (std::size_t i = 0; i < trouble_.size(); ++i) trouble_[i] = s.chassis.level[i].trouble;
  session_ = s.chassis.session / ha::kFenceLevelsMax;
}

/// Each answer to what the copy asks for.
struct Rehearsal::Performing {
  Rehearsal& all;

  template <class Anything>
  void operator()(const Anything&) const {}  // beats into the void, records, petting the watchdog

  void operator()(const ha::Probe& out) const { all.answer({}, ha::Probed{out.id, 0}); }
  void operator()(const ha::StartResource& out) const {
    ha::Duration takes{0};
    const ha::Config& config = all.node_.config();
    for (ha::ServiceIndex i = 0; i < config.services; ++i) {
      const ha::ServiceConfig& service = config.service[i];
      const bool its_own = out.resource >= service.first && out.resource < service.first + service.resources;
      if (its_own) takes = all.answers_.start[i] / service.resources;
    }
    all.answer(takes, ha::ResourceAnswer{out.id, out.resource, ha::Outcome::done, ha::Reason::none});
  }
  void operator()(const ha::StopResource& out) const {
    all.answer({}, ha::ResourceAnswer{out.id, out.resource, ha::Outcome::done, ha::Reason::none});
  }
  void operator()(const ha::ReadMarker& out) const {
    all.answer({}, ha::MarkerAnswer{out.id, all.marker_[out.service], ha::Outcome::done});
  }
  void operator()(const ha::WriteMarker& out) const {
    all.marker_[out.service] = std::max(all.marker_[out.service], out.epoch);
    all.answer({}, ha::MarkerAnswer{out.id, all.marker_[out.service], ha::Outcome::done});
  }
  void operator()(const ha::PowerOff& out) const {
    const ha::Reason dead = all.dead(out.level);
    const bool refused = dead == ha::Reason::bmc_login || dead == ha::Reason::bmc_swapped;
    const ha::Outcome outcome = dead == ha::Reason::none ? ha::Outcome::done
                                : refused                ? ha::Outcome::refused
                                                         : ha::Outcome::unknown;
    all.answer(all.takes(out.level), ha::PowerOffAnswer{out.id, out.level, outcome, dead});
  }
  void operator()(const ha::ReadPower& out) const {
    const ha::Reason dead = all.dead(out.level);
    const ha::Reading reading = dead == ha::Reason::none ? ha::Reading::off : ha::Reading::unknown;
    const std::uint64_t chassis = all.node_.config().peer_hardware_id;
    all.answer(all.takes(out.level), ha::PowerReading{out.id, out.level, reading, all.session_, chassis, dead});
  }
  void operator()(const ha::StoreRead& out) const { store(out.id); }
  void operator()(const ha::StoreRenew& out) const {
    all.store_.lease[all.node_.config().self] = out.record;
    store(out.id);
  }
  void operator()(const ha::StoreClaim& out) const {
    if (all.store_alive_ && out.term > all.store_.term) {
      all.store_.term = out.term;
      all.store_.claim = out.record;
    }
    store(out.id);
  }
  void operator()(const ha::AskVoters& out) const {
    const ha::ArbiterWatch& seen = all.answers_.arbiters;
    if (seen.voters_at != ha::kLongAgo) all.answer({}, ha::VoterTally{out.id, seen.answered, seen.hear_me, 0});
  }
  void operator()(const ha::Ping& out) const {
    const ha::ArbiterWatch& seen = all.answers_.arbiters;
    all.answer({}, ha::PingAnswer{out.id, seen.asked_at == ha::kLongAgo || seen.reached != 0});
  }
  void operator()(const ha::PingPeer& out) const { all.answer({}, ha::PingAnswer{out.id, false}); }
  void operator()(const ha::Report& out) const {
    if (out.kind == ha::ReportKind::proof && out.b) all.proof_ = static_cast<ha::Proof>(out.a);
  }

  void store(ha::RequestId id) const {
    if (all.store_alive_) all.answer(kStoreTakes, ha::StoreAnswer{id, ha::Outcome::done, all.store_});
  }
};

ha::Reason Rehearsal::dead(std::uint8_t level) const {
  return bmc_dies_ && answers_.bmc[level] ? ha::Reason::bmc_silent : trouble_[level];
}

ha::Duration Rehearsal::takes(std::uint8_t level) const {
  const ha::Reason why = dead(level);
  const bool answers = why == ha::Reason::none || why == ha::Reason::bmc_login || why == ha::Reason::bmc_swapped;
  return answers ? answers_.power[level] : answers_.power_timeout[level];
}

void Rehearsal::tell(const ha::Input& input) {
  out_.clear();
  node_.step(now_, input, out_);
  for (const ha::Output& output : out_) std::visit(Performing{*this}, output);
}

void Rehearsal::strike() {
  const ha::Config& config = node_.config();
  for (std::uint8_t i = 0; i < config.paths; ++i) {
    if ((config.cables >> i & 1) != 0) tell(ha::LinkChanged{i, false, true});
  }
}

void Rehearsal::order(ha::CommandKind kind, bool force) {
  constexpr std::uint64_t kNobodyWaits = ~std::uint64_t{0};
  tell(ha::Command{ha::RequestId{kNobodyWaits}, kind, force, ha::kEveryService});
}

bool Rehearsal::serves_all() const {
  const ha::State& s = node_.state();
  for (ha::ServiceIndex i = 0; i < node_.config().services; ++i) {
    if (s.services[i].role != ha::Role::owner || s.services[i].run.phase != ha::ServicePhase::idle) return false;
  }
  return true;
}

/// One input after the other, in the order of time, until `serves_all()` is what is waited for.
void Rehearsal::go_on(ha::Instant end, bool until) {
  for (int step = 0; step < kStepsMax && serves_all() != until; ++step) {
    const bool answered = !pending_.empty() && pending_.begin()->first <= node_.deadline();
    const ha::Instant due = answered ? pending_.begin()->first : node_.deadline();
    if (due > end) break;
    now_ = std::max(now_, due);
    ha::Input input = ha::Tick{};
    if (answered) input = pending_.extract(pending_.begin()).mapped();
    tell(input);
  }
}

}  // namespace hacored
